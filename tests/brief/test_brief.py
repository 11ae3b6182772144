"""The brief: one file, everything escaped, a section for every table that is there; drawn by a real browser."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import polars as pl
import pytest

from pipeline.brief import writing
from pipeline.brief.writing import write
from pipeline.errors import StoreError
from pipeline.releases.compare import candidate_side, compare
from pipeline.releases.identity import Identity
from pipeline.tables import PUBLISHED
from tests import tiny
from tests.releases.conftest import World, sample

HOSTILE = "<script>alert('x')</script>\"&"
CHROMIUM = shutil.which("chromium")


def given(world: World, **other: pl.DataFrame) -> tuple[Identity, dict[str, Path]]:
    """The market worked by hand, with what else a release publishes, as files."""
    frames = tiny.tables()
    tables = {n: other.get(n, frames[n] if n in frames else sample(n)) for n in PUBLISHED}
    identity, store = world.fill(**tables)
    return identity, {name: store.path(name) for name in PUBLISHED}


def page(world: World, **other: pl.DataFrame) -> str:
    return write(*given(world, **other)).decode()


def hostile(world: World) -> str:
    """A page where a segment, a quote, a title and a source's producer try to be markup."""
    frames = tiny.tables()
    segments = frames["segment_forecast"].with_columns(pl.col("segment").replace({"A": HOSTILE}))
    cells = frames["segment_region_forecast"].with_columns(pl.col("segment").replace({"A": HOSTILE}))
    claims = frames["claims"].with_columns(pl.lit(HOSTILE).alias("quote"))
    reports = frames["reports"].with_columns(pl.lit(HOSTILE).alias("market_name"))
    levels = sample("price_levels").with_columns(pl.lit(value=False).alias("is_stale"))
    index = sample("price_index").with_columns(pl.lit("all").alias("accelerator"))
    other = {"segment_region_forecast": cells, "claims": claims, "reports": reports}
    return page(world, segment_forecast=segments, price_levels=levels, price_index=index, **other)


def without_scripts(text: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)


def test_the_page_says_the_headline_the_members_and_how_far_sources_carry_them(world: World) -> None:
    said = html.unescape(without_scripts(page(world)))
    for words in ("USD 10.00 bn", "USD 40.00 bn", "Tiny", "North", "South", "USD 10 Bn", "a claim narrows it"):
        assert words in said
    assert 'class="grade prior"' in said
    assert 'class="grade bounded"' in said
    assert "This is the first release." in said


def test_the_page_loads_nothing(world: World) -> None:
    text = page(world)
    assert "default-src 'none'" in text
    assert re.findall(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=|@import|url\(""", without_scripts(text)) == []
    links = re.findall(r'href="([^"]*)"', without_scripts(text))
    assert all(
        link.startswith("#") or link in {"dictionary.md", "checks/index.html", "manifest.json"} for link in links
    )
    assert len(text.encode()) < 2_000_000


def test_every_link_inside_the_page_leads_somewhere(world: World) -> None:
    text = without_scripts(page(world))
    targets = set(re.findall(r'id="([^"]*)"', text))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= targets


def test_hostile_text_is_text(world: World) -> None:
    text = hostile(world)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert text.count("</script>") == 3


def test_the_same_release_gives_the_same_bytes(world: World) -> None:
    identity, tables = given(world)
    assert write(identity, tables) == write(identity, tables)


def test_changes_since_the_release_before_are_a_section(world: World) -> None:
    identity, tables = given(world)
    before = candidate_side(identity, tables)
    world.change_inputs("a,b\n3,4\n")
    sizes = tiny.tables()["market_forecast"].with_columns(pl.col("value_usd_bn_mean") * 2)
    after, later = given(world, market_forecast=sizes)
    text = without_scripts(write(after, later, compare(before, candidate_side(after, later))).decode())
    assert "market_forecast" in text
    assert "3 rows, now 3: 3 changed" in text
    assert "value_usd_bn_mean: 3 cells, most by +1 of its value" in html.unescape(text)


def test_a_page_that_outgrows_its_limit_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_BYTES", 1000)
    with pytest.raises(StoreError, match=r"brief\.html: would be"):
        page(world)


# ------------------------------------------------------------------------------------------------------- browser


def browse(place: Path, *options: str) -> subprocess.CompletedProcess[str]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs headless Chromium: apt-get install chromium")
        pytest.skip("needs Chromium: apt-get install chromium")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
    command += [f"--user-data-dir={place.parent / 'profile'}", "--virtual-time-budget=20000", *options, place.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_draws_every_chart_without_a_word_on_its_console(world: World, tmp_path: Path) -> None:
    place = tmp_path / "brief.html"
    place.write_text(hostile(world))
    seen = browse(place, "--window-size=390,844", "--dump-dom")
    console = [line for line in seen.stderr.splitlines() if "CONSOLE" in line]
    assert console == []
    wanted = len(re.findall(r'data-chart="\d+"', without_scripts(place.read_text())))
    assert wanted == 7  # the market, 2 regions, 2 types, prices, the index
    assert f'data-charts="{wanted} drawn, 0 failed"' in seen.stdout
    assert "alert('x')" in html.unescape(re.sub(r"<script\b.*?</script>", "", seen.stdout, flags=re.S))


@pytest.mark.browser
@pytest.mark.slow
def test_it_prints_on_a4(world: World, tmp_path: Path) -> None:
    from pypdf import PdfReader

    place, pdf = tmp_path / "brief.html", tmp_path / "brief.pdf"
    place.write_text(page(world))
    browse(place, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    printed = PdfReader(pdf)
    width, height = printed.pages[0].mediabox.width, printed.pages[0].mediabox.height
    assert (round(width), round(height)) == (595, 842)
    words = " ".join(p.extract_text() for p in printed.pages)
    assert "USD 10.00 bn" in words
    # What is folded on screen is printed.
    assert "every year between is in" in words
