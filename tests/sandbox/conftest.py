"""A small koan of the tests' own, and a sandbox with a cache of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from share_rs import Koan, Sandbox

FIXED = "/// Twice the number.\npub fn double(number: i64) -> i64 {\n    number * 2\n}\n"
BROKEN = '/// Twice the number.\npub fn double(number: i64) -> i64 {\n    "number"\n}\n'
PROBES = """use crate::double;
use probe::{Draw, Record};

pub fn small(draw: &mut Draw, record: &mut Record) {
    let doubled: i64 = double(draw.int(0..100));
    record.value("secretlabel", &doubled);
}

pub fn large(draw: &mut Draw, record: &mut Record) {
    let doubled: i64 = double(draw.int(1_000_000..2_000_000));
    record.value("secretlabel", &doubled);
}
"""
SETTINGS = 'id = "xx_001"\nfamily = "xx"\ntitle = "A text stands for a number"\npattern = "mismatched_types"\ncodes = ["E0308"]\n'


@pytest.fixture
def koan(tmp_path: Path) -> Koan:
    folder = tmp_path / "koans" / "xx" / "xx_001"
    (folder / "repairs").mkdir(parents=True)
    texts = {
        "koan.toml": SETTINGS,
        "broken.rs": BROKEN,
        "fixed.rs": FIXED,
        "probes.rs": PROBES,
        "repairs/right_sum.rs": FIXED.replace("number * 2", "number + number"),
        "repairs/wrong_same.rs": FIXED.replace("number * 2", "number"),
        "repairs/wrong_zero.rs": FIXED.replace("number * 2", "number - number"),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return Koan(folder)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def sandbox(cache: Path) -> Iterator[Sandbox]:
    with Sandbox(cache_dir=cache) as sandbox:
        yield sandbox
