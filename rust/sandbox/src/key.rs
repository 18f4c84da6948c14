//! Keys of the cache: a hash of everything that a verdict depends on.

use blake3::Hasher;

use crate::limits::Limits;
use crate::lint::Lint;
use crate::runtime;
use crate::stage::flags;
use crate::toolchain::Toolchain;

/// Raised whenever the meaning of a verdict changes without a change of the flags, the harness or the runtime.
const VERSION: u32 = 4;

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
    pub(crate) fn verdict(&self, koan: &str, harness: &str, source: &[u8], seed: u64) -> String {
        self.of(&[b"verdict", koan.as_bytes(), harness.as_bytes(), source, &seed.to_le_bytes()])
    }

    /// The key of a check without probes.
    pub(crate) fn check(&self, edition: &str, allow_unsafe: bool, source: &[u8]) -> String {
        self.of(&[b"check", edition.as_bytes(), &[u8::from(allow_unsafe)], source])
    }

    /// The key of a look for one lint.
    pub(crate) fn lint(&self, edition: &str, lint: &Lint, source: &[u8]) -> String {
        self.of(&[b"lint", edition.as_bytes(), lint.version().as_bytes(), lint.flags().join(" ").as_bytes(), source])
    }

    /// The key of a reference's transcript.
    pub(crate) fn reference(&self, koan: &str, harness: &str, seed: u64) -> String {
        self.of(&[b"reference", koan.as_bytes(), harness.as_bytes(), &seed.to_le_bytes()])
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
