"""The brief: one file, everything escaped, a section for every table; how it writes numbers and places labels."""

from __future__ import annotations

import html
import re
from pathlib import Path

import polars as pl
import pytest

from pipeline.brief import library, writing
from pipeline.brief.pictures import apart
from pipeline.brief.words import mean_and_ends, number, span
from pipeline.brief.writing import write
from pipeline.errors import StoreError
from pipeline.releases.compare import candidate_side, compare
from pipeline.releases.identity import Identity
from pipeline.tables import PUBLISHED
from tests import tiny
from tests.releases.conftest import World, sample

HOSTILE = "<script>alert('x')</script>\"&"


SENSITIVITY = {
    "market": ["tiny"] * 3, "scenario": ["compute_deflation"] * 3, "dimension": ["whole market"] * 3,
    "member": ["whole market"] * 3, "position": [None] * 3, "quantity": ["value_usd_bn"] * 3, "year": [2027] * 3,
    "factor": ["compute_price_fall", "size.base", "unsettled"], "factor_kind": ["assumption", "claim", "prior"],
    "factor_about": ["yearly change", "worth USD 10 Bn in 2025", "what is left"],
    "factor_low": [-0.3, 0.9, None], "factor_high": [-0.05, 1.1, None],
    "output_low": [44.0, 39.0, 20.0], "output_mid": [40.0] * 3, "output_high": [38.0, 41.0, 60.0],
    "first_order": [0.25, -0.01, 0.7], "total_order": [0.3, 0.01, 0.75],
    "first_order_low": [0.2, -0.02, 0.65], "first_order_high": [0.3, 0.01, 0.75],
}  # fmt: skip


def given(world: World, **other: pl.DataFrame) -> tuple[Identity, dict[str, Path]]:
    """The market worked by hand, with what else a release publishes, as files."""
    frames = tiny.tables() | {"sensitivity": current("sensitivity")}
    tables = {n: other.get(n, frames[n] if n in frames else current(n)) for n in PUBLISHED}
    identity, store = world.fill(**tables)
    return identity, {name: store.path(name) for name in PUBLISHED}


def current(table: str) -> pl.DataFrame:
    """Rows that the page shows: of the market, fresh, over all accelerators."""
    frame = sample(table)
    if table == "triangulation":
        ours = {"is_report": [True, False], "metric": ["cagr_pct"] * 2, "value": [100.0, 80.0], "market": ["tiny"] * 2}
        return frame.with_columns(pl.Series(n, v) for n, v in ours.items())
    if table == "sensitivity":
        return sample(table, 3).with_columns(pl.Series(n, v) for n, v in SENSITIVITY.items())
    shown = {"market": "tiny", "scenario": "as_reported", "is_stale": False, "purchase_model": "on_demand"}
    shown |= {"accelerator": "all"} if table == "price_index" else {}
    return frame.with_columns(pl.lit(v).alias(c) for c, v in shown.items() if c in frame.columns)


def page(world: World, **other: pl.DataFrame) -> str:
    return write(*given(world, **other)).decode()


def hostile(world: World) -> str:
    """A page where names, quotes, titles and reasons try to be markup."""
    frames = tiny.tables() | {"sensitivity": current("sensitivity")}

    def bad(table: str, *columns: str) -> pl.DataFrame:
        frame = frames[table] if table in frames else current(table)
        return frame.with_columns(pl.lit(HOSTILE).alias(c) for c in columns)

    segments = frames["segment_forecast"].with_columns(pl.col("segment").replace({"A": HOSTILE}))
    cells = frames["segment_region_forecast"].with_columns(pl.col("segment").replace({"A": HOSTILE}))
    return page(
        world,
        segment_forecast=segments,
        segment_region_forecast=cells,
        claims=bad("claims", "quote", "section"),
        reports=bad("reports", "market_name", "vendor"),
        price_levels=bad("price_levels", "accelerator"),
        triangulation=bad("triangulation", "source"),
        compute_forecast=bad("compute_forecast", "region"),
        claim_checks=bad("claim_checks", "expected", "observed", "how"),
        assumptions=bad("assumptions", "why", "moves", "unit"),
        sensitivity=bad("sensitivity", "factor_about"),
    )


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


def test_what_moves_most_comes_first_and_a_claim_is_told_by_its_words(world: World) -> None:
    said = html.unescape(without_scripts(page(world)))
    assert (
        "What moves Size, compute deflation, USD billion in 2027, 40 at the middle: unsettled from 20 to 60 (70 %); "
        "compute price fall from 44 to 38 (-0.3 to -0.05, 25 %); "
        "“worth USD 10 Bn in 2025” from 39 to 41 (0.9 to 1.1, 0 %)"
    ) in said


def test_a_region_that_is_given_another_ones_prices_is_named(world: World) -> None:
    two = pl.concat([current("compute_forecast").head(1)] * 2).with_columns(
        region=pl.Series(["Latin America", "Europe"]), price_region=pl.Series(["North America", "Europe"])
    )
    said = html.unescape(without_scripts(page(world, compute_forecast=two)))
    assert "prices, which may be too low there, as too few are listed: Latin America." in said
    own = two.with_columns(price_region=pl.col("region"))
    assert "too few are listed" not in html.unescape(without_scripts(page(world, compute_forecast=own)))


def test_hostile_text_is_text(world: World) -> None:
    text = hostile(world)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert text.count("</script>") == 3


def test_the_same_release_gives_the_same_bytes(world: World) -> None:
    identity, tables = given(world)
    assert write(identity, tables) == write(identity, tables)


def page_of_the_next(world: World, **other: pl.DataFrame) -> str:
    """The page of a release that follows another, from which its inputs and those tables differ."""
    before = candidate_side(*given(world))
    world.change_inputs("a,b\n3,4\n")
    identity, tables = given(world, **other)
    return write(identity, tables, compare(before, candidate_side(identity, tables))).decode()


def test_changes_since_the_release_before_are_a_section(world: World) -> None:
    sizes = tiny.tables()["market_forecast"].with_columns(pl.col("value_usd_bn_mean") * 2)
    text = without_scripts(page_of_the_next(world, market_forecast=sizes))
    assert "market_forecast" in text
    assert "3 rows: 3 changed" in text
    assert "input changed: prices/sheet.csv" in text
    assert "value_usd_bn_mean: 3 cells, most by +100 %" in html.unescape(text)


def test_a_page_that_outgrows_its_limit_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_BYTES", 1000)
    with pytest.raises(StoreError, match=r"brief\.html: would be"):
        page(world)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (0.0, "0"),
        (0.5034, "0.503"),
        (12.0, "12"),
        (86.24, "86.2"),
        (999.6, "1,000"),
        (1282.4, "1,280"),
        (1_290_000_000.0, "1.29 bn"),
        (59_100_000.0, "59.1 m"),
        (2.1e25, "2.1×10²⁵"),
        (0.00002, "2×10⁻⁵"),
        (-0.15, "-0.15"),
    ],
)
def test_numbers_are_written_for_readers(value: float | None, said: str) -> None:
    assert number(value) == said


def test_a_range_has_two_digits_and_what_has_no_range_is_stated() -> None:
    assert span(24.0114, 56.55) == "24 to 57"
    assert mean_and_ends({"x_mean": 43.31, "x_p05": 24.01, "x_p95": 56.55}, "x") == "43.3 (24 to 57)"
    assert mean_and_ends({"x_mean": 86.24, "x_p05": 86.24, "x_p95": 86.24}, "x") == "86.2 (stated)"


def test_labels_that_would_overlap_are_moved_apart_and_keep_their_order() -> None:
    assert apart([10.0, 30.0, 11.0], 5.0) == [10.0, 30.0, 15.0]
    assert apart([3.0, 3.0, 3.0], 1.0) == [3.0, 4.0, 5.0]
    assert apart([], 1.0) == []


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    r, g, b = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (r, g, b))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert ratio("#000", "#fff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # the lightest grey that passes on white


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_colours_have_the_contrast_that_aa_asks_for(which: int) -> None:
    css = (Path(writing.__file__).parent / "templates" / "brief.css").read_text()
    light, dark, printed = (tokens(block) for block in re.findall(r":root \{.*?\}", css, flags=re.S))
    colours = (light, dark, printed)[which]
    assert colours.keys() == light.keys()
    for name in ("ink", "soft", "link", "good", "bad", "c1", "c2", "c3", "c4", "c5"):
        assert ratio(colours[name], colours["ground"]) >= 4.5, name
    for name in ("ink", "soft", "link"):
        assert ratio(colours[name], colours["panel"]) >= 4.5, name
    for name in ("reported", "bounded", "prior", "mark"):
        assert ratio(colours[name], colours["ground"]) >= 3, name


def test_of_many_reports_the_page_shows_a_part_and_says_what_it_leaves_out(world: World) -> None:
    reports, sizes = tiny.tables()["reports"], tiny.tables()["market_forecast"]
    ids = [f"m{i:04}" for i in range(1_000)]
    many = [reports.with_columns(report_id=pl.lit(i), market=pl.lit(i), market_name=pl.lit(f"Name {i}")) for i in ids]
    refused = many[500].with_columns(report_id=pl.lit("z"), market=pl.lit("z"), status=pl.lit("rejected"))
    other = [sizes.with_columns(market=pl.lit(i)) for i in ids]
    text = page(world, reports=pl.concat([reports, *many, refused]), market_forecast=pl.concat([sizes, *other]))
    said = re.sub(r"\s+", " ", html.unescape(without_scripts(text)))
    # 1,002 reports: 150 of the 1,001 accepted and the one that is not.
    assert "151 of 1,002 reports are listed; the table reports holds all." in said
    assert "of the first 3 markets; the tables hold all." in said
    assert "and 1001 more" in said
    assert "rejected" in said
    assert len(text.encode()) < 2_000_000


def test_the_library_is_kept_whole_or_bundled_again(tmp_path: Path) -> None:
    made = library.script.__wrapped__(tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    assert library.script.__wrapped__(tmp_path) == made
    kept.write_bytes(whole[:-1])
    assert library.script.__wrapped__(tmp_path) == made
    assert kept.read_bytes() == whole


def test_the_library_is_made_where_it_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert "vegaEmbed" in library.script.__wrapped__(tmp_path / "taken")
