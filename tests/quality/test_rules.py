"""Every reconciliation rule holds on a market worked out by hand, and sees the fault put in for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import CheckError
from pipeline.quality.rules import check, record, recorded, rules
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.tables import TABLES
from tests import tiny

Frames = dict[str, pl.DataFrame]
NORTH_2025 = (pl.col("member") == "North") & (pl.col("year") == 2025)


def put(table: str, column: str, value: object, where: pl.Expr) -> Callable[[Frames], None]:
    """A fault: in `table`, `column` becomes `value` in the rows that meet `where`."""

    def spoil(frames: Frames) -> None:
        frame = frames[table]
        changed = pl.when(where).then(pl.lit(value, dtype=frame.schema[column])).otherwise(pl.col(column))
        assert frame.filter(where).height, "the fault must hit a row"
        frames[table] = frame.with_columns(changed.alias(column))

    return spoil


def drop(table: str, where: pl.Expr) -> Callable[[Frames], None]:
    """A fault: rows are lost."""

    def spoil(frames: Frames) -> None:
        frames[table] = frames[table].filter(~where)

    return spoil


FAULTS: dict[str, Callable[[Frames], None]] = {
    "claims_quote_their_place": put("claims", "char_end", 8, pl.col("year_to") == 2025),
    "draw_quality_keeps_enough": put("draw_quality", "points_kept", 8191, pl.col("dimension") == "Type"),
    "market_forecast_has_every_accepted_report": drop("market_forecast", pl.col("year") == 2026),
    "market_forecast_is_geometric": put("market_forecast", "value_usd_bn_mean", 25.0, pl.col("year") == 2026),
    "market_forecast_meets_stated_sizes": put("market_forecast", "value_usd_bn_mean", 40.001, pl.col("year") == 2027),
    "member_forecast_adds_up": put("member_forecast", "value_usd_bn_mean", 7.001, NORTH_2025),
    "member_forecast_grades_have_claims": put("member_forecast", "evidence_grade", "prior", NORTH_2025),
    "member_forecast_has_every_member": drop("member_forecast", NORTH_2025),
    "member_forecast_keeps_claims": put("member_forecast", "share_p95", 0.72, NORTH_2025),
    "member_forecast_quantiles_rise": put("member_forecast", "share_p25", 0.71, NORTH_2025),
    "region_forecast_is_whole": drop("region_forecast", pl.col("region") == "South"),
    "reports_accepted_have_headline": put("reports", "forecast_year", 2025, pl.lit(True)),
    "model_rejects_leave_a_market": lambda frames: frames.update(
        model_rejects=TABLES["model_rejects"].frame(
            [
                {
                    "market": tiny.MARKET,
                    "table_name": "share_draws",
                    "source_file": "reports/tiny",
                    "source_row": 0,
                    "reason": "contradiction",
                    "detail": "a and b",
                }
            ]
        )
    ),
    "reports_one_accepted": put("reports", "status", "rejected", pl.lit(True)),
    "reports_rejected_have_reasons": put("reports", "reasons", "too small", pl.lit(True)),
    "sensitivity_has_every_forecast": lambda frames: (
        put("member_forecast", "value_usd_bn_p95", 30.0, (pl.col("member") == "North") & (pl.col("year") == 2027))(
            frames
        ),
        drop("sensitivity", pl.col("member") == "North")(frames),
    )[0],
    "share_draws_keep_claims": lambda frames: frames.update(
        constraints=frames["constraints"].with_columns(other_member=pl.lit("South")),
    ),
    "segment_region_forecast_adds_up": put(
        "segment_region_forecast", "value_usd_bn_mean", 4.3, (pl.col("segment") == "A") & (pl.col("year") == 2025)
    ),
    # A in North is 0.6 x 0.7 = 42 percent of 40 bn, and the source states 42: between 41.5 and 42.5.
    "segment_region_forecast_keeps_figures": put(
        "segment_region_forecast", "value_usd_bn_p95", 17.1, pl.col("evidence_grade") == "reported"
    ),
    "segment_region_forecast_has_every_cell": drop("segment_region_forecast", pl.col("segment") == "B"),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "f" * 64)


def owned() -> list[str]:
    """The rules this file covers: all but those on prices, which have their own tests."""
    return [rule.name for rule in rules() if not rule.name.startswith("price_")]


def test_every_rule_has_a_fault() -> None:
    assert sorted(FAULTS) == sorted(owned())


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_rule_passes_then_sees_its_fault(name: str, store: Store) -> None:
    rule = next(r for r in rules() if r.name == name)
    frames = tiny.tables()
    tiny.hand_over(frames, store)
    assert check(rule, store, Settings().hashed()).passed

    FAULTS[name](frames)
    tiny.hand_over(frames, store)
    result = check(rule, store, Settings().hashed())
    assert not result.passed
    assert 0 < result.failing.height <= result.count


def test_a_rule_that_did_not_run_stops_the_release(store: Store) -> None:
    with pytest.raises(CheckError, match="has not been run"):
        recorded(store)


def test_a_rule_that_failed_stops_the_release(store: Store) -> None:
    frames = tiny.tables()
    for rule in rules():
        if rule.name in FAULTS:
            tiny.hand_over(frames, store)
            record(check(rule, store, Settings().hashed()), store)
    FAULTS["member_forecast_adds_up"](frames)
    tiny.hand_over(frames, store)
    record(check(next(r for r in rules() if r.name == "member_forecast_adds_up"), store, {}), store)
    with pytest.raises(CheckError, match=r"member_forecast_adds_up: 1 rows? break"):
        recorded(store)


@pytest.mark.parametrize(("low", "high", "broken"), [(0.9, 1.1, 0), (1.1, 1.2, 1), (0.8, 0.9, 1)])
def test_a_growth_claim_is_held_against_the_market(low: float, high: float, broken: int, store: Store) -> None:
    """North grows with the market, so its pace is 1 of the market's: inside 0.9 to 1.1, outside the other two."""
    rule = next(r for r in rules() if r.name == "member_forecast_keeps_claims")
    frames = tiny.tables()
    share = frames["constraints"].filter(pl.col("kind") == "share_between")
    pace = share.with_columns(
        constraint_id=pl.lit("pace.north"), kind=pl.lit("pace_between"), low=pl.lit(low), high=pl.lit(high),
        year=pl.lit(2027, dtype=pl.Int64),
    )  # fmt: skip
    frames["constraints"] = pl.concat([frames["constraints"], pace]).sort("market", "scenario", "constraint_id")
    tiny.hand_over(frames, store)
    assert check(rule, store, Settings().hashed()).count == broken


@pytest.mark.parametrize(
    ("kind", "low", "high", "year", "broken"),
    [
        # North has 0.7 and South 0.3; both together have everything.
        ("share_between", 0.9, 1.0, 2025, False),
        ("share_between", 0.9, 0.99, 2025, True),
        ("margin_over", 2.3, None, 2025, False),
        ("margin_over", 2.4, None, 2025, True),
        # North's weight grows by exp(0.01) and exp(0.02) a year: 0.7 / 0.3 x exp(0.02) = 2.380 in the slower draw.
        ("margin_over", 2.375, None, 2027, False),
        ("margin_over", 2.385, None, 2027, True),
        ("largest", None, None, 2025, False),
        ("fastest", None, None, None, False),
    ],
)
def test_claims_about_several_members_are_held_against_every_draw(
    kind: str, low: float | None, high: float | None, year: int | None, broken: bool, store: Store
) -> None:
    rule = next(r for r in rules() if r.name == "share_draws_keep_claims")
    frames = tiny.tables()
    one = frames["constraints"].head(1).with_columns(
        other_member=pl.lit("South"), kind=pl.lit(kind), low=pl.lit(low, dtype=pl.Float64),
        high=pl.lit(high, dtype=pl.Float64), year=pl.lit(year, dtype=pl.Int64),
    )  # fmt: skip
    frames["constraints"] = one
    tiny.hand_over(frames, store)
    assert check(rule, store, Settings().hashed()).count == int(broken)
    # The other way round no rank and no margin holds.
    if kind in ("largest", "fastest"):
        frames["constraints"] = one.with_columns(member=pl.lit("South"), other_member=pl.lit("North"))
        tiny.hand_over(frames, store)
        found = check(rule, store, Settings().hashed())
        assert found.failing["draws"].to_list() == [2]
