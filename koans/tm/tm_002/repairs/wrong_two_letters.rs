//! Names of files for pictures.

/// The name of a picture without its ending, which is the last dot and what follows it.
/// A name that begins with its only dot has no ending.
pub fn stem(name: &str) -> String {
    match name.rfind('.') {
        Some(dot) if dot > 1 => name[..dot].to_string(),
        _ => name.to_string(),
    }
}

/// The name of the small version of a picture: `STEM-small`, and the ending as it was.
pub fn small(name: &str) -> String {
    let stem = stem(name);
    let ending = &name[stem.len()..];
    format!("{stem}-small{ending}")
}
