//! A new koan.

use super::KoanError;
use super::load::family_of;

const FILES: [(&str, &str); 6] = [
    ("broken.rs", include_str!("scaffold/broken.rs")),
    ("fixed.rs", include_str!("scaffold/fixed.rs")),
    ("probes.rs", include_str!("scaffold/probes.rs")),
    ("repairs/right_line_first.rs", include_str!("scaffold/right_line_first.rs")),
    ("repairs/wrong_not_put_in.rs", include_str!("scaffold/wrong_not_put_in.rs")),
    ("repairs/wrong_total_before.rs", include_str!("scaffold/wrong_total_before.rs")),
];

/// The files of a new koan, each with its text; it passes the gate as it stands.
pub fn scaffold(id: &str) -> Result<Vec<(String, String)>, KoanError> {
    let Some(family) = family_of(id) else {
        return Err(KoanError::one(
            id,
            "a malformed id, expected lower-case letters, `_`, then a number or name, such as bc_001",
        ));
    };
    let manifest = format!(
        "id = \"{id}\"\nfamily = \"{family}\"\ntitle = \"A good is read after it moved into the basket\"\n\
         pattern = \"use_after_move\"\ncodes = [\"E0382\"]\n"
    );
    let mut files = vec![("koan.toml".to_owned(), manifest)];
    files.extend(FILES.map(|(name, text)| (name.to_owned(), text.to_owned())));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::Koan;
    use super::*;

    #[test]
    fn a_new_koan_loads() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("my_first");
        std::fs::create_dir_all(folder.join("repairs")).unwrap();
        for (name, text) in scaffold("my_first").unwrap() {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let koan = Koan::load(&folder).unwrap();
        assert_eq!((koan.family.as_str(), koan.repairs.len()), ("my", 3));
    }

    #[test]
    fn a_malformed_id_is_an_error() {
        for id in ["", "bc", "bc_", "_1", "BC_001", "bc-001", "b1_001", "bc_001/..", "bc_ü"] {
            assert!(scaffold(id).is_err(), "{id:?}");
        }
    }
}
