from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.releases.catalog import find
from pipeline.releases.changes import describe_column, headline, inputs, text
from pipeline.releases.compare import Changes, Named, candidate_side, compare, side, two_releases
from pipeline.releases.rows import ColumnChange, RowChanges, compare_rows
from pipeline.tables import TABLES
from tests.releases.conftest import World, sample

BEFORE = pl.DataFrame({"k": ["a", "b", "c", "d"], "v": [10.0, -4.0, 0.0, None], "t": ["x", "y", "z", "w"]})


def test_rows_are_matched_by_key_and_the_largest_relative_change_is_named() -> None:
    after = pl.DataFrame({"k": ["e", "d", "c", "b", "a"], "v": [1.0, 7.0, 5.0, -6.0, 11.0], "t": [*"vwzYx"]})
    found = compare_rows("t", BEFORE, after, ["k"])
    assert (found.rows_before, found.rows_after) == (4, 5)
    assert (found.added, found.removed, found.changed) == (1, 0, 4)
    value, word = found.columns
    # -4 to -6 moves by 2 of 4 down; 10 to 11 by a tenth up; from 0 and from nothing there is no ratio.
    assert (value.column, value.cells, value.largest, value.at) == ("v", 4, -0.5, "b")
    assert (value.before, value.after) == (-4.0, -6.0)
    assert (word.column, word.cells, word.largest, word.at, word.before, word.after) == ("t", 1, None, "b", "y", "Y")


def test_percentages_and_parts_of_a_whole_change_by_points() -> None:
    before = pl.DataFrame({"k": ["a", "b"], "share": [0.0005, 0.5], "cagr_pct": [0.01, None]})
    after = pl.DataFrame({"k": ["a", "b"], "share": [0.0055, 0.52], "cagr_pct": [1.51, 3.0]})
    share, cagr = compare_rows("t", before, after, ["k"], {"share": 100.0, "cagr_pct": 1.0}).columns
    # 0.5 points on almost nothing is elevenfold; 2 points on a half are what a reader wants to know of.
    assert (share.largest, share.points, share.at) == (pytest.approx(2.0), True, "b")
    assert (cagr.largest, cagr.points, cagr.at) == (pytest.approx(1.5), True, "a")
    assert describe_column(share) == "share: 2 cells, most by +2 points (b: 0.5 → 0.52)"
    amount = ColumnChange("value_usd_bn", 1, -0.0175, points=False, at="a", before=2.0, after=1.965)
    assert sorted((cagr, amount, share), key=lambda c: -c.size) == [share, amount, cagr]


@pytest.mark.parametrize(("name", "points"), [("share_mean", 100.0), ("cagr_pct_p05", 1.0), ("p_largest", 100.0)])
def test_which_columns_change_by_points_follows_from_their_unit_and_bounds(name: str, points: float) -> None:
    assert TABLES["region_forecast"].column(name).points == points
    assert TABLES["sensitivity"].column("first_order_low").points == 100.0
    assert TABLES["region_forecast"].column("value_usd_bn_p05").points is None


def test_a_change_too_small_to_print_is_not_called_one_of_zero() -> None:
    tiny = ColumnChange("v", 2, 1e-9, points=False, at="a", before=12.061, after=12.061)
    assert describe_column(tiny) == "v: 2 cells, none by as much as 0.001 % (a: 12.061 → 12.061)"


def test_columns_and_keys_that_come_and_go_are_said() -> None:
    renamed = compare_rows("t", BEFORE, BEFORE.rename({"t": "u"}), ["k"])
    assert renamed.notes == ("new columns: u", "columns gone: t")
    assert (renamed.any, renamed.changed) == (True, 0)
    retyped = compare_rows("t", BEFORE, BEFORE.with_columns(pl.col("v").cast(pl.String)), ["k"])
    assert retyped.notes == ("columns of another type: v",)
    other_key = compare_rows("t", BEFORE, BEFORE.rename({"k": "key"}), ["key"])
    assert "the key changed (key): rows not matched" in other_key.notes
    twins = compare_rows("t", BEFORE, pl.concat([BEFORE, BEFORE]), ["k"])
    assert twins.notes == ("the key k does not tell rows apart after: rows not matched",)


ROWS = st.dictionaries(st.integers(0, 9), st.one_of(st.none(), st.floats(-9, 9)), max_size=8)


@given(ROWS, ROWS)
def test_counts_are_those_of_the_keys(before: dict[int, float | None], after: dict[int, float | None]) -> None:
    def frame(rows: dict[int, float | None]) -> pl.DataFrame:
        return pl.DataFrame({"k": [*rows], "v": [*rows.values()]}, schema={"k": pl.Int64, "v": pl.Float64})

    found = compare_rows("t", frame(before), frame(after), ["k"])
    shared = before.keys() & after.keys()
    assert found.added == len(after.keys() - before.keys())
    assert found.removed == len(before.keys() - after.keys())
    assert found.changed == sum(before[k] != after[k] for k in shared)
    assert found.any == (before != after)


def changed(world: World) -> Changes:
    """Two releases: an input, an assumption, a claim that came, one that went, and a shrunk market."""
    world.publish()
    world.change_inputs("a,b\n3,4\n")
    claims = sample("claims").with_columns(
        pl.col("claim_id").replace({"claim_id 0": "new"}), pl.col("quote").replace({"quote 0": "said <b>now</b>"})
    )
    world.publish(
        market_forecast=sample("market_forecast", 1).with_columns(pl.lit(0.125).alias("value_usd_bn_mean")),
        assumptions=sample("assumptions").with_columns(pl.col("value") * 2),
        claims=claims,
    )
    return compare(*(side(r) for r in two_releases(world.settings)))


def test_two_releases_are_compared_by_what_they_are_made_of_and_what_they_say(world: World) -> None:
    found = changed(world)
    # The sidecar carries the file's hash, so it changes with it.
    assert found.causes.inputs.changed == ("prices/sheet.csv", "prices/sheet.csv.meta.yaml")
    assert (found.causes.code.any, found.causes.settings, found.causes.versions) == (False, (), ())
    assert headline(found.causes) == "1 input"
    assert inputs(found.causes) == ["changed: prices/sheet.csv"]
    alone = replace(found.causes, inputs=Named((), (), ("prices/sheet.csv.meta.yaml",)))
    assert inputs(alone) == ["changed: prices/sheet.csv.meta.yaml"]
    assert [m.name for m in found.assumptions] == ["scenario 0 / name 0", "scenario 1 / name 1"]
    assert [(c["claim_id"], c["quote"]) for c in found.claims_appeared] == [("new", "said <b>now</b>")]
    assert [c["claim_id"] for c in found.claims_vanished] == ["claim_id 0"]
    sizes = next(t for t in found.tables if t.table == "market_forecast")
    assert (sizes.rows_before, sizes.rows_after, sizes.removed, sizes.changed) == (2, 1, 1, 1)
    mean = next(c for c in sizes.columns if c.column == "value_usd_bn_mean")
    assert mean.largest == -0.5  # 0.25 to 0.125
    assert {t.table for t in found.tables} == {"market_forecast", "assumptions", "claims"}


def test_the_changes_in_words_name_all_of_it(world: World) -> None:
    said = text(changed(world))
    for line in (
        "- changed: prices/sheet.csv",
        "- market_forecast: 2 rows, now 1: 1 removed; 1 changed",
        "most by -50 %",
    ):
        assert line in said
    assert "## Claims that appeared" in said
    assert "## Code" not in said


def test_a_release_does_not_differ_from_itself(world: World) -> None:
    world.publish()
    release = find(world.settings)
    assert "Nothing differs." in text(compare(side(release), side(release)))


def test_a_candidate_is_compared_as_its_release_would_be(world: World) -> None:
    world.publish()
    world.change_inputs("a,b\n3,4\n")
    identity, store = world.fill(reports=sample("reports", 1))
    before = side(find(world.settings))
    found = compare(before, candidate_side(identity, {n: store.path(n) for n in before.tables}))
    assert [(t.table, t.removed) for t in found.tables] == [("reports", 1)]
    assert found.after == identity.release_id


def test_a_table_that_comes_or_goes_is_counted(world: World) -> None:
    world.publish()
    here = side(find(world.settings))
    less = {n: p for n, p in here.tables.items() if n != "segments"}
    without = type(here)(here.release_id, here.identity, less, here.keys, here.contents)
    assert compare(without, here).tables == (RowChanges("segments", None, 2),)
    assert compare(here, without).tables == (RowChanges("segments", 2, None),)


def test_without_two_releases_there_is_nothing_to_compare(world: World) -> None:
    with pytest.raises(StoreError, match="holds no release yet"):
        two_releases(world.settings)
    done = world.publish()
    with pytest.raises(StoreError, match="there is no release to compare it with"):
        two_releases(world.settings)
    with pytest.raises(StoreError, match=done.release_id):
        two_releases(world.settings, "2020-01-01-000000000000")
