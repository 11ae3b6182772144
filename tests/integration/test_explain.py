"""Every published number has an answer, and the answer fits the number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import QueryError
from pipeline.explain import explain, render_text
from pipeline.releases.catalog import Release, find
from pipeline.settings import ROOT, Settings
from pipeline.store import read_parquet
from pipeline.tables import TABLES
from tests.integration.conftest import Command

ASIA_2034 = {"region": "Asia Pacific", "year": "2034"}
CELLS_SHOWN = 12
"""Of the cells every twelfth is walked: they differ by their margins only, which are all walked. Of larger tables about
400 rows are."""


@pytest.fixture(scope="module")
def release(released: Path) -> Release:
    return find(Settings.from_env(processed=released))


def keys(release: Release, table: str) -> list[dict[str, str]]:
    rows = read_parquet(release.tables[table]).select(TABLES[table].key)
    every = CELLS_SHOWN if table == "segment_region_forecast" else max(1, rows.height // 400)
    return [{k: str(v) for k, v in row.items() if v is not None} for row in rows.gather_every(every).to_dicts()]


@pytest.mark.slow
def test_every_published_number_has_an_answer(release: Release) -> None:
    walked = 0
    for table in release.tables:
        for key in keys(release, table):
            found = explain(release, table, key)
            assert found.key.items() >= {k: found.row[k] for k in found.key}.items()
            assert found.formulas, (table, key)
            assert found.made_by.endswith("data/raw)") or (ROOT / found.made_by).is_file()
            assert json.loads(json.dumps(found.to_json()))["table"] == table
            if found.evidence_grade == "prior" and table in ("segment_forecast", "region_forecast"):
                # What bears on it may only be a rank of growth, in a year in which it says nothing of shares.
                assert all("grows fastest" in c["demands"] or "total" in c["demands"] for c in found.claims), (
                    table,
                    key,
                )
            if found.evidence_grade == "reported":
                assert found.claims
            walked += 1
    assert walked > 1_000


def test_the_words_of_every_claim_stand_where_the_answer_says(release: Release) -> None:
    from pipeline.reports import read_report

    reading = read_report(ROOT / "data" / "raw" / "reports" / "ai-training-market" / "report.md")
    quotes = {(c.claim_id, c.quote, c.char_start, c.char_end) for c in reading.claims}
    found = explain(release, "region_forecast", ASIA_2034)
    assert len(found.claims) == 5
    for c in found.claims:
        assert (c["claim_id"], c["quote"], c["char_start"], c["char_end"]) in quotes
    assert any("share of North America in 2025: at least 0.55 and at most 0.57" in c["demands"] for c in found.claims)


def test_the_formula_holds_the_numbers_of_the_row(release: Release) -> None:
    found = explain(release, "region_forecast", ASIA_2034)
    row = found.row
    assert row["value_usd_bn_mean"] == pytest.approx(86.24 * row["share_mean"], rel=1e-12)
    said = f"value_usd_bn_mean = total 86.2400 x share_mean {row['share_mean']:.6f} = {row['value_usd_bn_mean']:.4f}"
    assert said in found.formulas
    assert {a["name"] for a in found.assumptions} == {"growth_spread", "hedge_widening", "share_concentration"}
    market = explain(release, "market_forecast", {"year": "2026"})
    # One ninth of the way: 12 x 7.18667 ^ (1 / 9) = 14.94.
    assert any("12 x (86.24 / 12) ^ (1 / 9) = 14.94" in line for line in market.formulas)
    moved = explain(release, "region_forecast", ASIA_2034 | {"scenario": "compute_deflation"})
    assert {"compute_price_fall", "compute_price_elasticity", "compute_share_of_spend"} <= {
        a["name"] for a in moved.assumptions
    }
    cell = explain(
        release, "segment_region_forecast",
        ASIA_2034 | {"segment": "Distributed Training Framework", "dimension": "Framework and Tooling"},
    )  # fmt: skip
    assert cell.evidence_grade == "prior"
    assert any(line.startswith("value_usd_bn_mean = segment") for line in cell.formulas)


@pytest.mark.parametrize("path", ["flat", "trend"])
def test_what_spending_buys_names_its_price_level_and_the_assumptions_of_its_path(release: Release, path: str) -> None:
    found = explain(release, "compute_forecast", {"region": "Europe", "year": "2034", "price_path": path})
    assert found.row["price_region"] == "Europe"
    assert any("price level of Europe" in line for line in found.formulas)
    named = {a["name"] for a in found.assumptions}
    assert {"compute_share_of_spend", "list_price_paid_share"} <= named
    assert ("price_performance_doubling_years" in named) == (path == "trend")


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("compute_forecast", {"region": "Europe", "year": "2034", "price_path": "flat"}),
        ("price_class_ratio", {"accelerator": "H100", "board": "SXM"}),
    ],
)
def test_a_price_level_names_the_price_rows_behind_it(release: Release, table: str, key: dict[str, str]) -> None:
    found = explain(release, table, key)
    # List prices of mid-2026: AWS after its cut of June 2025, and Lambda after its rise of April 2026.
    seen = {(p["side"], p["provider"], round(p["price_usd_per_accelerator_hour"], 2)) for p in found.prices}
    assert {("hyperscaler", "AWS", 6.88), ("specialised", "Lambda Labs", 3.99)} <= seen
    observations = read_parquet(release.tables["price_observations"])
    for p in found.prices:
        row = observations.filter(observation_id=p["observation_id"]).row(0, named=True)
        assert (row["source_file"], row["source_row"]) == (p["source_file"], p["source_row"])
    assert "Price rows behind it" in render_text(found)
    assert json.dumps(found.to_json())


def test_every_uncertain_forecast_says_what_moves_it(release: Release) -> None:
    found = explain(release, "region_forecast", ASIA_2034)
    by = {(m["quantity"], m["factor"]): m for m in found.moved_by}
    assert {q for q, _ in by} == {"value_usd_bn", "cagr_pct"}
    assert {"growth_spread", "share_concentration", "unsettled"} <= {f for _, f in by}
    # Asia Pacific is the fastest: the further growth rates may lie apart, the more it gains.
    spread = by["cagr_pct", "growth_spread"]
    assert spread["output_low"] < spread["output_mid"] < spread["output_high"]
    owned = next(a for a in found.assumptions if a["name"] == "growth_spread")["variance"]
    assert {(v["quantity"], v["total_order"]) for v in owned} == {
        (q, by[q, "growth_spread"]["total_order"]) for q in ("value_usd_bn", "cagr_pct")
    }
    base = explain(release, "region_forecast", {"region": "North America", "year": "2025"})
    claimed = max(base.moved_by, key=lambda m: m["total_order"])
    assert (claimed["factor_kind"], claimed["quantity"]) == ("claim", "base_share")
    assert (claimed["output_low"], claimed["output_high"]) == (pytest.approx(0.55), pytest.approx(0.57))
    moved = explain(release, "market_forecast", {"year": "2034", "scenario": "compute_deflation"})
    assert {m["factor"] for m in moved.moved_by} == {
        "compute_price_fall", "compute_price_elasticity", "compute_share_of_spend",
    }  # fmt: skip
    text = render_text(found)
    assert "What moves it" in text
    assert "of the variance of Asia Pacific's cagr_pct" in text


def test_price_levels_show_their_price_rows(release: Release) -> None:
    level = read_parquet(release.tables["price_levels"]).row(0, named=True)
    found = explain(release, "price_levels", {k: str(level[k]) for k in TABLES["price_levels"].key})
    assert "price" in render_text(found)
    assert found.made_by == "sql/prices/price_levels.sql"


@pytest.mark.parametrize(
    ("table", "wanted", "said"),
    [
        ("nothing", {}, "no table 'nothing' in the release; there are "),
        ("region_forecast", {"place": "x"}, "region_forecast has no column 'place'; its key is market, scenario"),
        ("region_forecast", {"region": "Mars"}, "has no row with region=Mars; there are Asia Pacific, "),
        (
            "region_forecast",
            {"region": "Europe"},
            r'10 rows of region_forecast fit; say which, for example year="2025"',
        ),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    release: Release, table: str, wanted: dict[str, str], said: str
) -> None:
    with pytest.raises(QueryError, match=said):
        explain(release, table, wanted)


def test_the_command_prints_text_and_json(pipeline: Command, released: Path) -> None:
    words = ("explain", "region_forecast", "region=Asia Pacific", "year=2034", "--processed", released)
    text = pipeline(*words)
    assert text.code == 0
    assert "Claims that bind it" in text.out
    parsed = json.loads(pipeline(*words, "--json").out)
    assert parsed["key"]["region"] == "Asia Pacific"
    wrong = pipeline("explain", "region_forecast", "Asia", "--processed", released)
    assert (wrong.code, wrong.err) == (2, "error: explain: 'Asia' is not column=value\n")


def test_no_table_of_the_registry_is_forgotten(release: Release) -> None:
    assert set(release.tables) == {name for name, table in TABLES.items() if table.published}
