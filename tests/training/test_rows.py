"""Rows are checked one by one, and each that is none is named by its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import TrainError
from share_rs.training import read_rows
from share_rs.training.rows import refuse

GOOD = {"prompt": "fix it", "answer": "fixed"}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "rows.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts) + b"\n")
    return path


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"prompt": "a"}, "answer is missing, got 'prompt'; expected prompt and answer"),
        ({}, "prompt is missing, got no keys; expected prompt and answer"),
        ({"prompt": 3, "answer": "b"}, "prompt must be a string, got a number"),
        ({"prompt": "a", "answer": None}, "answer must be a string, got null"),
        ({"prompt": "a", "answer": True}, "answer must be a string, got true"),
        ({"prompt": "a", "answer": ["b"]}, "answer must be a string, got a list"),
        ({"prompt": "a", "answer": ""}, "answer is empty; expected text"),
        ({"prompt": " \n", "answer": "b"}, "prompt is empty; expected text"),
        (
            {"prompt": "a", "answer": "b\ud800"},
            "answer holds half of a surrogate pair at character 1; expected valid Unicode",
        ),
        ("text", "expected an object with prompt and answer, got a string"),
        ([1], "expected an object with prompt and answer, got a list"),
        (None, "expected an object with prompt and answer, got null"),
        (b'{"prompt": "a", ', "no JSON ("),
        (b'{"prompt": "\xff"}', "not UTF-8 at byte 12; expected one JSON object a line"),
        (b"[" * 100_000, "no JSON ("),
    ],
)
def test_a_row_that_is_none_is_named_by_its_line(tmp_path: Path, line: object, fault: str) -> None:
    rows = read_rows(write(tmp_path, GOOD, line, GOOD))
    assert [row.place for row in rows.sound] == ["rows.jsonl, line 1", "rows.jsonl, line 3"]
    (found,) = rows.faults
    assert found.startswith(f"rows.jsonl, line 2: {fault}")


def test_empty_lines_other_keys_and_a_byte_order_mark_are_no_faults(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), b"", {**GOOD, "family": "bc"}, b"  \r")
    rows = read_rows(path)
    assert (len(rows.sound), rows.faults) == (2, ())


def test_a_line_ends_at_a_line_feed_and_nowhere_else(tmp_path: Path) -> None:
    separated = {"prompt": "a\u2028b\x85c", "answer": "d"}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(separated, ensure_ascii=False) + "\r\n", encoding="utf-8", newline="")
    (row,) = read_rows(path).sound
    assert row.prompt == separated["prompt"]


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"cannot read the rows .*none\.jsonl: No such file"):
        read_rows(tmp_path / "none.jsonl")


def test_only_the_first_faults_are_told_and_the_others_counted(tmp_path: Path) -> None:
    rows = read_rows(write(tmp_path, *[{"prompt": "a"}] * 8))
    with pytest.raises(TrainError) as raised:
        refuse(rows.faults, "mend them")
    lines = str(raised.value).splitlines()
    assert len(lines) == 7
    assert lines[-2:] == ["... and 3 more", "mend them"]


texts = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: bool(text.strip()))


@given(st.lists(st.fixed_dictionaries({"prompt": texts, "answer": texts}), max_size=5))
def test_a_file_and_mappings_give_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    from_file = read_rows(write(tmp_path_factory.mktemp("rows"), *rows))
    from_memory = read_rows(rows)
    assert from_file.content_hash == from_memory.content_hash
    assert [(row.prompt, row.answer) for row in from_memory.sound] == [(row["prompt"], row["answer"]) for row in rows]


def test_the_hash_tells_order_and_boundaries_apart() -> None:
    one, other = {"prompt": "ab", "answer": "c"}, {"prompt": "a", "answer": "bc"}
    hashes = {read_rows(rows).content_hash for rows in ([one], [other], [one, other], [other, one])}
    assert len(hashes) == 4
