"""Hyperscalers against GPU-only clouds, and who has a price at all: tiny frames by hand, then the real rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from pipeline.contracts import validate
from pipeline.prices import PriceTables
from pipeline.prices.ratio import price_class_ratio
from pipeline.prices.regional import price_region_levels
from pipeline.settings import Settings
from pipeline.tables import TABLES

Run = Callable[..., pl.DataFrame]
DAY = dt.date(2026, 8, 1)
SIDES = {"big": "hyperscaler", "huge": "hyperscaler", "vast": "hyperscaler", "s": "specialised", "t": "specialised"}
SIDES |= {"u": "specialised", "other": None}
PROVIDERS = TABLES["providers"].frame([{"provider": p, "report_group": g} for p, g in SIDES.items()])
REGIONS = TABLES["regions"].frame(
    [{"region": "us-east-1", "country": "US"}, {"region": "global"}, {"region": "eu-west-1", "country": "IE"}]
)


def point(provider: str, each: float, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "provider": provider, "provider_class": "specialised", "accelerator": "H100", "accelerator_variant": "SXM",
        "accelerator_count": 8.0, "region": "us-east-1", "macro_region": "North America",
        "purchase_model": "on_demand", "price_usd_per_accelerator_hour": each, "observed_on": DAY,
    } | changes  # fmt: skip
    return row | {"series_id": "-".join(str(row[k]) for k in sorted(row)), "observation_id": f"{provider}{each}"}


def pairs(run_sql: Run, *rows: dict[str, object]) -> pl.DataFrame:
    frames = {"price_points": TABLES["price_points"].frame(list(rows)), "providers": PROVIDERS, "regions": REGIONS}
    return run_sql("prices/price_class_pairs.sql", frames, stale_days=180)


def test_the_ratio_is_that_of_the_medians_over_providers(run_sql: Run) -> None:
    # Medians 12 of (6, 12, 15) and 4 of (3, 4, 8): ratio 3. 8 of the 9 pairs have the specialised one cheaper (6 < 8).
    found = pairs(
        run_sql, point("big", 6), point("huge", 12), point("vast", 15), point("s", 3), point("t", 4), point("u", 8)
    )
    assert found.height == 9
    row = price_class_ratio(found, 1).row(0, named=True)
    assert (row["ratio"], row["n_hyperscalers"], row["n_specialised"]) == (3.0, 3, 3)
    assert row["specialised_cheaper_share"] == pytest.approx(8 / 9)
    assert 6 / 8 <= row["ratio_p05"] < 3 < row["ratio_p95"] <= 15 / 3
    assert price_class_ratio(found.sample(fraction=1, shuffle=True, seed=3), 1).equals(price_class_ratio(found, 1))


def test_fewer_than_three_providers_on_a_side_have_no_interval(run_sql: Run) -> None:
    row = price_class_ratio(pairs(run_sql, point("big", 6), point("s", 3)), 1).row(0, named=True)
    assert (row["ratio"], row["ratio_p05"], row["ratio_p95"]) == (2.0, None, None)


@pytest.mark.parametrize(
    "stray",
    [
        {"purchase_model": "spot"},
        {"region": "eu-west-1", "macro_region": "Europe"},
        {"observed_on": dt.date(2026, 2, 1)},
        {"provider_class": "marketplace"},
        {"accelerator_count": 1.0},
        {"accelerator_count": None},
        {"accelerator_variant": "PCIe"},
        {"accelerator": "B200"},
        {"provider": "other"},
        {"observed_on": dt.date(2026, 7, 1)},
    ],
)
def test_only_like_is_set_beside_like(run_sql: Run, stray: dict[str, object]) -> None:
    found = pairs(run_sql, point("big", 6), point("s", 3), point("s", 1) | {"series_id": "x"} | stray)
    assert found["ratio"].to_list() == [2.0]


def test_the_nearest_size_stands_where_eight_is_not_sold(run_sql: Run) -> None:
    found = pairs(run_sql, point("big", 6), point("s", 3, accelerator_count=4.0), point("s", 1, accelerator_count=1.0))
    assert found["specialised_accelerator_count"].to_list() == [4.0]


def test_a_row_that_names_no_board_is_the_commonest_one(run_sql: Run) -> None:
    found = pairs(
        run_sql, point("big", 6), point("s", 3, accelerator_variant=None, region="global", macro_region="global")
    )
    assert found.select("board", "ratio").rows() == [("SXM", 2.0)]


def region_point(price: float, place: str, region: str, **changes: object) -> dict[str, object]:
    named = {"provider_class": "hyperscaler", "instance_type": "m8", "region": place, "macro_region": region}
    row = point("big", price, **(named | changes))
    return row | {"series_id": place}


def region_pairs(run_sql: Run, *rows: dict[str, object]) -> pl.DataFrame:
    frames = {"price_points": TABLES["price_points"].frame(list(rows))}
    return validate("price_region_pairs", run_sql("prices/price_region_pairs.sql", frames, stale_days=180))


def test_a_machine_is_set_beside_itself_in_north_america(run_sql: Run) -> None:
    found = region_pairs(
        run_sql,
        region_point(4, "us-east-1", "North America"),
        region_point(6, "us-west-2", "North America"),
        region_point(9, "eu-west-1", "Europe", observed_on=dt.date(2026, 7, 1)),
        region_point(7, "eu-west-1", "Europe"),  # the newer price of that place
        region_point(8, "eu-west-2", "Europe"),
    )
    # Medians 7.5 of (7, 8) and 5 of (4, 6).
    assert found.select("macro_region", "n_machines", "n_places", "n_north_america_places").rows() == [
        ("Europe", 1, 2, 2)
    ]
    assert found["ratio"].to_list() == pytest.approx([1.5])


def test_an_accelerator_in_many_sizes_counts_once(run_sql: Run) -> None:
    """Sizes at 1, 2 and 4 times their price in North America: the cube root of 8."""
    sizes = {"m1": 1, "m2": 2, "m4": 4}
    rows = [
        region_point(3 * f, f"{place}-{name}", region, instance_type=name)
        for name, times in sizes.items()
        for place, region, f in (("us", "North America", 1), ("eu", "Europe", times))
    ]
    found = region_pairs(run_sql, *rows)
    assert found["n_machines"].to_list() == [3]
    assert found["ratio"].to_list() == pytest.approx([2.0])


@pytest.mark.parametrize(
    "stray",
    [
        {"purchase_model": "spot"},
        {"observed_on": dt.date(2026, 2, 1)},
        {"provider_class": "specialised"},
        {"instance_type": "m4"},
        {"instance_type": None},
        {"accelerator_count": 4.0},
        {"accelerator_variant": "PCIe"},
        {"accelerator": "B200"},
        {"provider": "huge"},
        {"macro_region": "global"},
        {"macro_region": "multi"},
    ],
)
def test_only_the_same_machine_is_set_beside_it(run_sql: Run, stray: dict[str, object]) -> None:
    other = region_point(9, "eu-west-1", "Europe") | stray
    assert region_pairs(run_sql, region_point(4, "us-east-1", "North America"), other).is_empty()


def test_what_has_no_price_is_null_and_never_zero(run_sql: Run) -> None:
    providers = [{"provider": p, "top_company": p.upper()} for p in ("hours", "seats", "nothing")]
    frames = {
        "providers": TABLES["providers"].frame([*providers, {"provider": "unlisted"}]),
        "price_observations": TABLES["price_observations"].frame(
            [
                {"observation_id": str(i), "provider": "hours", "accelerator": a, "observed_on": dt.date(2026, i, 1)}
                for i, a in ((1, "H100"), (2, "H100"), (3, "B200"))
            ]
        ),
        "non_hourly_prices": TABLES["non_hourly_prices"].frame(
            [
                {
                    "provider": "seats",
                    "product": "p",
                    "kind": "price",
                    "unit": "user_month",
                    "price_usd": 25.0,
                    "as_of": "2024",
                },
                {
                    "provider": "seats",
                    "product": "q",
                    "kind": "price",
                    "unit": "token",
                    "price_usd": 1.0,
                    "as_of": "2023",
                },
                {"provider": "nothing", "product": "p", "kind": "not_public", "unit": "contract"},
                {"provider": "nothing", "product": "q", "kind": "spending_cap", "unit": "month", "price_usd": 9.0},
            ]
        ),
    }
    rows = run_sql("prices/company_coverage.sql", frames).rows()
    assert rows == [
        ("HOURS", "hours", "hourly", 3, 2, dt.date(2026, 1, 1), dt.date(2026, 3, 1), None, None),
        ("NOTHING", "nothing", "none", None, None, None, None, None, None),
        ("SEATS", "seats", "other_unit", None, None, None, None, "token;user_month", "2023"),
    ]


def test_the_real_rows_give_the_ratio_and_coverage_the_sources_have(run_sql: Run, real: PriceTables) -> None:
    frames = {n: getattr(real, n) for n in ("price_observations", "providers", "regions", "non_hourly_prices")}
    frames["price_points"] = run_sql("prices/price_points.sql", frames)
    found = run_sql("prices/price_class_pairs.sql", frames, stale_days=180)
    ratio = price_class_ratio(found, Settings().seed)
    h100 = ratio.filter(accelerator="H100", board="SXM").row(0, named=True)
    assert h100["ratio"] == pytest.approx(2.8, abs=0.05)  # medians 11.06 and 3.9 to 3.95, as the lists of mid-2026 say
    assert h100["ratio_p05"] > 1
    levels = price_region_levels(run_sql("prices/price_region_pairs.sql", frames, stale_days=180), Settings().seed)
    validate("price_region_levels", levels)
    # Of the lists: Google's A100 machine 29.98 USD in europe-west4 and 29.39 in us-central1 (1.02 times), Azure's H100
    # machine 127.82 or 132.23 in West Europe and 98.32 in East US (1.30, 1.34). No row is of Latin America or Africa.
    europe, latin = (levels.filter(macro_region=r).row(0, named=True) for r in ("Europe", "Latin America"))
    assert europe["price_region"] == "Europe"
    assert 1.02 < europe["ratio_p05"] < europe["ratio"] < europe["ratio_p95"] < 1.34
    assert (latin["price_region"], latin["n_pairs"]) == ("North America", 0)
    coverage = run_sql("prices/company_coverage.sql", frames)
    for name, frame in (("price_class_pairs", found), ("price_class_ratio", ratio), ("company_coverage", coverage)):
        validate(name, frame)
    kinds = dict(coverage.select("top_company", "coverage").iter_rows())
    assert len(kinds) == 10
    assert {c for c, kind in kinds.items() if kind != "hourly"} == {
        "NVIDIA", "SambaNova Systems", "Weights and Biases", "Determined AI",
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"n_specialised": 2}, {"ratio": 9.0}, {"ratio_p05": 3.5}])
def test_the_rule_on_the_ratio_sees_its_fault(run_sql: Run, change: dict[str, object]) -> None:
    found = pairs(run_sql, *(point(p, 6) for p in ("big", "huge", "vast")), *(point(p, 3) for p in "stu"))
    frames = {"price_class_pairs": found, "price_class_ratio": price_class_ratio(found, 1)}
    assert run_sql("quality/price_class_ratio_has_its_pairs.sql", frames).is_empty()
    ratio = frames["price_class_ratio"]
    frames["price_class_ratio"] = ratio.with_columns(
        pl.lit(v).cast(ratio.schema[k]).alias(k) for k, v in change.items()
    )
    assert run_sql("quality/price_class_ratio_has_its_pairs.sql", frames).height == 1
