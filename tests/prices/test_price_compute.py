"""What spending buys, and claims beside prices: tiny inputs worked by hand."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from pipeline.contracts import validate
from pipeline.errors import AssumptionError
from pipeline.prices.paths import HORIZON_YEARS, PriceDraws, draw_prices
from pipeline.prices.regional import price_region_levels
from pipeline.tables import TABLES

Run = Callable[..., pl.DataFrame]
Frames = dict[str, pl.DataFrame]
RATIO = TABLES["price_class_ratio"].frame(
    [
        {
            "accelerator": "H100", "board": "SXM", "hyperscaler_usd_per_accelerator_hour_median": 8.0,
            "specialised_usd_per_accelerator_hour_median": 2.0, "ratio": 4.0, "ratio_p05": 2.0, "ratio_p95": 5.0,
            "newest_observed_on": dt.date(2026, 8, 1),
        },
        {"accelerator": "A100-80GB", "board": "SXM", "specialised_usd_per_accelerator_hour_median": 2.0},
        {"accelerator": "L40S", "board": "unstated", "specialised_usd_per_accelerator_hour_median": 1.0},
    ]
)  # fmt: skip


def assumption(name: str, low: float, high: float, distribution: str = "uniform") -> dict[str, object]:
    return {"name": name, "value": (low + high) / 2, "low": low, "high": high, "distribution": distribution}


ASSUMED = {
    "list_price_paid_share": (0.5, 1.0), "compute_share_of_spend": (0.4, 0.6),
    "price_performance_doubling_years": (2.0, 3.0), "gpt_4_training_flop": (1e25, 3e25),
    "training_utilisation": (0.25, 0.5), "full_fine_tuning_bytes_per_parameter": (12.0, 20.0),
}  # fmt: skip
ASSUMPTIONS = TABLES["assumptions"].frame([assumption(n, *r) for n, r in ASSUMED.items()])


def index(*values: float) -> pl.DataFrame:
    months = [dt.date(2026 + m // 12, m % 12 + 1, 1) for m in range(len(values))]
    return TABLES["price_index"].frame(
        [
            {"provider_class": "all", "accelerator": "H100", "purchase_model": "on_demand", "month": m,
             "chain_start": months[0], "index_jevons": v}
            for m, v in zip(months, values, strict=True)
        ]
    )  # fmt: skip


def region_pair(region: str, ratio: float, provider: str = "big") -> dict[str, object]:
    return {"macro_region": region, "provider": provider, "ratio": ratio, "oldest_observed_on": dt.date(2026, 7, 1),
            "newest_observed_on": dt.date(2026, 8, 1)}  # fmt: skip


REGION_PAIRS = TABLES["price_region_pairs"].frame(
    [
        *(region_pair("Europe", 1.5, p) for p in ("big", "big", "huge")),
        *(region_pair("Asia Pacific", r) for r in (2.0, 2.0, 2.0)),  # of one provider only
        *(region_pair("Latin America", 3.0, p) for p in ("big", "huge")),  # two only
    ]
)
LEVELS = price_region_levels(REGION_PAIRS, 1)


def drawn(
    draws: int = 4096,
    values: tuple[float, ...] = (100.0,) * 9,
    ratio: pl.DataFrame = RATIO,
    assumptions: pl.DataFrame = ASSUMPTIONS,
    pairs: pl.DataFrame = REGION_PAIRS,
) -> PriceDraws:
    return draw_prices(ratio, index(*values), pairs, price_region_levels(pairs, 1), assumptions, draws=draws, seed=1)


def paths(draws: int = 4096, values: tuple[float, ...] = (100.0,) * 9) -> pl.DataFrame:
    return drawn(draws, values).price_path_draws


def test_levels_lie_between_the_two_kinds_of_provider_times_what_is_paid() -> None:
    made = validate("price_path_draws", paths())
    flat = made.filter(price_path="flat")["prices_usd_per_accelerator_hour"]
    first, last = flat.list.first(), flat.list.last()
    assert first.equals(last)
    assert flat.list.len().unique().to_list() == [HORIZON_YEARS + 1]
    assert 2.0 * 0.5 <= first.min() < 1.1
    assert 7.2 < first.max() <= 8.0 * 1.0
    # The log level is uniform over ln 2 .. ln 8 (mean ln 4), the paid share uniform over 0.5 .. 1: its mean log is
    # [x ln x - x] from 0.5 to 1, over 0.5.
    mean = math.log(4) + ((-1) - (0.5 * math.log(0.5) - 0.5)) / 0.5
    assert float(np.log(first.to_numpy()).mean()) == pytest.approx(mean, abs=0.03)
    assert made["compute_share"].is_between(0.4, 0.6).all()
    assert made["price_year"].unique().to_list() == [2026]


def test_the_trend_halves_the_price_in_the_doubling_time() -> None:
    prices = paths().filter(price_path="trend")["prices_usd_per_accelerator_hour"]
    fall = (prices.list.get(6) / prices.list.get(0)).to_numpy()  # six years are two to three halvings
    assert 1 / 8 <= fall.min() < 0.13
    assert 0.24 < fall.max() <= 1 / 4


def test_the_walk_has_the_drift_and_the_spread_of_the_index() -> None:
    # A fall of 1 percent a month without any spread stays one: 12 months take exp(12 ln 0.99) = 0.886.
    steady = paths(values=tuple(100 * 0.99**m for m in range(9))).filter(price_path="index")[
        "prices_usd_per_accelerator_hour"
    ]
    assert (steady.list.get(1) / steady.list.get(0)).to_list() == pytest.approx([0.99**12] * 4096, rel=1e-6)
    # Up and down by a: drift 0 over eight steps, variance 8 a^2 / 7 a month, and that over 8 again for the drift.
    a = 0.05
    moved = paths(values=(100.0, *(100 * math.exp(a * (m % 2)) for m in range(1, 9)))).filter(price_path="index")
    log = np.log(
        (
            moved["prices_usd_per_accelerator_hour"].list.get(1) / moved["prices_usd_per_accelerator_hour"].list.get(0)
        ).to_numpy()
    )
    variance = 8 * a * a / 7
    assert log.std() == pytest.approx(math.sqrt(12 * variance + 144 * variance / 8), rel=0.05)
    assert abs(log.mean()) < 0.02


def test_too_short_an_index_gives_no_walk_no_level_gives_nothing_and_a_missing_assumption_is_an_error() -> None:
    assert set(paths(8, (100.0, 90.0))["price_path"]) == {"flat", "trend"}
    nothing = drawn(8, (), ratio=RATIO.head(0))
    assert nothing.price_path_draws.is_empty()
    assert nothing.price_region_draws.is_empty()
    with pytest.raises(AssumptionError, match="lacks list_price_paid_share"):
        drawn(8, (), assumptions=ASSUMPTIONS.head(0))


def test_paths_are_the_same_again() -> None:
    assert paths(64).equals(paths(64))


def test_a_region_has_a_level_of_its_own_only_where_accelerators_of_several_providers_carry_one() -> None:
    levels = validate("price_region_levels", LEVELS)
    found = {r["macro_region"]: (r["price_region"], round(r["ratio"], 12), r["n_pairs"]) for r in levels.to_dicts()}
    assert found == {
        "North America": ("North America", 1.0, 0), "Europe": ("Europe", 1.5, 3),
        "Asia Pacific": ("North America", 1.0, 3), "Latin America": ("North America", 1.0, 2),
        "Middle East and Africa": ("North America", 1.0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("region", "change"),
    [
        ("Europe", {"n_pairs": 4}),
        ("Europe", {"price_region": "North America"}),
        ("Asia Pacific", {"price_region": "Asia Pacific"}),
        ("Latin America", {"price_region": "Europe"}),
        ("Latin America", {"ratio": 1.1}),
        ("Europe", {"ratio_p05": 2.0}),
    ],
)
def test_the_rule_on_region_levels_sees_its_fault(run_sql: Run, region: str, change: dict[str, object]) -> None:
    frames = {"price_region_pairs": REGION_PAIRS, "price_region_levels": LEVELS}
    assert run_sql("quality/price_region_levels_hold.sql", frames).is_empty()
    here = pl.col("macro_region") == region
    frames["price_region_levels"] = LEVELS.with_columns(
        pl.when(here).then(pl.lit(v)).otherwise(pl.col(k)).cast(LEVELS.schema[k]).alias(k) for k, v in change.items()
    )
    assert run_sql("quality/price_region_levels_hold.sql", frames)["macro_region"].to_list() == [region]


def test_a_regions_interval_is_that_of_its_pairs() -> None:
    pairs = TABLES["price_region_pairs"].frame([region_pair("Europe", r, p) for r, p in ((1, "a"), (2, "b"), (4, "c"))])
    (row,) = price_region_levels(pairs, 1).filter(macro_region="Europe").to_dicts()
    assert row["ratio"] == pytest.approx(2.0)  # the cube root of 1 x 2 x 4
    assert 1 < row["ratio_p05"] < 2 < row["ratio_p95"] < 4


def test_a_regions_prices_move_as_far_as_a_draw_lies_towards_the_hyperscalers() -> None:
    made = drawn()
    factors = validate("price_region_draws", made.price_region_draws)
    flat = made.price_path_draws.filter(price_path="flat").sort("draw")
    europe = factors.filter(macro_region="Europe").sort("draw")
    assert europe["price_region"].unique().to_list() == ["Europe"]
    # A draw lies a share u of the way from 2 to 8 USD: its price is 2 x 4^u x what is paid, its factor 1.5^u. So u is
    # log(factor) / log(1.5), between 0 and 1, and the price over 2 x 4^u lies in what is paid, 0.5 to 1.
    u = np.log(europe["price_factor"].to_numpy()) / math.log(1.5)
    assert 0 <= u.min() < 0.01
    assert 0.99 < u.max() <= 1 + 1e-6
    paid = flat["prices_usd_per_accelerator_hour"].list.first().to_numpy() / (2 * 4**u)
    assert paid.min() >= 0.5 - 1e-6
    assert paid.max() <= 1 + 1e-6
    others = factors.filter(pl.col("macro_region") != "Europe")
    assert others.select((pl.col("price_factor") == 1).all(), (pl.col("price_region") == "North America").all()).row(
        0
    ) == (True, True)
    assert made.price_region_draws.equals(drawn().price_region_draws)


@pytest.fixture
def small() -> Frames:
    """USD 10 bn in 2025 and 20 bn in 2027, regions 0.7 and 0.3 that stay, two draws, half of spending is compute."""
    return {
        "market_forecast": TABLES["market_forecast"].frame(
            [
                {"market": "m", "scenario": "as_reported", "year": y, "value_usd_bn_mean": v, "value_usd_bn_p05": v,
                 "value_usd_bn_p95": v}
                for y, v in ((2025, 10.0), (2027, 20.0))
            ]
        ),
        "reports": TABLES["reports"].frame(
            [{"report_id": "m", "market": "m", "base_year": 2025, "status": "accepted", "base_value_usd_bn": 12.0}]
        ),
        "segments": TABLES["segments"].frame(
            [{"report_id": "m", "dimension": "G", "member": n, "position": i} for i, n in ((1, "North"), (2, "South"))]
        ),
        "share_draws": TABLES["share_draws"].frame(
            [
                {"market": "m", "scenario": "as_reported", "dimension": "G", "dimension_kind": "region", "draw": d,
                 "base_shares": [0.7, 0.3], "growths": [0.0, 0.0]}
                for d in (0, 1)
            ]
        ),
        "total_draws": TABLES["total_draws"].frame([]),
        "price_path_draws": TABLES["price_path_draws"].frame(
            [
                {"price_path": "trend", "draw": d, "compute_share": 0.5, "price_year": 2026,
                 "prices_usd_per_accelerator_hour": [p, p / 2]}
                for d, p in ((0, 2.0), (1, 4.0))
            ]
        ),
        "price_region_draws": TABLES["price_region_draws"].frame(
            [
                {"macro_region": r, "draw": d, "price_region": own, "price_factor": f}
                for r, own, f in (("North America",) * 2 + (1.0,), ("Middle East and Africa",) * 2 + (2.0,))
                for d in (0, 1)
            ]
        ),
        "accelerators": TABLES["accelerators"].frame(
            [
                {"accelerator": "H100", "bf16_dense_tflops": 1000.0},
                {"accelerator": "A100-80GB", "bf16_dense_tflops": 312.0, "memory_gb": 80.0},
            ]
        ),
    }  # fmt: skip


def test_spending_buys_hours_draw_by_draw(run_sql: Run, small: Frames) -> None:
    made = run_sql("forecast/compute_forecast.sql", small)
    north = made.filter(region="North").to_dicts()
    # 2025: 10 bn x 0.7 x 0.5 = 3.5 bn at 2 or 4 USD: 1.75 or 0.875 bn hours. Earlier years have the newest price.
    assert (north[0]["year"], north[0]["compute_usd_bn_mean"]) == (2025, pytest.approx(3.5))
    assert north[0]["accelerator_hours_mean"] == pytest.approx(1.3125e9)
    assert north[0]["accelerator_hours_p50"] == pytest.approx(1.3125e9)
    assert north[0]["price_usd_per_accelerator_hour_mean"] == pytest.approx(3.0)
    # 2027: 7 bn at half the price is 7 and 3.5 bn hours; 1000 TFLOP/s for an hour are 3.6 exaFLOP.
    assert north[1]["accelerator_hours_mean"] == pytest.approx(5.25e9)
    assert north[1]["compute_exaflop_mean"] == pytest.approx(5.25e9 * 3.6)
    validate("compute_forecast", made)
    assert run_sql("forecast/compute_forecast.sql", small, threads=1).equals(made)


@pytest.mark.parametrize("name", ["Middle East & Africa", "Middle East and Africa", "the middle-east, Africa"])
def test_a_region_buys_at_its_own_prices_and_says_so(run_sql: Run, small: Frames, name: str) -> None:
    small["segments"] = small["segments"].with_columns(pl.col("member").replace("South", name))
    made = run_sql("forecast/compute_forecast.sql", small).filter(year=2025).sort("position").to_dicts()
    assert [row["price_region"] for row in made] == ["North America", "Middle East and Africa"]
    # South: 10 bn x 0.3 x 0.5 = 1.5 bn at twice 2 or 4 USD: 0.375 or 0.1875 bn hours.
    assert made[1]["price_usd_per_accelerator_hour_mean"] == pytest.approx(6.0)
    assert made[1]["accelerator_hours_mean"] == pytest.approx(0.28125e9)
    assert made[0]["price_usd_per_accelerator_hour_mean"] == pytest.approx(3.0)


def test_a_scenario_buys_with_its_own_draws_of_total_and_shares(run_sql: Run, small: Frames) -> None:
    small["market_forecast"] = pl.concat(
        [small["market_forecast"], small["market_forecast"].with_columns(scenario=pl.lit("moved"))]
    )
    small["total_draws"] = TABLES["total_draws"].frame(
        [
            {"market": "m", "scenario": "moved", "draw": d, "base_factor": 2.0, "yearly_factor": y}
            for d, y in ((0, 1.0), (1, 3.0))
        ]
    )
    small["share_draws"] = pl.concat(
        [
            small["share_draws"],
            small["share_draws"].with_columns(scenario=pl.lit("moved"), base_shares=pl.lit([0.5, 0.5])),
        ]
    )
    made = run_sql("forecast/compute_forecast.sql", small)
    north = made.filter(pl.col("region") == "North", pl.col("scenario") == "moved").to_dicts()
    # 2025: 10 bn x 2 x 0.5 (its own shares) x 0.5 = 5 bn. 2027: 20 bn x 2 x (1 and 9, mean 5) x 0.25 = 50 bn.
    assert [row["compute_usd_bn_mean"] for row in north] == [pytest.approx(5.0), pytest.approx(50.0)]
    kept = made.filter(pl.col("region") == "North", pl.col("scenario") == "as_reported")
    assert kept["compute_usd_bn_mean"].to_list() == [pytest.approx(3.5), pytest.approx(7.0)]


def test_the_rule_on_compute_sees_its_fault(run_sql: Run, small: Frames) -> None:
    small["compute_forecast"] = run_sql("forecast/compute_forecast.sql", small)
    rule = "quality/price_paths_buy_the_whole_market.sql"
    assert run_sql(rule, small).is_empty()
    small["compute_forecast"] = small["compute_forecast"].filter(pl.col("region") == "North")
    assert run_sql(rule, small).height == 2


def claim(metric: str, claim_id: str, comparator: str, low: float | None, high: float | None) -> dict[str, object]:
    return {
        "report_id": "m", "claim_id": claim_id, "metric": metric, "comparator": comparator, "value_low": low,
        "value_high": high,
    }  # fmt: skip


def verdicts(run_sql: Run, small: Frames, *claims: dict[str, object], ratio: pl.DataFrame = RATIO) -> Frames:
    a100 = {
        "purchase_model": "on_demand", "accelerator": "A100-80GB", "observed_on": dt.date(2022, 9, 1),
        "price_usd_per_accelerator_hour": 4.0, "series_id": "x",
    }  # fmt: skip
    later = a100 | {"series_id": "y", "observed_on": dt.date(2026, 1, 1)}
    frames = small | {
        "claims": TABLES["claims"].frame(list(claims)),
        "assumptions": ASSUMPTIONS,
        "price_class_ratio": ratio,
        "price_points": TABLES["price_points"].frame([a100, later]),
    }
    return {r["check_id"].split(":")[0]: r for r in run_sql("checks/price_claim_checks.sql", frames).to_dicts()}


def test_a_training_run_is_priced_at_the_time(run_sql: Run, small: Frames) -> None:
    # Lowest: 1e25 / (312e12 x 0.5) / 3600 = 17.81 million hours x 4 x 0.5 = 35.6 million USD; highest: 3e25 / (312e12 x
    # 0.25) / 3600 = 106.8 million hours x 4 x 1 = 427.4 million USD. So 100 million can be true and 500 million cannot.
    for said, verdict in ((0.1, "consistent"), (0.5, "inconsistent")):
        row = verdicts(run_sql, small, claim("run_cost", "run_cost.gpt_4", ">=", said, said))[
            "training_run_at_prices_of_the_time"
        ]
        assert (row["verdict"], row["observed"].split(",")[0]) == (verdict, "35.6 to 427.4 million USD")


@pytest.mark.parametrize(("high", "verdict"), [(6.0, "consistent"), (24.0, "inconsistent")])
def test_one_run_cannot_be_more_than_the_market(run_sql: Run, small: Frames, high: float, verdict: str) -> None:
    said = claim("investment", "x.large_pre_training", "between", 0.6, high)
    row = verdicts(run_sql, small, said)["training_run_within_the_market"]
    assert (row["verdict"], row["observed"]) == (verdict, f"5.0 to {high / 12 * 100:.1f} percent of the market")


@pytest.mark.parametrize(("low", "high", "verdict"), [(10, 100, "consistent"), (50, 100, "inconsistent")])
def test_fine_tuning_in_dollars(run_sql: Run, small: Frames, low: float, high: float, verdict: str) -> None:
    # 65 bn x 12 bytes are 780 GB, 10 of 80 GB; x 20 are 1300 GB, 17. At 2 USD against one at 1 USD: 20 to 34 times.
    row = verdicts(run_sql, small, claim("compute_reduction", "c", "between", low, high))[
        "fine_tuning_machines_in_dollars"
    ]
    assert (row["verdict"], row["observed"]) == (verdict, "20.0 to 34.0 times")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(2.0, 5.0, "consistent"), (0.9, 5.0, "untestable"), (0.5, 0.9, "inconsistent"), (None, None, "untestable")],
)
def test_who_is_cheaper(run_sql: Run, small: Frames, low: float | None, high: float | None, verdict: str) -> None:
    ratio = RATIO.with_columns(pl.lit(low, pl.Float64).alias("ratio_p05"), pl.lit(high, pl.Float64).alias("ratio_p95"))
    rows = verdicts(run_sql, small, claim("price_comparison", "p", "is", None, None), ratio=ratio)
    assert rows["specialised_against_hyperscaler"]["verdict"] == verdict


def test_capital_is_told_and_not_judged_and_missing_prices_make_every_check_untestable(
    run_sql: Run, small: Frames
) -> None:
    # 16 bn at 8 and 2 USD are 2,000 and 8,000 million hours.
    row = verdicts(run_sql, small, claim("capital_raised", "c", ">=", 16, 16))["capital_in_accelerator_hours"]
    assert (row["verdict"], row["observed"]) == ("untestable", "2000.0 to 8000.0 million H100-hours")
    said = [claim("compute_reduction", "c", "between", 10, 100), claim("price_comparison", "p", "is", None, None)]
    found = verdicts(run_sql, small, *said, ratio=RATIO.head(0))
    assert {r["verdict"] for r in found.values()} == {"untestable"}
    validate("price_claim_checks", pl.DataFrame(list(found.values()), schema=TABLES["price_claim_checks"].schema))
