"""The brief in a real browser: it draws, asks for nothing, is readable in light and dark, and needs no mouse."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader

from tests import tiny
from tests.brief.test_brief import HOSTILE, hostile, page, page_of_the_next, without_scripts
from tests.browser import Page
from tests.browser import page as opened
from tests.releases.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Every visible text against what is painted behind it, as WCAG 2.2 (1.4.3) has it; a canvas mixes the colours.
CONTRASTS = """(() => {
  const context = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
    .getContext("2d", {willReadFrequently: true});
  const paint = (...colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const c of ["#fff", ...colours]) { context.fillStyle = c; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => {
    const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement;
    if (!node.textContent.trim() || !at.getClientRects().length || at.closest("script, noscript, style")) continue;
    const style = getComputedStyle(at), behind = [];
    for (let up = at; up; up = up.parentElement) behind.unshift(getComputedStyle(up).backgroundColor);
    const colour = at instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [paint(...behind), paint(...behind, colour)].map(light).sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    found.push([(a + 0.05) / (b + 0.05), large ? 3 : 4.5, node.textContent.trim().slice(0, 40)]);
  }
  return found;
})()"""


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path / "profile") as found:
        yield found


def shown(tab: Page, folder: Path, text: str, **how: int | bool) -> None:
    """The page, opened from disk, with every chart tried."""
    place = folder / "brief.html"
    place.write_text(text)
    tab.open(place.as_uri(), **how)  # type: ignore[arg-type]
    tab.wait("document.documentElement.dataset.charts")


def test_every_chart_is_drawn_nothing_is_asked_for_and_the_console_is_silent(
    world: World, tmp_path: Path, tab: Page
) -> None:
    text = hostile(world)
    shown(tab, tmp_path, text, width=390)
    wanted = len(re.findall(r'data-chart="\d+"', without_scripts(text)))
    # The market twice, 2 regions, 2 types, prices, the index, one price path, one quantity beside another source's,
    # one tornado.
    assert wanted == 11
    assert tab.js("document.documentElement.dataset.charts") == f"{wanted} drawn, 0 failed"
    assert tab.console == []
    assert [r for r in tab.requests if not r.startswith("data:")] == [(tmp_path / "brief.html").as_uri()]
    # What tries to be markup is shown as it is, in the page, inside the charts and as the title.
    assert HOSTILE in tab.js("document.body.innerText")
    assert HOSTILE[:20] in tab.js("[...document.querySelectorAll('.chart svg text')].map(t => t.textContent).join()")
    assert HOSTILE in tab.js("document.title")
    assert tab.js("document.querySelectorAll('body > script').length") == 3
    # Nothing is wider than a phone.
    assert tab.js("document.documentElement.scrollWidth") <= 390


def test_a_long_word_among_what_changed_stays_on_a_phone(world: World, tmp_path: Path, tab: Page) -> None:
    hashed = tiny.tables()["reports"].with_columns(document_sha256=pl.lit("0123456789abcdef" * 4))
    text = page_of_the_next(world, reports=hashed)
    assert "0123456789abcdef" * 4 in without_scripts(text)
    shown(tab, tmp_path, text, width=390)
    assert tab.js("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_the_contrast_that_aa_asks_for(world: World, tmp_path: Path, tab: Page, dark: bool) -> None:
    shown(tab, tmp_path, page(world), dark=dark)
    tab.js("for (const one of document.querySelectorAll('details')) one.open = true")
    found = tab.js(CONTRASTS)
    assert len(found) > 200
    assert [said for ratio, least, *said in found if ratio < least] == []


def test_contrast_that_is_too_low_is_seen(world: World, tmp_path: Path, tab: Page) -> None:
    shown(tab, tmp_path, page(world))
    tab.js("document.documentElement.style.setProperty('--soft', '#999')")
    # (1.05) / (0.3185 + 0.05): the luminance of #999 is ((0.6 + 0.055) / 1.055) ^ 2.4 = 0.3185.
    ratios = {said: ratio for ratio, _, said in tab.js(CONTRASTS)}
    assert ratios["Release"] == pytest.approx(2.849, abs=0.001)


def test_it_needs_no_mouse(world: World, tmp_path: Path, tab: Page) -> None:
    shown(tab, tmp_path, page(world), width=390)
    active = "document.activeElement"
    every = "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility())"
    stops = int(tab.js(f"{every}.length"))
    seen = []
    for _ in range(stops):
        tab.key("Tab")
        style = tab.js(f"(s => s.outlineStyle + ' ' + s.outlineWidth)(getComputedStyle({active}))")
        seen.append(tab.js(f"[...document.querySelectorAll('*')].indexOf({active})"))
        assert style == "solid 3px", tab.js(f"{active}.outerHTML")
    # Each stop once, in the order of the page; the first one leads past the rest.
    assert seen == sorted(set(seen))
    tab.js("scrollTo(0, 0); document.querySelector('.skip').focus()")
    assert tab.js(f"{active}.getBoundingClientRect().left") > 0
    tab.key("Enter")
    assert tab.js(f"{active}.id") == "main"
    # A fold opens and closes, and a table that is wider than the page becomes a stop.
    tab.js("document.querySelector('summary').focus()")
    tab.key("Enter")
    assert tab.js("document.querySelector('details').open") is True
    tab.wait("[...document.querySelectorAll('.wide')].every(w => (w.scrollWidth > w.clientWidth) == (w.tabIndex == 0))")
    tab.key("Enter")
    assert tab.js("document.querySelector('details').open") is False


def test_every_chart_says_in_words_what_it_shows(world: World, tmp_path: Path, tab: Page) -> None:
    shown(tab, tmp_path, page(world))
    nodes = [
        (n["role"]["value"], n.get("name", {}).get("value")) for n in tab.do("Accessibility.getFullAXTree")["nodes"]
    ]
    names = [name for role, name in nodes if role == "image"]
    assert len(names) == 11
    assert all(names)
    assert (
        "North: mean 7 USD billion in 2025, 28 in 2027 with 90 percent of draws within 28 to 28; evidence bounded"
        in names
    )
    # Not one by one: a hundred points without context say nothing.
    assert not [role for role, _ in nodes if role.startswith("graphics")]
    headings = [int(h) for h in tab.js("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName[1])")]
    assert headings.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise([0, *headings]))


def test_it_prints_on_a4_with_what_is_folded_on_screen(world: World, tmp_path: Path, tab: Page) -> None:
    shown(tab, tmp_path, page(world), dark=True)
    printed = PdfReader(BytesIO(tab.pdf()))
    box = printed.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    words = " ".join(html.unescape(p.extract_text()) for p in printed.pages)
    assert "USD 10.00 bn" in words
    assert "every year between is in" in " ".join(words.split()) or "every year is in" in " ".join(words.split())
