"""Each way in which a koan can be unsound is named, in one sentence that says where."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from share_rs import Koan, Sandbox
from share_rs.evaluation.gate import check_folder, check_koan
from share_rs.koan import find_koan

Change = Callable[..., Koan]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(cache_dir=tmp_path_factory.mktemp("cache")) as sandbox:
        yield sandbox


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """A copy of a sound koan in which texts are replaced: changed({"fixed.rs": ("old", "new")})."""

    def change(changes: dict[str, tuple[str, str]]) -> Koan:
        folder = tmp_path / "bc_001"
        shutil.copytree(find_koan("bc_001").path, folder)
        for name, (old, new) in changes.items():
            text = (folder / name).read_text()
            assert old in text
            (folder / name).write_text(text.replace(old, new))
        return Koan(folder)

    return change


def test_a_koan_of_this_package_is_sound(sandbox: Sandbox) -> None:
    assert check_koan(find_koan("bc_001"), sandbox) == []


def test_a_broken_program_that_compiles_is_named(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({"broken.rs": ('g", label', 'g", parcel.label')})
    faults = check_koan(koan, sandbox)
    assert "broken.rs compiles without its probes; expected E0382" in faults
    assert any(fault.startswith("the cheat unchanged passes") for fault in faults)


def test_another_first_error_than_declared_is_named(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({"koan.toml": ("E0382", "E0502")})
    (fault,) = check_koan(koan, sandbox)
    assert fault.startswith("the first error of broken.rs is E0382")
    assert fault.endswith("expected E0502")


def test_a_reference_with_a_warning_is_named(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({"fixed.rs": ("/// What left", "fn unused() {}\n\n/// What left")})
    (fault,) = check_koan(koan, sandbox)
    assert fault == "fixed.rs has a warning or an error: function `unused` is never used"


def test_a_reference_that_fails_is_named_once(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({"fixed.rs": ("    parcel\n", '    assert!(grams < 10, "{}", parcel.label);\n    parcel\n')})
    (fault,) = check_koan(koan, sandbox)
    assert fault.startswith("fixed.rs gets infra_error for seed 0: the reference fails")


def test_a_reference_that_differs_from_run_to_run_is_named(changed: Change, sandbox: Sandbox) -> None:
    clock = "std::time::UNIX_EPOCH.elapsed().map_or(0, |age| age.as_nanos())"
    koan = changed({"fixed.rs": ('"{}: {} g", parcel.label,', f'"{{}} {{}}: {{}} g", {clock}, parcel.label,')})
    (fault,) = check_koan(koan, sandbox)
    expected = (
        r"fixed\.rs is not deterministic: two runs with seed 0 differ from frame 1 of \d+ on; expected equal values"
    )
    assert re.match(expected, fault), fault


def test_probes_that_draw_nothing_are_named(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({})
    path = Path(koan.path) / "probes.rs"
    text = re.sub(r"draw\.words\([^)]*\)", 'vec!["c".to_owned()]', path.read_text())
    path.write_text(re.sub(r"draw\.int\([^)]*\)", "7", text).replace("draw:", "_draw:"))
    faults = check_koan(Koan(koan.path), sandbox)
    assert "fixed.rs records the same values for the seeds 0 and 1; draw the inputs" in faults


def test_a_right_repair_that_fails_and_a_wrong_one_that_passes_are_named(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({})
    repairs = Path(koan.path) / "repairs"
    (repairs / "right_upside_down.rs").write_text(koan.fixed.replace("grams > best", "grams < best"))
    (repairs / "wrong_not_at_all.rs").write_text(koan.fixed)
    faults = check_koan(Koan(koan.path), sandbox)
    assert len(faults) == 2
    assert faults[0].startswith("repairs/right_upside_down.rs gets test_fail for seed 0")
    assert faults[1].startswith("repairs/wrong_not_at_all.rs passes")


def test_fewer_than_two_wrong_repairs_are_named(changed: Change, sandbox: Sandbox) -> None:
    koan = changed({})
    for wrong in sorted((Path(koan.path) / "repairs").glob("wrong_*.rs"))[1:]:
        wrong.unlink()
    assert check_koan(Koan(koan.path), sandbox) == ["expected at least 2 wrong repairs in repairs/wrong_*.rs, got 1"]


def test_a_folder_that_is_no_koan_does_not_keep_the_others_from_being_checked(
    changed: Change, tmp_path: Path, sandbox: Sandbox
) -> None:
    shutil.copytree(changed({}).path, tmp_path / "bc_002")
    (tmp_path / "bc_002" / "probes.rs").unlink()
    sound, unsound = check_folder(tmp_path, sandbox)
    assert (sound.koan, sound.faults) == ("bc_001", [])
    assert unsound.koan == "bc_002"
    assert "probes.rs" in unsound.faults[0]
    assert "bc_002" in unsound.faults[0]
