"""The pictures of a subspace: well-formed, the same bytes each time, and true to the numbers."""

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from share_rs.analysis import captured, error_plot, size_plot, spectrum_plot
from share_rs.analysis.spectra import by_depth
from share_rs.subspace import LayerBasis


def basis(n: int, d: int, k_b: int, k_a: int, energy: float = 20.0) -> LayerBasis:
    spectrum = torch.linspace(3, 1, 8, dtype=torch.float64)
    return LayerBasis(torch.eye(n, k_b), torch.eye(d, k_a), spectrum[:k_b], spectrum[:k_a], energy, energy)


LAYERS = {f"model.layers.{i}.self_attn.q_proj": basis(9, 7, 1 + i % 5, 1 + i % 3) for i in (0, 1, 2, 10, 11)}


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own


@pytest.mark.parametrize(
    "svg",
    [
        lambda: spectrum_plot(LAYERS),
        lambda: size_plot(LAYERS),
        lambda: error_plot({"one": 0.25, "two": 0.5}),
        lambda: spectrum_plot({}),
        lambda: size_plot({}),
        lambda: error_plot({}),
    ],
)
def test_a_picture_is_xml_without_clock_or_chance(svg: Callable[[], str]) -> None:
    text = svg()
    assert "columns of the basis" in texts(text) or "relative error of dW, %" in texts(text)
    assert text == svg()
    assert not re.search(r"\b20\d\d-\d\d-\d\d|<dc:date>", text)


def test_a_picture_has_the_same_bytes_in_every_process() -> None:
    program = "from share_rs.analysis import error_plot; print(hash('x') and error_plot({'a': 0.5, 'b': 0.25}), end='')"
    made = {subprocess.check_output([sys.executable, "-c", program]) for _ in range(2)}
    assert made == {error_plot({"a": 0.5, "b": 0.25}).encode()}


def test_every_layer_is_named_in_the_order_of_depth() -> None:
    assert [name.split(".")[2] for name in by_depth(LAYERS)] == ["0", "1", "2", "10", "11"]
    assert [text for text in texts(size_plot(LAYERS)) if "q_proj" in text] == by_depth(LAYERS)


def test_a_skill_name_is_text_and_never_markup() -> None:
    assert "<b>$x$ & y" in texts(error_plot({"<b>$x$ & y": 0.5}))


def test_many_skills_are_counted_instead_of_named() -> None:
    shown = texts(error_plot({f"skill {place}": 0.5 for place in range(41)}))
    assert "41 skills" in shown
    assert "skill 7" not in shown


@given(spectrum=st.lists(st.floats(0, 1e6), max_size=8), rest=st.floats(0, 1e6))
def test_the_captured_share_grows_to_what_is_captured(spectrum: list[float], rest: float) -> None:
    energies = torch.tensor(sorted(spectrum, reverse=True), dtype=torch.float64)
    total = float(energies.sum()) + rest
    shares = captured(energies, total)
    assert len(shares) == len(spectrum)
    assert all(0 <= low <= high <= 1 for low, high in pairwise(shares))
    if shares and total > 0:
        assert shares[-1] == pytest.approx(float(energies.sum()) / total, abs=1e-12)


def test_a_layer_without_energy_has_lost_none() -> None:
    assert captured(torch.zeros(3, dtype=torch.float64), 0.0) == [1.0, 1.0, 1.0]
