"""A run on disk: what survives a kill, what is refused."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_rs.errors import RunError
from share_rs.evaluation.record import Cell, Line, from_line, to_line
from share_rs.evaluation.run_directory import RunDirectory, read_run

from .runs import HOSTILE, Lines, manifest, record

MANIFEST = manifest({"copy": False})


def write(path: Path, lines: list[Line]) -> None:
    with RunDirectory(path, MANIFEST) as run:
        for line in lines:
            run.append(line)


def test_what_was_appended_is_there_again(tmp_path: Path) -> None:
    lines = Lines().cell("copy", "bc_001", "pass").cell("copy", "bc_003", "compile_error").lines
    write(tmp_path, lines)
    with RunDirectory(tmp_path, MANIFEST) as run:
        assert run.lines == lines
        assert run.done == {("copy", "bc_001", 0), ("copy", "bc_003", 0)}
    assert read_run(tmp_path) == (MANIFEST, lines)


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_a_torn_last_line_is_cut_off_and_its_cell_is_redone(tmp_path: Path, cut: int) -> None:
    lines = Lines().cell("copy", "bc_001", "pass").cell("copy", "bc_003", "compile_error").lines
    write(tmp_path, lines)
    path = tmp_path / "records.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    with RunDirectory(tmp_path, MANIFEST) as run:
        assert run.lines == lines[:2]
        for line in lines[2:]:
            run.append(line)
    assert [from_line(text) for text in path.read_text().splitlines()] == lines


def test_records_of_an_unfinished_cell_are_dropped_and_left_out_by_readers(tmp_path: Path) -> None:
    done = Lines().cell("copy", "bc_001", "pass").lines
    write(tmp_path, [*done, record("copy", "bc_003", "test_fail")])
    assert read_run(tmp_path)[1] == done
    with RunDirectory(tmp_path, MANIFEST) as run:
        assert run.lines == done
    assert (tmp_path / "records.jsonl").read_text() == "".join(map(to_line, done))


def test_a_cell_that_an_infra_error_left_open_is_tried_again(tmp_path: Path) -> None:
    write(tmp_path, Lines().cell("copy", "bc_001", "infra_error").lines)
    with RunDirectory(tmp_path, MANIFEST) as run:
        assert run.done == set()
        assert run.lines == []


def test_a_damaged_line_in_the_middle_is_refused_by_number(tmp_path: Path) -> None:
    write(tmp_path, Lines().cell("copy", "bc_001", "pass").cell("copy", "bc_003", "pass").lines)
    path = tmp_path / "records.jsonl"
    texts = path.read_text().splitlines(keepends=True)
    path.write_text("".join([texts[0], "{}\n", *texts[2:]]))
    with pytest.raises(RunError, match="line 2, is damaged"):
        write(tmp_path, [])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"settings": {**MANIFEST["settings"], "attempts": 9}}, r"settings\.attempts \(3 in the directory, 9 wanted\)"),
        ({"arms": [{"name": "rustfix", "control": False}]}, r"arms \(copy in the directory, rustfix wanted\)"),
        ({"jail": "trusted"}, "jail"),
        (
            {"koans": [{**MANIFEST["koans"][0], "content_hash": "d" * 64}, *MANIFEST["koans"][1:]]},
            r"koans\.bc_001\.content_hash",
        ),
        ({"versions": {**MANIFEST["versions"], "rustc": {"release": "1.91.0"}}}, r"versions\.rustc\.host"),
    ],
)
def test_the_directory_of_another_run_is_refused_by_the_setting_that_differs(
    tmp_path: Path, change: dict[str, object], named: str
) -> None:
    lines = Lines().cell("copy", "bc_001", "pass").lines
    write(tmp_path, lines)
    with pytest.raises(RunError, match=named), RunDirectory(tmp_path, {**MANIFEST, **change}):
        pass
    assert read_run(tmp_path) == (MANIFEST, lines)


def test_another_kernel_or_python_resumes_the_run(tmp_path: Path) -> None:
    write(tmp_path, [])
    versions = {**MANIFEST["versions"], "platform": "Linux-7", "python": "3.12.1"}
    with RunDirectory(tmp_path, {**MANIFEST, "versions": versions}) as run:
        assert run.lines == []


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(RunError, match="not empty"):
        write(tmp_path, [])
    assert (tmp_path / "thesis.tex").read_text() == "precious"


@pytest.mark.parametrize("text", ["", "[1]", '{"format": 99}', "{"])
def test_a_damaged_run_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json"):
        write(tmp_path, [])


def test_a_folder_without_a_run_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run directory"):
        read_run(tmp_path)


def test_two_processes_do_not_write_one_run(tmp_path: Path) -> None:
    script = (
        "import json, sys; from share_rs.evaluation.run_directory import RunDirectory\n"
        "with RunDirectory(sys.argv[1], json.loads(sys.argv[2])): print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path), json.dumps(MANIFEST)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(RunError, match="another process"):
            write(tmp_path, [])
        other.kill()
    write(tmp_path, Lines().cell("copy", "bc_001", "pass").lines)


def test_a_file_that_cannot_grow_is_a_clear_error_and_the_run_resumes(tmp_path: Path) -> None:
    done = Lines().cell("copy", "bc_001", "pass").lines
    write(tmp_path, done)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "records.jsonl").stat().st_size + 100, hard))
    try:
        with pytest.raises(RunError, match="cannot append"):
            write(tmp_path, [record("copy", "bc_003", "pass")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    with RunDirectory(tmp_path, MANIFEST) as run:
        assert run.lines == done


def test_a_directory_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write the run directory"):
        write(tmp_path / "file" / "run", [])


@given(st.text(st.characters(exclude_categories=())) | st.just(HOSTILE))
def test_a_line_gives_back_any_candidate_whatever_it_holds(source: str) -> None:
    line = record("copy", "bc_001", "pass", source=source)
    text = to_line(line)
    assert text.isascii()
    assert text.count("\n") == 1
    assert from_line(text) == line


def test_lines_that_an_earlier_version_wrote_are_read(tmp_path: Path) -> None:
    lines = Lines().cell("copy", "bc_001", "pass").lines
    write(tmp_path, lines)
    path = tmp_path / "records.jsonl"
    older = [json.loads(text) for text in path.read_text().splitlines()]
    for fields in older:
        for name in ("skill", "subspace", "cut", "note"):
            fields.pop(name, None)
    path.write_text("".join(json.dumps(fields) + "\n" for fields in older))
    assert read_run(tmp_path)[1] == lines
    with RunDirectory(tmp_path, MANIFEST) as run:
        assert run.lines == lines


def test_a_cell_line_gives_back_the_cell() -> None:
    cell = Cell("copy", "bc_001", "bc", 0, passed=False, scored=True, attempts=2, candidates=3)
    assert from_line(to_line(cell)) == cell
