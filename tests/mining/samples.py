"""One small program for each mutator, which rustc must refuse after it as the mutator says."""

SAMPLES = {
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
}
