"""The report in a real browser: it opens without a network, and a click shows what a candidate changed."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Route, sync_playwright

from share_rs.evaluation.report import render_report

from .runs import FIXED, HOSTILE, KOANS, Lines, manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ARMS = {"copy": False, "rustfix": False, "suggestions": False, "cheat:empty": True, "cheat:todo_bodies": True}

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("SHARE_RS_REQUIRE_BROWSER"),
    reason="no chromium on PATH; set CHROMIUM to its path",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = Lines()
    for koan in KOANS:
        lines.cell("copy", koan, "compile_error").cell("rustfix", koan, "test_fail", source=HOSTILE)
        lines.cell("suggestions", koan, "pass" if koan == "tb_002" else "panic", source=FIXED)
        lines.cell("cheat:empty", koan, "compile_error", source="").cell("cheat:todo_bodies", koan, "panic", source="x")
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(manifest(ARMS), lines.lines), encoding="utf-8")
    return path


@pytest.fixture
def page(report: Path) -> "Iterator[Page]":
    """The open report; any request but for the file itself, and anything said on the console, fails the test."""
    wrong: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})

        def said(message: ConsoleMessage) -> None:
            wrong.append(message.text)

        def raised(error: Error) -> None:
            wrong.append(str(error))

        def only_the_file(route: Route) -> None:
            if route.request.url == report.as_uri():
                route.continue_()
            else:
                wrong.append(route.request.url)
                route.abort()

        page.route("**/*", only_the_file)
        page.on("console", said)
        page.on("pageerror", raised)
        page.goto(report.as_uri())
        yield page
        browser.close()
    assert wrong == []


def test_a_click_on_a_cell_shows_the_diff_and_the_verdict(page: Page) -> None:
    page.get_by_role("button", name="tb_002, suggestions: passes").click()
    panel = page.get_by_role("dialog")
    assert panel.locator(".diff .removed").all_inner_texts() == ["-    drop(name);\n"]
    assert "pass" in panel.locator("h3").inner_text()
    page.keyboard.press("Escape")
    assert not panel.is_visible()


def test_a_click_shows_what_rustc_said(page: Page) -> None:
    page.get_by_role("button", name="bc_001, copy: does not compile").click()
    assert "borrow of moved value" in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="Close").click()
    assert not page.get_by_role("dialog").is_visible()


def test_the_cheats_share_a_column_and_open_together(page: Page) -> None:
    page.get_by_role("button", name="bc_001, cheats").click()
    shown = page.get_by_role("dialog").inner_text()
    assert "cheat:empty" in shown
    assert "cheat:todo_bodies" in shown


def test_a_hostile_candidate_is_shown_and_not_run(page: Page) -> None:
    page.get_by_role("button", name="bc_001, rustfix").click()
    assert HOSTILE in page.get_by_role("dialog").inner_text()
    assert page.evaluate("window.forged") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_its_window_in_both_schemes(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) > 384) == (scheme == "light")
