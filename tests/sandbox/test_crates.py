"""Crates of the user, from Python: what cargo and rustc say in the jail of candidates that replace files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from share_rs.crates import CrateSandbox, Patch
from share_rs.errors import CrateError, ShareError

MANIFEST = '[package]\nname = "shelf"\nversion = "0.1.0"\nedition = "2021"\nlicense = "MIT"\n'
SHELF = """pub mod books;

pub fn twice(count: u32) -> u32 {
    books::add(count, count)
}

#[cfg(test)]
mod tests {
    #[test]
    fn twice_is_the_sum() {
        assert_eq!(super::twice(4), 8);
    }

    #[test]
    fn finds_a_network() {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    }
}
"""
BOOKS = "pub fn add(one: u32, other: u32) -> u32 {\n    one + other\n}\n"


def make(root: Path, **files: str) -> Path:
    """Writes a crate; a double underscore in a name stands for a slash, a single one before the ending for a dot."""
    for name, text in {"Cargo_toml": MANIFEST, "src__lib_rs": SHELF, "src__books_rs": BOOKS, **files}.items():
        parts = name.split("__")
        stem, _, ending = parts[-1].rpartition("_")
        path = root.joinpath(*parts[:-1], f"{stem}.{ending}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def fingerprint(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrateSandbox]:
    root = make(tmp_path_factory.mktemp("shelf"))
    before = fingerprint(root)
    with CrateSandbox(root, workers=2, offline=True) as opened:
        yield opened
    assert fingerprint(root) == before


def test_a_crate_tells_what_it_is(shelf: CrateSandbox) -> None:
    assert (shelf.name, shelf.version, shelf.licence, shelf.edition) == ("shelf", "0.1.0", "MIT", "2021")
    assert shelf.sources == ["src/books.rs", "src/lib.rs"]
    assert shelf.lib_file == "src/lib.rs"
    assert shelf.locked_here
    assert "landlock" in shelf.jail


def test_many_edits_are_checked_in_order_with_spans_that_name_their_file(shelf: CrateSandbox) -> None:
    wrong = [BOOKS.replace("one + other", f"one + {number}.5") for number in range(6)]
    verdicts = shelf.checks([{}, *({"src/books.rs": text} for text in wrong), {"src/books.rs": BOOKS}])
    assert [verdict.outcome for verdict in verdicts] == ["compiles", *["compile_error"] * 6, "compiles"]
    for text, verdict in zip(wrong, verdicts[1:], strict=False):
        assert verdict.codes == ["E0277"]
        span = next(span for span in verdict.diagnostics[0].spans if span.is_primary)
        assert span.file == "src/books.rs"
        assert text.encode()[span.byte_start : span.byte_end] == b"+"


def test_errors_in_several_files_are_all_told(shelf: CrateSandbox) -> None:
    files = {"src/books.rs": BOOKS.replace("one + other", "true"), "src/lib.rs": SHELF.replace("u32 {", "bool {")}
    (verdict,) = shelf.checks([files])
    assert {span.file for found in verdict.diagnostics for span in found.spans} == set(files)
    assert verdict.to_dict()["judge"] == "compiler"


def test_tests_judge_by_what_passes_in_the_original(shelf: CrateSandbox) -> None:
    forged = 'pub fn add(one: u32, _: u32) -> u32 {\n    println!("test result: ok");\n    std::process::exit(0);\n}\n'
    patches = [Patch({}), Patch({"src/books.rs": BOOKS.replace("+", "*")}), Patch({"src/books.rs": forged})]
    right, wrong, exits = shelf.run(patches, "test")
    assert shelf.baseline().passed == ("lib tests::twice_is_the_sum",)
    assert shelf.baseline().failed == ("lib tests::finds_a_network",)
    assert (right.outcome, right.judge, right.passed_tests) == ("pass", "tests", ["lib tests::twice_is_the_sum"])
    assert (wrong.outcome, wrong.failed_tests) == ("test_fail", ["lib tests::twice_is_the_sum"])
    assert exits.outcome == "test_fail"


@pytest.mark.parametrize("name", ["../outside.rs", "/etc/x", ".cargo/config.toml", "Cargo.lock", "a/../b.rs"])
def test_files_that_are_not_the_candidates_are_refused(shelf: CrateSandbox, name: str) -> None:
    (verdict,) = shelf.run([Patch({name: ""})], "check")
    assert verdict.outcome == "policy_reject"
    assert name in verdict.detail


def test_a_folder_of_no_crate_a_wrong_limit_and_a_closed_crate_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CrateError, match=r"a folder with a Cargo\.toml"):
        CrateSandbox(tmp_path, offline=True)
    with pytest.raises(ShareError, match="expected a limit named"):
        CrateSandbox(tmp_path, limits={"patience": 1})
    opened = CrateSandbox(make(tmp_path), workers=1, offline=True)
    opened.close()
    with pytest.raises(ShareError, match="was closed"):
        opened.checks([{}])


def test_dependencies_with_build_scripts_and_procedural_macros_are_built(tmp_path: Path) -> None:
    manifest = MANIFEST + '[dependencies]\nthiserror = "2"\n'
    lib = '#[derive(Debug, thiserror::Error)]\n#[error("no {0}")]\npub struct Missing(pub String);\n'
    root = make(tmp_path, Cargo_toml=manifest, src__lib_rs=lib)
    with CrateSandbox(root, workers=2, offline=True) as opened:
        broken = lib.replace("{0}", "{1}")
        verdicts = opened.checks([{}, {"src/lib.rs": broken}, {}, {"src/lib.rs": broken}])
    assert [verdict.outcome for verdict in verdicts] == ["compiles", "compile_error"] * 2
    assert verdicts[1].to_dict()["diagnostics"] == verdicts[3].to_dict()["diagnostics"]
