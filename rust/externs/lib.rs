//! Nothing: a package is needed to name the crates that programs may use.
