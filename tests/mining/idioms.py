"""One small program for each mutator of the Rust 2024 families, which has no lint before it and the named one after it."""

IDIOMS = {
    "r24_async_closure/block_borrows": """
async fn fetch(id: u32) -> u32 { id }
async fn sum<F: AsyncFn(u32) -> u32>(ask: F) -> u32 { ask(1).await + ask(2).await }
pub async fn total() -> u32 { sum(async |id| fetch(id).await).await }
""",
    "r24_async_closure/block_escapes": """
async fn twice<F: AsyncFnMut()>(mut act: F) { act().await; act().await; }
pub async fn count() -> u32 { let mut hits = 0; twice(async || { hits += 1; }).await; hits }
""",
    "r24_async_closure/block_moves": """
async fn each<F: AsyncFnMut(u32)>(mut act: F) { for id in 0..3 { act(id).await; } }
pub async fn log() -> Vec<u32> { let mut seen = Vec::new(); each(async |id| seen.push(id)).await; seen }
""",
    "r24_async_closure/drop_async": """
async fn fetch(id: u32) -> u32 { id }
async fn sum<F: AsyncFn(u32) -> u32>(ask: F) -> u32 { ask(1).await + ask(2).await }
pub async fn total() -> u32 { sum(async |id| fetch(id).await).await }
""",
    "r24_clippy_modern/assign_op_pattern": """
pub struct Account { pub cents: i64 }
pub fn pay(account: &mut Account, cents: i64, count: i64) { account.cents -= cents * count; }
""",
    "r24_clippy_modern/bind_instead_of_map": """
pub fn next(number: Option<u32>) -> Option<u32> { number.map(|found| found + 1) }
""",
    "r24_clippy_modern/bool_comparison": """
pub fn greeting(name: &str) -> &'static str { if !name.is_ascii() { "hi" } else { "hello" } }
""",
    "r24_clippy_modern/cast_lossless": """
pub fn wide(count: u32) -> u64 { u64::from(count) * 2 }
pub fn widest(count: u32) -> u64 { let wide = u64::from(count); wide * wide }
""",
    "r24_clippy_modern/explicit_iter_loop": """
pub fn raise(prices: &mut Vec<u32>) -> u32 {
    let mut total = 0;
    for price in &*prices { total += price; }
    for price in &mut *prices { *price += 1; }
    let list = vec![total];
    for price in &list { total += price; }
    total
}
""",
    "r24_clippy_modern/filter_next": """
pub fn large(sizes: &[u32]) -> Option<&u32> { sizes.iter().find(|size| **size > 9) }
""",
    "r24_clippy_modern/get_first": """
pub fn first(sizes: &[u32]) -> Option<&u32> { sizes.first() }
""",
    "r24_clippy_modern/io_other_error": """
pub fn failure(reason: &str) -> std::io::Error { std::io::Error::other(reason) }
""",
    "r24_clippy_modern/len_zero": """
pub fn ready(queue: &[u32], done: bool) -> bool { done && !queue.is_empty() }
""",
    "r24_clippy_modern/manual_clamp": """
pub fn level(volume: u32) -> u32 { volume.clamp(1, 9) }
""",
    "r24_clippy_modern/manual_next_back": """
pub fn last(text: &str) -> Option<&str> { text.split(' ').next_back() }
""",
    "r24_clippy_modern/manual_range_contains": """
pub fn is_level(volume: u32) -> bool { (1..=9).contains(&volume) }
""",
    "r24_clippy_modern/manual_repeat_n": """
pub fn line(width: usize) -> String { std::iter::repeat_n('-', width).collect() }
""",
    "r24_clippy_modern/manual_strip": """
pub fn title(line: &str) -> &str {
    if let Some(rest) = line.strip_prefix("# ") {
        rest
    } else {
        line
    }
}
""",
    "r24_clippy_modern/map_unwrap_or": """
pub fn double(number: Option<u32>) -> u32 { number.map_or(0, |found| found * 2) }
""",
    "r24_clippy_modern/needless_bool": """
pub fn is_large(size: u32) -> bool { size > 9 }
""",
    "r24_clippy_modern/needless_lifetimes": """
pub struct Item { name: String }
impl Item { pub fn name(&self) -> &str { &self.name } }
""",
    "r24_clippy_modern/needless_range_loop": """
pub fn total(prices: &[u32]) -> u32 {
    let mut sum = 0;
    for price in prices.iter() {
        sum += price;
    }
    sum
}
""",
    "r24_clippy_modern/needless_return": """
pub fn double(number: u32) -> u32 { number * 2 }
""",
    "r24_clippy_modern/ptr_arg": """
pub fn total(prices: &[u32], name: &str) -> usize { prices.len() + name.len() }
""",
    "r24_clippy_modern/question_mark": """
pub fn double(text: &str) -> Result<u32, std::num::ParseIntError> { let number = text.parse::<u32>()?; Ok(number * 2) }
pub fn half(list: &[u32]) -> Option<u32> { let first = list.first()?; Some(first / 2) }
""",
    "r24_clippy_modern/redundant_closure": """
pub fn owned(words: Vec<&str>) -> Vec<String> { words.into_iter().map(String::from).collect() }
""",
    "r24_clippy_modern/redundant_closure_for_method_calls": """
pub fn lengths(words: &[String]) -> Vec<usize> { words.iter().map(String::len).collect() }
""",
    "r24_clippy_modern/redundant_field_names": """
pub struct Order { pub name: String, pub count: u32 }
pub fn order(name: String) -> Order { Order { name, count: 1 } }
""",
    "r24_clippy_modern/redundant_static_lifetimes": """
pub const GREETING: &str = "hello";
""",
    "r24_clippy_modern/search_is_some": """
pub fn has_large(sizes: &[u32]) -> bool { sizes.iter().any(|size| *size > 9) }
""",
    "r24_clippy_modern/single_match": """
pub fn push(found: Option<u32>, list: &mut Vec<u32>) {
    if let Some(one) = found {
        list.push(one);
    }
}
""",
    "r24_clippy_modern/unwrap_or_default": """
use std::collections::BTreeMap;
pub fn add(groups: &mut BTreeMap<u32, Vec<u32>>, key: u32) { groups.entry(key).or_default().push(key); }
""",
    "r24_clippy_modern/useless_format": """
pub fn unknown() -> String { "unknown".to_string() }
""",
    "r24_copied/map_clone": """
pub fn copies(names: &[String]) -> Vec<String> { names.iter().cloned().collect() }
""",
    "r24_copied/map_clone_copied": """
pub fn copies(sizes: &[u32]) -> Vec<u32> { sizes.iter().copied().collect() }
""",
    "r24_copied/map_dereference": """
pub fn copies(sizes: &[u32]) -> Vec<u32> { sizes.iter().copied().collect() }
""",
    "r24_copied/map_pattern": """
pub fn first(sizes: &[u32]) -> Option<u32> { sizes.first().copied() }
""",
    "r24_flatten/filter_map_identity": """
pub fn known(replies: Vec<Option<u32>>) -> Vec<u32> { replies.into_iter().flatten().collect() }
""",
    "r24_flatten/filter_ok": """
pub fn known(replies: Vec<Result<u32, String>>) -> Vec<u32> { replies.into_iter().flatten().collect() }
""",
    "r24_flatten/filter_some": """
pub fn known(replies: Vec<Option<u32>>) -> Vec<u32> { replies.into_iter().flatten().collect() }
""",
    "r24_flatten/flat_map_identity": """
pub fn all(pages: Vec<Vec<u32>>) -> Vec<u32> { pages.into_iter().flatten().collect() }
""",
    "r24_flatten/if_let_ok": """
pub fn total(replies: Vec<Result<u32, String>>) -> u32 {
    let mut sum = 0;
    for reply in replies.into_iter().flatten() {
        sum += reply;
    }
    sum
}
""",
    "r24_flatten/if_let_some": """
pub fn total(replies: &[Option<u32>]) -> u32 {
    let mut sum = 0;
    for reply in replies.iter().flatten() {
        sum += reply;
    }
    sum
}
""",
    "r24_flatten/map_flatten": """
pub fn half(number: Option<u32>) -> Option<u32> { number.and_then(|found| found.checked_div(2)) }
pub fn letters(words: &[&str]) -> Vec<char> { words.iter().flat_map(|word| word.chars()).collect() }
""",
    "r24_fmt/all_behind": """
pub fn label(name: &str, count: u32) -> String { format!("{name}: {count:>4}") }
""",
    "r24_fmt/count_behind": """
pub fn cell(name: &str, width: usize) -> String { format!("{name:>width$}|") }
""",
    "r24_fmt/named_behind": """
pub fn shown(name: &str) { println!("hello, {name}"); }
""",
    "r24_fmt/one_behind": """
pub fn label(name: &str, count: u32) -> String { format!("{name}: {count:?}") }
""",
    "r24_is_ok_and/map_default": """
pub fn is_port(text: &str) -> bool { text.parse::<u16>().is_ok_and(|port| port > 1023) }
""",
    "r24_is_ok_and/map_equals": """
pub fn is_port(text: &str) -> bool { text.parse::<u16>().is_ok_and(|port| port > 1023) }
""",
    "r24_is_ok_and/map_or_false": """
pub fn is_port(text: &str) -> bool { text.parse::<u16>().is_ok_and(|port| port > 1023) }
""",
    "r24_is_some_and/map_default": """
pub fn is_large(size: Option<u32>) -> bool { size.is_some_and(|found| found > 9) }
""",
    "r24_is_some_and/map_equals": """
pub fn is_large(size: Option<u32>) -> bool { size.is_some_and(|found| found > 9) }
""",
    "r24_is_some_and/map_or_false": """
pub fn is_large(size: Option<u32>) -> bool { size.is_some_and(|found| found > 9) }
""",
    "r24_is_some_and/map_or_true": """
pub fn is_small(size: Option<u32>) -> bool { size.is_none_or(|found| found < 9) }
""",
    "r24_let_chain/nest_binding": """
pub fn first(list: &[u32], ready: bool, out: &mut Vec<u32>) {
    if ready && let Some(found) = list.first() {
        out.push(*found);
    }
}
""",
    "r24_let_chain/nest_condition": """
pub fn first(list: &[u32], out: &mut Vec<u32>) {
    if let Some(found) = list.first()
        && *found > 9
    {
        out.push(*found);
    }
}
""",
    "r24_let_else/if_let_else": """
pub fn first(list: &[u32]) -> u32 {
    let Some(found) = list.first() else {
        return 0;
    };
    found + 1
}
""",
    "r24_let_else/match_else": """
pub fn port(text: &str) -> u16 { let Ok(port) = text.parse::<u16>() else { return 80 }; port + 1 }
pub fn sum(list: &[u32]) -> u32 {
    let [first, mut second] = *list else {
        return 0;
    };
    second += first;
    second
}
""",
    "r24_matches/if_let_bool": """
pub enum Light { Red, Amber, Green }
pub fn stops(light: &Light) -> bool { matches!(light, Light::Red | Light::Amber) }
""",
    "r24_matches/match_bool": """
pub fn is_large(size: Option<u32>) -> bool { matches!(size, Some(found) if found > 9) }
""",
    "r24_matches/negated_match": """
pub enum Light { Red, Amber, Green }
pub fn goes(light: &Light) -> bool { !matches!(light, Light::Red | Light::Amber) }
""",
}
