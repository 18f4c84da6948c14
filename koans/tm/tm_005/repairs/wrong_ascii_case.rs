//! Steps that a text goes through.

/// Applies each step to the text, in order.
pub fn apply(text: &str, steps: &[Box<dyn Fn(&str) -> String>]) -> String {
    steps.iter().fold(text.to_string(), |text, step| step(&text))
}

/// The steps by name: `trim`, `upper`, and `double`, which writes the text twice with a blank between. Other names change nothing.
pub fn step(name: &str) -> Box<dyn Fn(&str) -> String> {
    match name {
        "trim" => Box::new(|text: &str| text.trim().to_string()),
        "upper" => Box::new(|text: &str| text.to_ascii_uppercase()),
        "double" => Box::new(|text: &str| text.to_string() + " " + text),
        _ => Box::new(|text: &str| text.to_string()),
    }
}
