"""One small program for each mutator, which rustc must refuse after it as the mutator says."""

SAMPLES = {
    "bc_async_borrow/drop_async": """
async fn size() -> u32 { 3 }
pub async fn twice() -> u32 { size().await * 2 }
""",
    "bc_async_borrow/drop_async_move": """
use std::future::Future;
pub fn shout(text: String) -> impl Future<Output = String> { async move { text.to_uppercase() } }
""",
    "bc_async_borrow/drop_await": """
async fn size() -> u32 { 3 }
pub async fn twice() -> u32 { size().await * 2 }
""",
    "bc_cell_refcell/assign_cell": """
pub struct Counter { hits: std::cell::Cell<u32> }
impl Counter { pub fn reset(&self) { self.hits.set(0); } }
""",
    "bc_cell_refcell/drop_borrow": """
pub struct Log { lines: std::cell::RefCell<Vec<String>> }
impl Log { pub fn add(&self, line: String) { self.lines.borrow_mut().push(line); } }
""",
    "bc_cell_refcell/drop_get": """
pub struct Counter { hits: std::cell::Cell<u32> }
impl Counter { pub fn next(&self) -> u32 { self.hits.get() + 1 } }
""",
    "bc_cell_refcell/shared_borrow": """
pub struct Log { lines: std::cell::RefCell<Vec<String>> }
impl Log { pub fn add(&self, line: String) { self.lines.borrow_mut().push(line); } }
""",
    "bc_closure_capture/add_move": """
pub fn starts(words: &[String], prefix: String) -> (usize, String) {
    let found = words.iter().filter(|word| word.starts_with(prefix.as_str())).count();
    (found, prefix)
}
""",
    "bc_closure_capture/drop_move": """
pub fn adder(step: u32) -> impl Fn(u32) -> u32 { move |number| number + step }
""",
    "bc_copy_clone/drop_clone_and_copy": """
#[derive(Debug, Clone, Copy)]
pub struct Point { pub x: i32 }
pub fn twice(point: Point) -> (Point, Point) { (point, point) }
""",
    "bc_copy_clone/drop_copy": """
#[derive(Clone, Copy)]
pub struct Point { pub x: i32 }
pub fn twice(point: Point) -> (Point, Point) { (point, point) }
""",
    "bc_copy_clone/drop_copy_impl": """
#[derive(Clone)]
pub struct Point { pub x: i32 }
impl Copy for Point {}
pub fn twice(point: Point) -> (Point, Point) { (point, point) }
""",
    "bc_lifetime_complex/drop_lifetime_bound": """
pub fn first<'a, 'b: 'a>(text: &'a str, other: &'b str) -> &'a str { if text.is_empty() { other } else { text } }
""",
    "bc_lifetime_complex/drop_outlives": """
pub fn boxed<T: std::fmt::Debug + 'static>(value: T) -> Box<dyn std::fmt::Debug> { Box::new(value) }
""",
    "bc_lifetime_complex/other_lifetime": """
pub fn first<'a, 'b>(text: &'a str, sign: &'b str) -> &'a str { text.trim_start_matches(sign) }
""",
    "bc_lifetime_complex/owner_in_block": """
pub fn first_word(text: &str) -> usize {
    let owned = text.to_uppercase();
    let trimmed = owned.trim();
    trimmed.len()
}
""",
    "bc_lifetime_complex/return_reference": """
pub fn shout(text: &str) -> String {
    let loud = text.to_uppercase();
    loud
}
""",
    "bc_lifetime_complex/short_return": """
pub struct View<'a> { text: &'a str }
impl<'a> View<'a> { pub fn part(&self) -> &'a str { self.text.trim() } }
pub fn trimmed(text: &str) -> &str { let view = View { text }; view.part() }
""",
    "bc_lifetime_complex/temporary": """
pub fn first_word(text: &str) -> usize {
    let owned = text.to_uppercase();
    let trimmed = owned.trim();
    trimmed.len()
}
""",
    "bc_lifetime_simple/bare_impl": """
pub struct View<'a> { text: &'a str }
impl View<'_> { pub fn size(&self) -> usize { self.text.len() } }
""",
    "bc_lifetime_simple/elide_field": """
pub struct View<'a> { pub text: &'a str }
""",
    "bc_lifetime_simple/elide_parameter": """
pub fn pick<'a>(first: &'a str, _second: &str) -> &'a str { first }
""",
    "bc_lifetime_simple/elide_return": """
pub fn pick<'a>(first: &'a str, _second: &str) -> &'a str { first }
""",
    "bc_lifetime_simple/undeclared": """
pub fn pick<'a>(first: &'a str, _second: &str) -> &'a str { first }
""",
    "bc_move/drop_as_ref": """
pub struct Order { pub note: Option<String> }
pub fn length(order: &Order) -> Option<usize> { order.note.as_ref().map(|note| note.len()) }
""",
    "bc_move/drop_clone": """
pub fn labels(name: String) -> Vec<String> {
    let first = name.clone();
    vec![first, name]
}
""",
    "bc_move/for_by_value": """
pub fn total(names: Vec<String>) -> (usize, usize) {
    let mut sum = 0;
    for name in &names { sum += name.len(); }
    (sum, names.len())
}
""",
    "bc_move/into_iter": """
pub struct Cart { pub items: Vec<String> }
pub fn longest(cart: &Cart) -> usize { cart.items.iter().map(|item| item.len()).max().unwrap_or(0) }
""",
    "bc_move/match_by_value": """
pub fn describe(name: Option<String>) -> (usize, Option<String>) {
    let length = match &name { Some(text) => text.len(), None => 0 };
    (length, name)
}
""",
    "bc_mut/borrow_earlier": """
pub fn add(mut list: Vec<u32>) -> u32 {
    list.push(7);
    let first = &list[0];
    *first
}
""",
    "bc_mut/drop_mut": """
pub fn count(words: &[&str]) -> usize {
    let mut total = 0;
    for word in words { total += word.len(); }
    total
}
""",
    "bc_mut/shared_argument": """
fn fill(list: &mut Vec<u32>) { list.push(1); }
pub fn filled() -> Vec<u32> { let mut list = Vec::new(); fill(&mut list); list }
""",
    "bc_mut/shared_parameter": """
pub fn fill(list: &mut Vec<u32>) { list.push(1); }
""",
    "bc_mut/shared_receiver": """
pub struct Counter { hits: u32 }
impl Counter { pub fn hit(&mut self) { self.hits += 1; } }
""",
    "bc_mut/use_later": """
pub fn add(mut list: Vec<u32>) -> (u32, Vec<u32>) {
    let mut seen = 0;
    let first = &list[0];
    seen += *first;
    list.push(7);
    (seen, list)
}
""",
    "bc_rc_arc/drop_count": """
use std::rc::Rc;
pub fn pair(name: Rc<str>) -> (Rc<str>, Rc<str>) { let other = Rc::clone(&name); (name, other) }
""",
    "bc_rc_arc/drop_new": """
use std::rc::Rc;
pub fn shared(name: &str) -> Rc<String> { Rc::new(name.to_uppercase()) }
""",
    "bc_rc_arc/skip_make_mut": """
use std::rc::Rc;
pub fn add(mut list: Rc<Vec<u32>>) -> Rc<Vec<u32>> { Rc::make_mut(&mut list).push(1); list }
""",
    "bc_ref/add_reference": """
fn double(number: u32) -> u32 { number * 2 }
pub fn four(number: u32) -> u32 { double(number) + double(number) }
""",
    "bc_ref/drop_dereference": """
pub fn raise(prices: &mut [u32]) { for price in prices { *price += 1; } }
""",
    "bc_ref/drop_reference": """
fn length(text: &String) -> usize { text.len() }
pub fn both(text: String) -> usize { length(&text) * 2 }
""",
    "rh_combinators/eager_for_lazy": """
pub fn size(text: Option<u32>) -> u32 { text.unwrap_or_else(|| 7) }
""",
    "rh_combinators/lazy_for_eager": """
pub fn size(text: Option<u32>) -> u32 { text.unwrap_or(7) }
""",
    "rh_combinators/map_for_and_then": """
pub fn half(number: Option<u32>) -> Option<u32> { number.and_then(|found| found.checked_div(2)) }
""",
    "rh_combinators/map_for_filter_map": """
pub fn numbers(words: &[&str]) -> Vec<u32> { words.iter().filter_map(|word| word.parse().ok()).collect() }
""",
    "rh_custom_error/drop_from_impl": """
pub struct Failure(String);
impl From<std::num::ParseIntError> for Failure {
    fn from(error: std::num::ParseIntError) -> Self { Failure(error.to_string()) }
}
pub fn port(text: &str) -> Result<u16, Failure> { Ok(text.parse::<u16>()?) }
pub fn reason(failure: &Failure) -> &str { &failure.0 }
""",
    "rh_custom_error/drop_map_err": """
pub fn port(text: &str) -> Result<u16, String> { let port = text.parse::<u16>().map_err(|error| error.to_string())?; Ok(port) }
""",
    "rh_early_return/drop_return": """
pub fn checked(age: u32) -> Result<u32, String> {
    if age > 150 { return Err(format!("{age} is too old")); }
    Ok(age)
}
""",
    "rh_early_return/else_falls_through": """
pub fn first(list: &[u32]) -> Option<u32> { let Some(one) = list.first() else { return None; }; Some(one + 1) }
""",
    "rh_match/drop_arm": """
pub enum Light { Red, Amber, Green }
pub fn wait(light: &Light) -> u32 {
    match light {
        Light::Red => 30,
        Light::Amber => 3,
        Light::Green => 0,
    }
}
""",
    "rh_match/drop_wildcard": """
/// The number in words, "many" above one.
pub fn name(number: u32) -> &'static str { match number { 0 => "none", 1 => "one", _ => "many" } }
""",
    "rh_option/drop_default_value": """
pub fn first(list: &[u32]) -> u32 { list.first().copied().unwrap_or(0) }
""",
    "rh_option/drop_some": """
pub fn even(number: u32) -> Option<u32> { if number % 2 == 0 { Some(number) } else { None } }
""",
    "rh_question/add_question": """
pub fn lengths(words: &[&str]) -> Vec<usize> { words.iter().map(|word| word.len()).collect() }
""",
    "rh_question/drop_question": """
pub fn double(text: &str) -> Result<u32, std::num::ParseIntError> { let number = text.parse::<u32>()?; Ok(number * 2) }
""",
    "rh_question/plain_return": """
pub fn double(text: &str) -> Result<u32, std::num::ParseIntError> { let number = text.parse::<u32>()?; Ok(number * 2) }
""",
    "rh_result/drop_err": """
pub fn checked(age: u32) -> Result<u32, String> { if age > 150 { return Err(format!("{age} is too old")); } Ok(age) }
""",
    "rh_result/drop_ok": """
pub fn checked(age: u32) -> Result<u32, String> { if age > 150 { return Err(format!("{age} is too old")); } Ok(age) }
""",
    "rh_result/drop_ok_or": """
pub struct Empty;
pub fn first(list: &[u32]) -> Result<u32, Empty> { let one = list.first().ok_or(Empty)?; Ok(one + 1) }
""",
    "rh_result/drop_ok_unit": """
pub fn check(age: u32) -> Result<(), String> {
    if age > 150 { return Err(format!("{age} is too old")); }
    Ok(())
}
""",
    "rh_unwrap_expect/drop_expect": """
pub fn port(text: &str) -> u16 { text.parse::<u16>().expect("a port") + 1 }
""",
    "rh_unwrap_expect/drop_unwrap": """
pub fn port(text: &str) -> u16 { text.parse::<u16>().unwrap() + 1 }
""",
    "tb_associated/bare_name": """
pub struct Countdown(u32);
impl Iterator for Countdown {
    type Item = u32;
    fn next(&mut self) -> Option<Self::Item> { self.0 = self.0.checked_sub(1)?; Some(self.0) }
}
""",
    "tb_associated/drop_binding": """
fn evens() -> impl Iterator<Item = u32> { (0..10).filter(|number| number % 2 == 0) }
pub fn total() -> u32 { evens().sum() }
""",
    "tb_associated/drop_type": """
pub struct Countdown(u32);
impl Iterator for Countdown {
    type Item = u32;
    fn next(&mut self) -> Option<u32> { self.0 = self.0.checked_sub(1)?; Some(self.0) }
}
""",
    "tb_bounds/drop_bound": """
pub fn largest<T: PartialOrd + Copy>(list: &[T]) -> T { let mut best = list[0]; for &one in list { if one > best { best = one; } } best }
""",
    "tb_bounds/drop_only_bound": """
pub fn same<T: PartialEq>(first: &T, second: &T) -> bool { first == second }
""",
    "tb_derive/drop_clone_derive": """
#[derive(Clone)]
pub struct Item { pub name: String }
pub fn copy(item: &Item) -> Item { item.clone() }
""",
    "tb_derive/drop_comparison": """
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32);
pub fn newest(mut all: Vec<Version>) -> bool { all.sort(); all.first() == Some(&Version(1)) }
""",
    "tb_derive/drop_debug": """
#[derive(Debug)]
pub struct Item { pub name: String }
pub fn shown(item: &Item) -> String { format!("{item:?}") }
""",
    "tb_derive/drop_default": """
#[derive(Default)]
pub struct Settings { pub depth: u32 }
pub fn plain() -> Settings { Settings::default() }
""",
    "tb_derive/drop_hash": """
#[derive(PartialEq, Eq, Hash)]
pub struct Key(pub u32);
pub fn keys() -> std::collections::HashSet<Key> { std::iter::once(Key(1)).collect() }
""",
    "tb_display_debug/debug_for_display": """
pub struct Price(u32);
impl std::fmt::Display for Price {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(out, "{} cents", self.0) }
}
pub fn label(price: &Price) -> String { price.to_string() + &format!("{price}") }
""",
    "tb_display_debug/debug_placeholder": """
pub struct Price(u32);
impl std::fmt::Display for Price {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(out, "{} cents", self.0) }
}
pub fn label(price: &Price) -> String { price.to_string() + &format!("{price}") }
""",
    "tb_display_debug/display_placeholder": """
#[derive(Debug)]
pub struct Price(pub u32);
pub fn label(price: &Price) -> String { format!("{price:?}") }
""",
    "tb_dyn/bare_trait": """
pub trait Shape { fn area(&self) -> f64; }
pub fn total(shapes: &[Box<dyn Shape>]) -> f64 { shapes.iter().map(|shape| shape.area()).sum() }
""",
    "tb_dyn/drop_box": """
pub trait Shape { fn area(&self) -> f64; }
pub struct Square(pub f64);
impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } }
pub fn unit() -> Box<dyn Shape> { Box::new(Square(1.0)) }
""",
    "tb_dyn/opaque_return": """
pub trait Shape { fn sides(&self) -> u32; }
pub struct Square;
pub struct Line;
impl Shape for Square { fn sides(&self) -> u32 { 4 } }
impl Shape for Line { fn sides(&self) -> u32 { 1 } }
pub fn shape(closed: bool) -> Box<dyn Shape> { if closed { Box::new(Square) } else { Box::new(Line) } }
""",
    "tb_dyn/unboxed_return": """
pub trait Shape { fn area(&self) -> f64; }
pub struct Square(pub f64);
impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } }
pub fn unit() -> Box<dyn Shape> { Box::new(Square(1.0)) }
""",
    "tb_from_into/drop_from": """
pub fn wide(count: u32) -> u64 { u64::from(count) * 2 }
""",
    "tb_from_into/drop_into": """
pub fn named(name: &str) -> String { name.into() }
""",
    "tb_impl/drop_method": """
pub trait Shape { fn area(&self) -> f64; fn sides(&self) -> u32; }
pub struct Square(pub f64);
impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } fn sides(&self) -> u32 { 4 } }
""",
    "tb_impl/drop_receiver": """
pub trait Shape { fn area(&self) -> f64; fn sides(&self) -> u32; }
pub struct Square(pub f64);
impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } fn sides(&self) -> u32 { 4 } }
""",
    "tb_impl/misnamed": """
pub trait Shape { fn area(&self) -> f64; fn sides(&self) -> u32; }
pub struct Square(pub f64);
impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } fn sides(&self) -> u32 { 4 } }
""",
    "tb_impl/mutable_receiver": """
pub trait Shape { fn area(&self) -> f64; fn sides(&self) -> u32; }
pub struct Square(pub f64);
impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } fn sides(&self) -> u32 { 4 } }
""",
    "tb_iterator/drop_collect": """
pub fn doubled(list: &[u32]) -> Vec<u32> { list.iter().map(|one| one * 2).collect() }
""",
    "tb_iterator/drop_copied": """
pub fn largest(list: &[u32]) -> Option<u32> { list.iter().copied().max() }
""",
    "tb_iterator/drop_iter": """
pub fn doubled(list: &[u32]) -> Vec<u32> { list.iter().map(|one| one * 2).collect() }
""",
    "tb_send_sync/drop_send": """
pub struct Job { pub work: Box<dyn FnOnce() -> u32 + Send> }
pub fn started(job: Job) -> std::thread::JoinHandle<u32> { std::thread::spawn(move || (job.work)()) }
""",
    "tb_send_sync/drop_send_bound": """
pub fn started<F: FnOnce() -> u32 + Send + 'static>(work: F) -> std::thread::JoinHandle<u32> { std::thread::spawn(work) }
""",
    "tb_send_sync/rc_for_arc": """
use std::sync::{Arc, Mutex};
use std::thread;
pub fn counted(words: Vec<String>) -> usize {
    let total = Arc::new(Mutex::new(0));
    let shared = Arc::clone(&total);
    let handle = thread::spawn(move || { *shared.lock().unwrap() += words.len(); });
    handle.join().unwrap();
    *total.lock().unwrap()
}
""",
    "tb_send_sync/refcell_for_mutex": """
use std::sync::{Arc, Mutex};
use std::thread;
pub fn counted(words: Vec<String>) -> usize {
    let total = Arc::new(Mutex::new(0));
    let shared = Arc::clone(&total);
    let handle = thread::spawn(move || { *shared.lock().unwrap() += words.len(); });
    handle.join().unwrap();
    *total.lock().unwrap()
}
""",
    "tb_where/drop_predicate": """
pub fn count<K>(keys: Vec<K>) -> usize where K: std::hash::Hash + Eq { keys.into_iter().collect::<std::collections::HashSet<K>>().len() }
""",
    "tb_where/drop_where_bound": """
pub fn count<K>(keys: Vec<K>) -> usize where K: std::hash::Hash + Eq { keys.into_iter().collect::<std::collections::HashSet<K>>().len() }
""",
}
