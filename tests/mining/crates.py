"""One small program for each mutator that needs crates besides std, with their names."""

_FIELDS = """
use fields::Fields;
#[derive(Debug, Fields)]
pub struct Parcel {
    #[field(rename = "kilograms")]
    weight: u32,
    #[field(skip)]
    pub note: String,
}
pub fn load(parcels: &[Parcel]) -> u32 { parcels.iter().map(|parcel| *parcel.kilograms()).sum() }
"""

_ANYHOW = """
use anyhow::{Context, Result, anyhow, bail};
pub fn port(text: &str) -> Result<u16> {
    let last = text.rsplit(':').next().context("the address ends in no port")?;
    if last.len() > 5 {
        bail!("the port {last} is too long");
    }
    Ok(last.parse::<u16>()?)
}
pub fn first(words: &[String]) -> Result<&String> { words.first().ok_or_else(|| anyhow!("there is no word")) }
"""

_QUALIFIED = """
use anyhow::Context;
pub fn port(text: &str) -> anyhow::Result<u16> { text.parse::<u16>().context("no port") }
"""

_THISERROR = """
use thiserror::Error;
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("the key {key} is missing")]
    Missing { key: String },
    #[error("the port is no number")]
    Port(#[from] std::num::ParseIntError),
}
pub fn port(text: Option<&str>) -> Result<u16, ConfigError> {
    let text = text.ok_or_else(|| ConfigError::Missing { key: "port".to_owned() })?;
    Ok(text.parse::<u16>()?)
}
"""

_SOURCES = {
    (_FIELDS, "fields"): (
        "adv_proc_macro/drop_derive",
        "adv_proc_macro/drop_helper",
        "adv_proc_macro/drop_import",
        "adv_proc_macro/misspelt_derive",
        "adv_proc_macro/misspelt_helper",
    ),
    (_ANYHOW, "anyhow"): (
        "rh_anyhow/drop_context",
        "rh_anyhow/drop_context_import",
        "rh_anyhow/drop_result_import",
        "rh_anyhow/format_for_anyhow",
        "rh_anyhow/string_for_bail",
    ),
    (_QUALIFIED, "anyhow"): ("rh_anyhow/std_result",),
    (_THISERROR, "thiserror"): (
        "rh_thiserror/drop_debug",
        "rh_thiserror/drop_derive",
        "rh_thiserror/drop_from",
        "rh_thiserror/drop_message",
        "rh_thiserror/unknown_field",
    ),
}

WITH_CRATES = {name: (source, [needed]) for (source, needed), names in _SOURCES.items() for name in names}
