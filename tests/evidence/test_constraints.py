from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline import contracts
from pipeline.errors import ContractError
from pipeline.evidence import make_constraints
from pipeline.reports import read_reports
from pipeline.settings import ROOT
from tests.source_claims import MARKET, assumption_rows, claim, frames, report, segment_rows, share, source_claims

DIMENSIONS = {"Type": ("A", "B", "C"), "Geography": ("North", "South")}


def constraints(claims: list[dict[str, Any]], **changes: Any) -> pl.DataFrame:
    tables = frames([report(**changes)], segment_rows(dimensions=DIMENSIONS), claims)
    return contracts.validate("constraints", make_constraints(**tables))


@pytest.mark.parametrize(
    ("more", "low", "high", "stated"),
    [
        # Half of the last printed digit: 56 is 55.5 to 56.5, 56.2 is 56.15 to 56.25; "around" doubles it.
        ({}, 0.555, 0.565, 0.56),
        ({"hedge": "around"}, 0.55, 0.57, 0.56),
        ({"value_low": 56.2, "value_high": 56.2, "decimals": 1}, 0.5615, 0.5625, 0.562),
        ({"decimals": None}, 0.555, 0.565, 0.56),
        # Limits are limits, whatever word they were printed with.
        ({"comparator": ">=", "value_high": None, "hedge": "over"}, 0.56, 1.0, None),
        ({"comparator": "<=", "value_low": None, "hedge": "under"}, 0.0, 0.56, None),
        ({"comparator": "between", "value_low": 40.0, "value_high": 45.0}, 0.395, 0.455, None),
        ({"value_low": 0.0, "value_high": 0.0}, 0.0, 0.005, 0.0),
        ({"value_low": 100.0, "value_high": 100.0}, 0.995, 1.0, 1.0),
    ],
)
def test_a_printed_share_is_as_wide_as_its_rounding(
    more: dict[str, Any], low: float, high: float, stated: float | None
) -> None:
    row = constraints([share("Type", "A", 56.0, **more)]).row(0, named=True)
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))
    assert row["stated_share"] == (None if stated is None else pytest.approx(stated))
    assert row["year"] == 2025


def test_the_hedge_takes_its_width_from_the_assumption() -> None:
    tables = frames(
        [report()],
        segment_rows(dimensions=DIMENSIONS),
        [share("Type", "A", 56.0, hedge="around")],
        assumption_rows(hedge_widening={"value": 3.0, "high": 3.0}),
    )
    row = make_constraints(**tables).row(0, named=True)
    assert (row["low"], row["high"], row["assumption"]) == (
        pytest.approx(0.545),
        pytest.approx(0.575),
        "hedge_widening",
    )


def test_the_source_report_binds_three_of_its_five_dimensions() -> None:
    tables = frames([report()], segment_rows(), source_claims())
    found = make_constraints(**tables)
    assert found.group_by("dimension").len().sort("dimension").rows() == [
        ("Geography", 3),
        ("Infrastructure Type", 2),
        ("Training Scale", 1),
    ]
    margin = found.filter(kind="margin_over").row(0, named=True)
    assert (margin["low"], margin["assumption"]) == (1.5, "substantial_margin")
    assert margin["other_member"] == "On-Premises GPU Training Cluster"
    assert found.filter(kind="fastest")["year"].to_list() == [None, None]


def test_a_later_year_is_kept() -> None:
    assert constraints([share("Type", "A", 38.0, year_from=2034)])["year"].to_list() == [2034]


def test_rejected_reports_bind_nothing() -> None:
    assert constraints([share("Type", "A", 56.0)], status="rejected").is_empty()


def test_claims_that_bind_no_member_make_no_row() -> None:
    others = [
        claim("market_value", "Type", "A", comparator="=", value_low=12.0, value_high=12.0, unit="usd_bn"),
        claim("share", "Company", "NVIDIA", comparator="=", value_low=80.0, value_high=80.0, unit="pct"),
    ]
    assert constraints(others).is_empty()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (share("Type", "A", 160.0), r"states a share that is not 0 to 100 percent: A \(160 pct\)"),
        (share("Type", "A", -1.0), "states a share that is not 0 to 100 percent"),
        (share("Type", "A", float("nan")), "states a share that is not 0 to 100 percent"),
        (share("Type", "A", 5.0, unit="usd_bn"), "states a share that is not 0 to 100 percent"),
        (share("Type", "A", 5.0, value_low=None, value_high=None), "states a share that is not 0 to 100 percent"),
        (share("Type", "A", 50.0, value_high=40.0), "states a share that is not 0 to 100 percent"),
        (share("Type", "D", 5.0), "is about a member that its dimension does not list: D"),
        (claim("margin_over", "Type", "A", other_member="D"), "states a margin over no other member"),
        (claim("margin_over", "Type", "A", other_member="A"), "states a margin over no other member"),
        (claim("margin_over", "Type", "A"), "states a margin over no other member"),
    ],
)
def test_a_claim_that_the_reader_should_have_refused_is_an_error_naming_it(bad: dict[str, Any], said: str) -> None:
    with pytest.raises(ContractError, match=rf"report {MARKET}, claim {bad['claim_id']}: .*{said}"):
        constraints([share("Type", "B", 20.0), bad])


def test_the_reader_hands_over_the_claims_that_these_tests_write_by_hand() -> None:
    read = read_reports(ROOT / "data" / "raw" / "reports")
    ours = frames([report()], segment_rows(), source_claims())
    made = make_constraints(read.reports, read.claims, read.segments, ours["assumptions"]).filter(market=MARKET)
    wanted = make_constraints(**ours)
    key = ["dimension", "kind"]
    compared = [c for c in wanted.columns if c not in ("constraint_id", "claim_id", "quote")]
    assert made.select(compared).sort(key).equals(wanted.select(compared).sort(key))


def test_a_markets_bounds_are_the_same_to_the_last_bit_beside_other_markets() -> None:
    alone = constraints([share("Type", "A", 56.0, hedge="around")])
    beside = constraints([share("Type", "A", 56.0, hedge="around"), share("Type", "B", 20.0)])
    assert beside.filter(member="A").select("low", "high", "stated_share").rows() == (
        alone.select("low", "high", "stated_share").rows()
    )
