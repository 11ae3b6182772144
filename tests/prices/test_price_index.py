"""Series, panel and index on tiny price histories worked by hand, and the facts the real history must show."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

import polars as pl
import pytest

from pipeline import queries
from pipeline.contracts import validate
from pipeline.prices import PriceTables
from pipeline.prices.index import price_index
from pipeline.settings import SQL, Settings
from pipeline.tables import TABLES

Run = Callable[..., pl.DataFrame]
SEED = 7


def price(each: float, day: str, offer: str = "a", **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "provider": offer,
        "provider_class": "specialised",
        "accelerator": "H100",
        "accelerator_count": 8.0,
        "instance_type": offer,
        "region": "us-east-1",
        "macro_region": "North America",
        "purchase_model": "on_demand",
        "price_basis": "instance",
        "price_usd_per_accelerator_hour": each,
        "observed_on": dt.date.fromisoformat(day),
    } | changes
    return row | {"observation_id": "-".join(str(row[k]) for k in sorted(row))}


@pytest.fixture
def chain(run_sql: Run) -> Callable[..., dict[str, pl.DataFrame]]:
    """price_points, price_series, price_panel and price_index of some observations."""

    def make(*rows: dict[str, object]) -> dict[str, pl.DataFrame]:
        return tables(run_sql, TABLES["price_observations"].frame(list(rows)))

    return make


def tables(run_sql: Run, observations: pl.DataFrame) -> dict[str, pl.DataFrame]:
    made = {"price_observations": observations}
    made["price_points"] = run_sql("prices/price_points.sql", made)
    for name in ("price_series", "price_panel"):
        made[name] = run_sql(f"prices/{name}.sql", made, **Settings().hashed())
    made["price_index"] = price_index(made["price_panel"], SEED)
    return made


def overall(made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return made["price_index"].filter(provider_class="specialised", accelerator="H100", purchase_model="on_demand")


def test_the_index_is_the_chained_geometric_mean_of_matched_relatives(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    # January to February: a doubles, b stays: sqrt(2 x 1). February to March: a stays, b doubles, c (new) halves twice:
    # cube root of 1 x 2 x 1/4. So 100, 141.421356, 141.421356 x 2^(-1/3) = 112.246205.
    rows = overall(
        chain(
            price(1, "2026-01-05"), price(2, "2026-02-05"), price(2, "2026-03-05"),
            price(4, "2026-01-05", "b"), price(4, "2026-02-05", "b"), price(8, "2026-03-05", "b"),
            price(8, "2026-02-05", "c"), price(2, "2026-03-05", "c"),
        )
    )  # fmt: skip
    assert rows["index_jevons"].to_list() == pytest.approx([100.0, 141.421356, 112.246205], abs=1e-6)
    assert rows["n_matched"].to_list() == [0, 2, 3]
    assert rows["n_series"].to_list() == [3, 3, 3]


def test_the_regression_gives_the_month_effects_that_least_squares_has(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    # Two months, three series seen in both: within each series the only contrast is its own change, so the month effect
    # is the mean log change: (ln 2 + 0 + ln 1/4) / 3 = -ln 2 / 3, the same as Jevons on a balanced panel.
    rows = overall(
        chain(
            price(1, "2026-01-05"), price(2, "2026-02-05"),
            price(4, "2026-01-05", "b"), price(4, "2026-02-05", "b"),
            price(8, "2026-01-05", "c"), price(2, "2026-02-05", "c"),
        )
    )  # fmt: skip
    want = 100 * 2 ** (-1 / 3)
    assert rows["index_tpd"].to_list() == pytest.approx([100.0, want], abs=1e-6)
    assert rows["index_jevons"].to_list() == pytest.approx([100.0, want], abs=1e-6)
    assert rows["index_tpd_low"][1] < want < rows["index_tpd_high"][1]
    assert rows["index_jevons_p05"][1] < want < rows["index_jevons_p95"][1]


def test_neither_index_moves_when_sources_join_or_leave_with_unchanged_prices(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    months = ["2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05"]
    steady = [price(4, m, o) for o in "abc" for m in months]
    cheap_joins = [price(1, m, "d") for m in months[2:]]
    dear_leaves = [price(40, m, "e") for m in months[:2]]
    rows = overall(chain(*steady, *cheap_joins, *dear_leaves))
    for column in ("index_jevons", "index_jevons_p05", "index_jevons_p95"):
        assert rows[column].to_list() == [100.0] * 4
    assert rows["index_tpd"].to_list() == pytest.approx([100.0] * 4, abs=1e-5)
    assert rows["n_matched"].to_list() == [0, 4, 3, 4]


def test_where_no_price_moves_the_interval_is_a_point_and_shows_no_trace_of_rounding(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    """Seven steady offers, alone for five months; two that join then move in September. The fit is exact for the first
    five months, and leaves variances of 1e-17 there, whose roots would reach the sixth decimal of the index."""
    months = [f"2025-{m:02d}-05" for m in range(1, 13)]
    steady = {"a": 3.87, "b": 1.01, "c": 0.71, "d": 10.67, "e": 11.91, "f": 8.08, "g": 9.62}
    moving = {"h": (7.3, 12.19), "i": (10.7, 0.53)}
    rows = overall(
        chain(
            *(price(p, m, o) for o, p in steady.items() for m in months),
            *(price(p[m >= months[8]], m, o) for o, p in moving.items() for m in months[5:]),
        )
    )
    for column in ("index_tpd", "index_tpd_low", "index_tpd_high"):
        assert rows[column][:5].to_list() == [100.0] * 5


def test_a_second_source_of_the_same_offers_changes_nothing(chain: Callable[..., dict[str, pl.DataFrame]]) -> None:
    # The aggregator names no instance type, but there is only one offer it can mean.
    mine = [price(4, "2026-01-05"), price(8, "2026-03-05"), price(5, "2026-01-05", "b"), price(5, "2026-03-05", "b")]
    theirs = [price(4, "2026-01-20", instance_type=None), price(4, "2026-02-20", instance_type=None)]
    alone, both = overall(chain(*mine)), overall(chain(*mine, *theirs))
    assert both["index_jevons"][-1] == alone["index_jevons"][-1] == pytest.approx(141.421356, abs=1e-6)
    assert both["n_series"].to_list() == [2, 2, 2]


def test_an_unnamed_row_stays_apart_where_two_offers_could_be_meant(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    rows = [
        price(4, "2026-01-05"),
        price(5, "2026-01-05", instance_type="other"),
        price(6, "2026-01-06", instance_type=None),
    ]
    assert chain(*rows, price(4, "2026-02-05"))["price_series"]["instance_type"].null_count() == 1


def test_a_price_is_held_until_the_next_is_seen_and_never_beyond_the_last(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    made = chain(price(4, "2026-01-05"), price(2, "2026-04-05"), price(9, "2026-04-02"), price(1, "2026-02-01", "b"))
    panel = made["price_panel"]
    assert panel["month"].to_list() == [dt.date(2026, m, 1) for m in (1, 2, 3, 4)]  # b was seen in one month only
    assert panel["is_observed"].to_list() == [True, False, False, True]
    assert panel["log_change"].to_list() == [None, 0.0, 0.0, pytest.approx(math.log(0.5))]
    index = overall(made)
    assert index["month"].to_list() == [dt.date(2026, 1, 1), dt.date(2026, 4, 1)]  # held months say nothing new
    assert index["index_jevons"].to_list() == [100.0, 50.0]
    assert index["index_jevons_p05"].null_count() == 2  # one series has no spread to show


def test_a_gap_that_no_offer_spans_starts_a_new_chain(chain: Callable[..., dict[str, pl.DataFrame]]) -> None:
    index = overall(
        chain(
            price(4, "2025-01-05"), price(2, "2025-02-05"),
            price(3, "2026-01-05", "b"), price(6, "2026-02-05", "b"),
        )
    )  # fmt: skip
    assert index.select("chain_start", "index_jevons").rows() == [
        (dt.date(2025, 1, 1), 100.0), (dt.date(2025, 1, 1), 50.0),
        (dt.date(2026, 1, 1), 100.0), (dt.date(2026, 1, 1), 200.0),
    ]  # fmt: skip


def test_component_prices_and_other_purchase_models_never_match(chain: Callable[..., dict[str, pl.DataFrame]]) -> None:
    made = chain(
        price(4, "2026-01-05"), price(4, "2026-02-05"),
        price(9, "2026-02-05", purchase_model="spot"),
        price(1, "2026-02-06", price_basis="gpu_component_only"),
    )  # fmt: skip
    assert made["price_points"].height == 3
    assert overall(made)["index_jevons"].to_list() == [100.0, 100.0]


def test_the_series_says_first_low_latest_and_when_it_changed(chain: Callable[..., dict[str, pl.DataFrame]]) -> None:
    row = chain(price(8, "2026-01-05"), price(2, "2026-02-05"), price(2.0001, "2026-02-09"), price(5, "2026-03-05"))[
        "price_series"
    ].row(0, named=True)
    assert (row["n_observations"], row["n_changes"], row["low_since"]) == (4, 2, dt.date(2026, 2, 5))
    assert row["last_changed_on"] == dt.date(2026, 3, 5)
    assert row["change_first_to_low_pct"] == pytest.approx(-75.0)
    assert row["change_low_to_latest_pct"] == pytest.approx(150.0)
    assert row["change_first_to_latest_pct"] == pytest.approx(-37.5)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("price_index_methods_agree", {"index_tpd": 300.0}),
        ("price_index_interval_holds", {"index_jevons_p05": 1e6}),
        ("price_index_interval_holds", {"n_matched": 9}),
        ("price_index_interval_holds", {"chain_start": dt.date(2027, 1, 1)}),
    ],
)
def test_the_rules_on_the_index_see_their_fault(
    chain: Callable[..., dict[str, pl.DataFrame]], run_sql: Run, rule: str, change: dict[str, object]
) -> None:
    good = chain(*(price(p, m, o) for o in "abc" for p, m in ((4, "2026-01-05"), (3, "2026-02-05"))))["price_index"]
    params = Settings().hashed()
    assert run_sql(f"quality/{rule}.sql", {"price_index": good}, **params).is_empty()
    bad = good.with_columns(pl.lit(v).cast(good.schema[k]).alias(k) for k, v in change.items())
    assert not run_sql(f"quality/{rule}.sql", {"price_index": bad}, **params).is_empty()


@pytest.mark.parametrize(("tpd", "broken"), [(100 * math.exp(0.3), 0), (100 * math.exp(0.5), 1)])
def test_the_methods_may_differ_by_their_own_errors_and_no_more(
    chain: Callable[..., dict[str, pl.DataFrame]], run_sql: Run, tpd: float, broken: int
) -> None:
    # Intervals of 100 x exp(+-0.1) and of the other's value x exp(+-0.05): errors of 0.0608 and 0.0304, four of each
    # added up are 0.365. So 0.3 can be chance and 0.5 cannot.
    good = chain(*(price(p, m, o) for o in "abc" for p, m in ((4, "2026-01-05"), (4, "2026-02-05"))))["price_index"]
    drawn = {
        "index_jevons": 100.0, "index_jevons_p05": 100 * math.exp(-0.1), "index_jevons_p95": 100 * math.exp(0.1),
        "index_tpd": tpd, "index_tpd_low": tpd * math.exp(-0.05), "index_tpd_high": tpd * math.exp(0.05),
    }  # fmt: skip
    index = good.filter(provider_class="specialised", accelerator="H100", month=dt.date(2026, 2, 1)).with_columns(
        pl.lit(v).alias(k) for k, v in drawn.items()
    )
    found = run_sql("quality/price_index_methods_agree.sql", {"price_index": index}, **Settings().hashed())
    assert (index.height, found.height) == (1, broken)


def test_a_source_that_joins_or_leaves_at_another_level_moves_neither_index(
    chain: Callable[..., dict[str, pl.DataFrame]],
) -> None:
    """Every price moves by the same steps; the ones that come and go are ten times as dear, or a tenth."""
    months, steps = ["2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05", "2026-05-05"], [4.0, 3.0, 3.3, 2.2, 2.75]
    stay = [price(p * k, m, o) for o, k in (("a", 1), ("b", 1.5), ("c", 2)) for p, m in zip(steps, months, strict=True)]
    joins = [price(p * 10, m, "d") for p, m in list(zip(steps, months, strict=True))[2:]]
    leaves = [price(p / 10, m, "e") for p, m in list(zip(steps, months, strict=True))[:3]]
    for rows in (overall(chain(*stay)), overall(chain(*stay, *joins, *leaves))):
        want = [100 * p / 4 for p in steps]
        assert rows["index_jevons"].to_list() == pytest.approx(want, abs=1e-5)
        assert rows["index_tpd"].to_list() == pytest.approx(want, abs=1e-5)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, real: PriceTables) -> dict[str, pl.DataFrame]:
    """The tables of the project's own price rows."""
    folder = tmp_path_factory.mktemp("real")

    def run(file: str, frames: dict[str, pl.DataFrame], **params: object) -> pl.DataFrame:
        for name, frame in frames.items():
            frame.write_parquet(folder / f"{name}.parquet")
        return queries.run(queries.parse(SQL / file), {n: folder / f"{n}.parquet" for n in frames}, params)

    return tables(run, real.price_observations)


def series(made: dict[str, pl.DataFrame], **which: object) -> dict[str, object]:
    return made["price_series"].filter(**which).row(0, named=True)


def test_the_real_history_shows_the_changes_its_sources_state(history: dict[str, pl.DataFrame]) -> None:
    for name in ("price_points", "price_series", "price_panel", "price_index"):
        validate(name, history[name])
    aws = series(history, instance_type="p5.48xlarge", region="us-east-1", purchase_model="on_demand")
    assert aws["first_price_usd_per_accelerator_hour"] == pytest.approx(12.29, abs=5e-3)
    assert aws["latest_price_usd_per_accelerator_hour"] == pytest.approx(6.88, abs=5e-3)
    assert (aws["n_changes"], aws["last_changed_on"]) == (1, dt.date(2025, 6, 5))
    gcp = series(history, instance_type="a3-highgpu-8g", region="us-central1", purchase_model="spot")
    assert gcp["low_since"] == dt.date(2025, 10, 2)
    assert gcp["change_first_to_low_pct"] == pytest.approx(-67, abs=0.5)
    assert gcp["change_low_to_latest_pct"] == pytest.approx(149, abs=0.5)
    labs = series(history, instance_type="gpu_8x_h100_sxm5", region="global")
    assert labs["low_price_usd_per_accelerator_hour"] == 2.99
    assert labs["latest_price_usd_per_accelerator_hour"] == 3.99
    assert labs["last_changed_on"] == dt.date(2026, 4, 6)
    assert labs["change_low_to_latest_pct"] == pytest.approx(33, abs=0.5)
    volta = series(history, instance_type="p3.2xlarge", region="us-east-1", purchase_model="on_demand")
    assert (volta["first_seen"], volta["last_seen"]) == (dt.date(2017, 10, 26), dt.date(2026, 1, 21))
    assert volta["n_changes"] == 0


@pytest.mark.parametrize(
    ("machine", "region", "before", "after"),
    [
        ("p5.48xlarge", "us-east-1", 3.93, 5.19),
        ("p5en.48xlarge", "us-east-2", 5.20, 6.87),
        ("p6-b200.48xlarge", "us-east-1", 9.36, 12.36),
    ],
)
def test_the_real_history_has_the_turn_of_2026_in_capacity_blocks(
    history: dict[str, pl.DataFrame], machine: str, region: str, before: float, after: float
) -> None:
    """Prices on 2026-01-31 and 2026-07-22 as the source prints them: each up by 32 percent."""
    days = pl.lit([dt.date(2026, 1, 31), dt.date(2026, 7, 22)])
    block = history["price_points"].filter(instance_type=machine, purchase_model="capacity_block", region=region)
    found = block.filter(pl.col("observed_on").is_in(days)).sort("observed_on")["price_usd_per_accelerator_hour"]
    assert found.to_list() == pytest.approx([before, after], abs=6e-3)
    assert found[1] / found[0] == pytest.approx(1.32, abs=7e-3)


def test_the_real_index_passes_its_rules_and_is_the_same_again(history: dict[str, pl.DataFrame], run_sql: Run) -> None:
    index = {"price_index": history["price_index"]}
    for rule in ("price_index_methods_agree", "price_index_interval_holds"):
        assert run_sql(f"quality/{rule}.sql", index, **Settings().hashed()).is_empty()
    some = history["price_panel"].filter(accelerator="H100")
    once, again = (price_index(p, SEED) for p in (some, some.sample(fraction=1, shuffle=True, seed=1)))
    assert once.equals(again)
