//! Keys of the cache: a hash of everything that a verdict depends on.

use blake3::Hasher;

use crate::externs;
use crate::judge::KoanInput;
use crate::limits::Limits;
use crate::lint::Lint;
use crate::runtime;
use crate::stage::{Terms, flags};
use crate::toolchain::Toolchain;

/// Raised whenever the meaning of a verdict changes without a change of the flags, the harness or the runtime.
const VERSION: u32 = 5;

/// What all keys of one sandbox share.
#[derive(Debug, Clone)]
pub(crate) struct Base(Hasher);

impl Base {
    pub(crate) fn new(toolchain: &Toolchain, link: &[String], jail: &str, limits: &Limits) -> Self {
        let mut hasher = Hasher::new();
        part(&mut hasher, &VERSION.to_le_bytes());
        part(&mut hasher, env!("CARGO_PKG_VERSION").as_bytes());
        part(&mut hasher, runtime::hash().as_bytes());
        part(&mut hasher, toolchain.version.as_bytes());
        part(&mut hasher, flags("EDITION", true).join(" ").as_bytes());
        part(&mut hasher, link.join(" ").as_bytes());
        part(&mut hasher, jail.as_bytes());
        part(&mut hasher, format!("{limits:?}").as_bytes());
        Self(hasher)
    }

    /// The key of a candidate for a koan, whose hash covers its probes and its reference.
    pub(crate) fn verdict(&self, koan: &KoanInput, source: &[u8], seed: u64) -> String {
        let crates = externs::key(&koan.externs);
        let KoanInput { content_hash, harness, .. } = koan;
        self.of(&[
            b"verdict",
            content_hash.as_bytes(),
            harness.as_bytes(),
            crates.as_bytes(),
            source,
            &seed.to_le_bytes(),
        ])
    }

    /// The key of a check without probes.
    pub(crate) fn check(&self, terms: Terms<'_>, source: &[u8]) -> String {
        let crates = externs::key(terms.externs);
        self.of(&[b"check", terms.edition.as_bytes(), &[u8::from(terms.allow_unsafe)], crates.as_bytes(), source])
    }

    /// The key of a look for one lint.
    pub(crate) fn lint(&self, edition: &str, lint: &Lint, source: &[u8]) -> String {
        self.of(&[b"lint", edition.as_bytes(), lint.version().as_bytes(), lint.flags().join(" ").as_bytes(), source])
    }

    /// The key of a reference's transcript.
    pub(crate) fn reference(&self, koan: &KoanInput, seed: u64) -> String {
        let crates = externs::key(&koan.externs);
        let KoanInput { content_hash, harness, .. } = koan;
        self.of(&[b"reference", content_hash.as_bytes(), harness.as_bytes(), crates.as_bytes(), &seed.to_le_bytes()])
    }

    fn of(&self, parts: &[&[u8]]) -> String {
        let mut hasher = self.0.clone();
        for bytes in parts {
            part(&mut hasher, bytes);
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// With its length, so that no two lists of parts give the same bytes.
fn part(hasher: &mut Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}
