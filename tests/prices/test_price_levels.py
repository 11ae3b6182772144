"""sql/prices/price_levels.sql and the price rules of sql/quality, on tiny frames with numbers worked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from pipeline.contracts import validate
from pipeline.tables import TABLES

Run = Callable[..., pl.DataFrame]
DAY = dt.date(2026, 8, 1)
ACCELERATORS = TABLES["accelerators"].frame(
    [
        {
            "accelerator": "H100",
            "bf16_dense_tflops": 1000.0,
            "bf16_dense_pcie_tflops": 750.0,
            "bf16_dense_nvl_tflops": 800.0,
        },
        {"accelerator": "A10G", "bf16_dense_tflops": 70.0},
    ]
)


def price(each: float, offer: str, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "provider": offer,
        "provider_class": "specialised",
        "accelerator": "H100",
        "macro_region": "global",
        "purchase_model": "on_demand",
        "price_basis": "instance",
        "price_usd_per_accelerator_hour": each,
        "observed_on": DAY,
        "offer_id": offer,
    }
    row |= changes
    return row | {"observation_id": f"{row['offer_id']}-{row['observed_on']}"}


def observations(*rows: dict[str, object]) -> pl.DataFrame:
    return TABLES["price_observations"].frame(list(rows))


def levels(run_sql: Run, *rows: dict[str, object], stale_days: int = 180) -> list[dict[str, object]]:
    frames = {"price_observations": observations(*rows), "accelerators": ACCELERATORS}
    return run_sql("prices/price_levels.sql", frames, stale_days=stale_days).to_dicts()


def test_quartiles_counts_and_price_per_pflop_hour(run_sql: Run) -> None:
    # Prices 1, 2, 4, 8: positions 0.75, 1.5 and 2.25 of 0..3 give 1.75, 3 and 5. At 1000 TFLOP/s a PFLOP-hour costs the
    # price of one accelerator-hour, so its median is 3 as well.
    (row,) = levels(
        run_sql,
        price(1.0, "a"),
        price(2.0, "b", provider="a"),
        price(4.0, "c"),
        price(8.0, "d", observed_on=dt.date(2026, 7, 1)),
    )
    assert row == {
        "accelerator": "H100",
        "provider_class": "specialised",
        "macro_region": "global",
        "purchase_model": "on_demand",
        "price_usd_per_accelerator_hour_median": 3.0,
        "price_usd_per_accelerator_hour_q1": 1.75,
        "price_usd_per_accelerator_hour_q3": 5.0,
        "price_usd_per_accelerator_hour_min": 1.0,
        "price_usd_per_accelerator_hour_max": 8.0,
        "n_offers": 4,
        "n_providers": 3,
        "price_usd_per_pflop_hour_median": 3.0,
        "last_observed": DAY,
        "is_stale": False,
    }


def test_only_the_latest_price_of_an_offer_counts(run_sql: Run) -> None:
    (row,) = levels(run_sql, price(2.0, "a"), price(9.0, "a", observed_on=dt.date(2026, 7, 31)), price(4.0, "b"))
    assert (row["n_offers"], row["price_usd_per_accelerator_hour_median"]) == (2, 3.0)


def test_component_prices_never_enter(run_sql: Run) -> None:
    (row,) = levels(run_sql, price(4.0, "a"), price(1.0, "b", price_basis="gpu_component_only"))
    assert (row["n_offers"], row["price_usd_per_accelerator_hour_min"]) == (1, 4.0)
    assert levels(run_sql, price(1.0, "b", price_basis="gpu_component_only")) == []


def test_an_offer_that_vanished_does_not_stand_beside_todays(run_sql: Run) -> None:
    # 180 days before 2026-08-01 is 2026-02-02: seen that day still counts, the day before no longer.
    old = price(8.0, "b", observed_on=dt.date(2026, 2, 2))
    older = price(16.0, "c", observed_on=dt.date(2026, 2, 1))
    (row,) = levels(run_sql, price(4.0, "a"), old, older)
    assert (row["n_offers"], row["price_usd_per_accelerator_hour_max"], row["is_stale"]) == (2, 8.0, False)


@pytest.mark.parametrize(("last", "stale"), [(dt.date(2026, 2, 2), False), (dt.date(2026, 2, 1), True)])
def test_a_level_is_stale_180_days_before_the_newest_observation_of_all(
    run_sql: Run, last: dt.date, stale: bool
) -> None:
    rows = levels(run_sql, price(4.0, "a"), price(3.0, "b", purchase_model="spot", observed_on=last))
    spot = next(r for r in rows if r["purchase_model"] == "spot")
    assert (spot["last_observed"], spot["is_stale"], spot["n_offers"]) == (last, stale, 1)


def test_each_board_is_priced_at_its_own_rate(run_sql: Run) -> None:
    # 3 USD on 750 TFLOP/s is 4 USD a PFLOP-hour; 4 on 800 is 5; 6 on 1000 is 6 (variant unstated: the main rate).
    (row,) = levels(
        run_sql,
        price(3.0, "a", accelerator_variant="PCIe"),
        price(4.0, "b", accelerator_variant="NVL"),
        price(6.0, "c", accelerator_variant=None),
    )
    assert row["price_usd_per_pflop_hour_median"] == pytest.approx(5.0, rel=1e-12)
    (other,) = levels(run_sql, price(0.7, "a", accelerator="A10G", accelerator_variant="PCIe"))
    assert other["price_usd_per_pflop_hour_median"] == pytest.approx(10.0, rel=1e-12)


def test_nothing_mixes_across_the_key_and_rows_come_in_key_order(run_sql: Run) -> None:
    rows = levels(
        run_sql,
        price(1.0, "a"),
        price(2.0, "b", provider_class="hyperscaler"),
        price(3.0, "c", macro_region="Europe"),
        price(4.0, "d", purchase_model="spot"),
        price(5.0, "e", accelerator="A10G"),
    )
    assert [r["price_usd_per_accelerator_hour_median"] for r in rows] == [5.0, 2.0, 3.0, 1.0, 4.0]
    assert all(r["n_offers"] == 1 for r in rows)


def test_same_bytes_at_any_number_of_threads(run_sql: Run) -> None:
    rows = [price(1 + (i * 37 % 101) / 7, f"o{i}", provider=f"p{i % 5}") for i in range(400)]
    frames = {"price_observations": observations(*rows), "accelerators": ACCELERATORS}
    one, four = (run_sql("prices/price_levels.sql", frames, threads=n, stale_days=180) for n in (1, 4))
    assert one.equals(four)
    assert one["n_offers"].to_list() == [400]
    validate("price_levels", one)


def test_quality_rules_find_nothing_in_good_tables_and_each_finds_its_own_fault(run_sql: Run) -> None:
    good = observations(price(1.0, "a"), price(2.0, "b"))
    twice = pl.concat([good, good.head(1)])
    assert run_sql("quality/price_observations_once.sql", {"price_observations": good}).is_empty()
    assert run_sql("quality/price_observations_once.sql", {"price_observations": twice})["offer_id"].to_list() == ["a"]

    # Ten rows: six kept (one of them also had its spot price refused), one refused, two merged, one out of scope.
    counts = {
        "source_file": "f", "rows_read": 10, "rows_kept": 6, "rows_rejected": 1, "rows_merged": 2,
        "rows_out_of_scope": 1,
    }  # fmt: skip
    reject = {"table_name": "price_observations", "source_file": "f", "reason": "r", "detail": "d"}
    frames = {
        "price_rejects": TABLES["price_rejects"].frame([reject | {"source_row": 7}, reject | {"source_row": 1}]),
        "price_observations": observations(
            *(price(1.0, str(i)) | {"source_file": "f", "source_row": i} for i in (1, 2, 3, 4, 5, 6))
        ),
    }
    changes: list[tuple[dict[str, object], int]] = [
        ({}, 0), ({"rows_read": 11}, 1), ({"rows_rejected": 2, "rows_merged": 1}, 1),
        ({"rows_kept": 7, "rows_read": 11}, 1),
        ({"rows_out_of_scope": 0}, 1),
    ]  # fmt: skip
    for change, broken in changes:
        frames["price_file_counts"] = TABLES["price_file_counts"].frame([counts | change])
        assert run_sql("quality/price_rows_accounted.sql", frames).height == broken

    reference = {
        "accelerators": ACCELERATORS,
        "providers": TABLES["providers"].frame([{"provider": "a"}, {"provider": "b"}]),
        "regions": TABLES["regions"].frame([{"region": "x"}]),
    }
    for change, broken in (({}, 0), ({"provider": "c"}, 1), ({"region": "y"}, 1), ({"accelerator": "Z"}, 1)):
        frames = reference | {"price_observations": observations(price(1.0, "a") | change, price(2.0, "b", region="x"))}
        assert run_sql("quality/price_reference_known.sql", frames).height == broken

    level = run_sql(
        "prices/price_levels.sql", {"price_observations": good, "accelerators": ACCELERATORS}, stale_days=180
    )
    for change, broken in (
        ({}, 0),
        ({"price_usd_per_accelerator_hour_q1": 9.0}, 1),
        ({"n_providers": 3}, 1),
    ):
        changed = level.with_columns(*(pl.lit(v).cast(level.schema[k]).alias(k) for k, v in change.items()))
        assert run_sql("quality/price_levels_ordered.sql", {"price_levels": changed}).height == broken
