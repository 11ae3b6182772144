"""The traps of published prices: each has a rule with a test, or a reason why it has none.

The collection of real bad rows is read in place where it lies beside the checkout; the rows themselves are not ours.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from catalogues import sidecar, sky

from pipeline.prices.names import read_name
from pipeline.prices.readers import skypilot
from pipeline.prices.suspects import suspects
from pipeline.rows.rejects import Reject
from pipeline.settings import PriceLimits

BAD_ROWS = Path(__file__).parents[2].parent / "shared" / "facts" / "bad_price_rows.csv"
RULES = {
    "accelerator_price_without_host": "skypilot: gpu_component_only, or the machine's price added",
    "blank_price": "missing_value",
    "exact_duplicate": "merge: twins fold into one and are counted",
    "fractional_gpu": "counts are numbers, fractions too",
    "gh200_labelled_h200": "names are read whole: GH200 is not H200",
    "header_only_file": "a file without rows is an error, and fetching keeps the last good day",
    "memory_wrong": "memory counts only where it is a size the accelerator comes in",
    "placeholder_price": "placeholder_price, price_implausible",
    "region_cross_join": "region_cross_join: one price everywhere, counted once",
    "spot_above_on_demand": "spot_above_on_demand",
    "spot_blank": "no spot price",
    "spot_equals_on_demand": "kept and flagged",
    "spot_zero": "no spot price, flagged on the list price",
    "tpu_slice_counted_as_one": "chips from the slice's name, by generation",
    "unit_switch": "unit_switch, and the gate of fetching",
    "variant_mislabelled": "the machine's type says the board",
    "cud_equals_on_demand": "price_levels and the index never set a reservation beside a list price",
    "columns_swapped_or_blank": "not_a_number, missing_value, price_inconsistent",
    "min_above_max": "no format read here has minimum and maximum columns: one price a row",
    "model_mislabelled": "price_inconsistent where a row has both prices, else conflicting_price beside a better one",
}
REASONS = {
    "machine_written_article": "looks like a true page: such sources are not read, pages rank below APIs",
    "synthetic_history": "generated rows name themselves so in their source: such sources are not read",
    "spot_field_changed_meaning": "one source's field, which is not read: the provider's own API is",
}


def bad_rows() -> list[dict[str, str]]:
    if not BAD_ROWS.exists():
        return []
    with BAD_ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_kind_of_bad_row_has_a_rule_or_a_reason() -> None:
    if not BAD_ROWS.exists():
        pytest.skip("the collection of bad rows is not beside this checkout")
    assert {r["trap"] for r in bad_rows()} == set(RULES) | set(REASONS)


SKYPILOT = [r for r in bad_rows() if "anycloud-sh/catalog" in r["source"] and r["raw_record"].startswith("{")]


@pytest.mark.skipif(not SKYPILOT, reason="the collection of bad rows is not beside this checkout")
def test_every_bad_catalogue_row_comes_to_what_its_rule_says() -> None:
    for row in SKYPILOT:
        record = json.loads(row["raw_record"])
        cloud = row["source"].split(":")[1].split("/")[0]
        if cloud not in skypilot.CLOUDS:
            continue  # vast: offers of third parties, no catalogue of ours
        columns = [c for c in record if c != "null"]
        line = ",".join('"' + str(record[c]).replace('"', '""') + '"' for c in columns)
        draft = skypilot.read(sky(line, header=",".join(columns)), f"{cloud}.csv", sidecar())
        kept, refused = suspects(draft.frame, "f", PriceLimits())
        codes = {code for _, code, _ in draft.refused} | set(refused["reason"])
        models = set(kept["purchase_model"])
        expected = {
            "accelerator_price_without_host": kept["price_basis"].to_list() == ["gpu_component_only"] * 2,
            "exact_duplicate": kept["accelerator_count"].to_list()[:1] in ([4.0], [448.0]),
            "fractional_gpu": draft.out_of_scope == 1,  # an A10, which is known and not tracked
            "placeholder_price": (
                kept["price_usd_per_accelerator_hour"] > PriceLimits().max_usd_per_accelerator_hour
            ).all(),
            "region_cross_join": models == {"on_demand"},
            "spot_above_on_demand": codes == {Reject.SPOT_ABOVE_ON_DEMAND},
            "spot_blank": models == {"on_demand"},
            "spot_equals_on_demand": "spot_equals_on_demand" in kept.filter(purchase_model="spot")["flags"].to_list(),
            "tpu_slice_counted_as_one": kept["accelerator_count"].unique().to_list() == [4.0],
        }[row["trap"]]
        assert expected, (row["trap"], draft)


def test_look_alike_models_of_the_collection_are_told_apart() -> None:
    assert read_name("GH200") != read_name("H200")
    assert read_name("A10") != read_name("A10G")
