"""How work is cut by market and dimension."""

from __future__ import annotations

import polars as pl

from pipeline.batches import draw_batches, row_batches
from pipeline.settings import Settings
from tests.source_claims import frames, report, segment_rows

MARKETS = [f"m{i}" for i in range(7)]


def tables() -> dict[str, pl.DataFrame]:
    """Seven markets of 17 segments in four dimensions and 5 regions, one refused, one without members."""
    return frames(
        [report(m) for m in MARKETS] + [report("no", status="rejected"), report("bare")],
        [row for m in [*MARKETS, "no"] for row in segment_rows(m)],
        [],
    )


def test_batches_hold_every_market_once_and_no_more_than_asked() -> None:
    found = tables()
    # 17 segments x 5 regions x 10 years x 2 draws = 1,700 values a market; a report without members has none.
    settings = Settings(draws=2, cross_draws=2, batch_values=3_400)
    ends = [b["market"] for b in draw_batches(found["reports"], found["segments"], settings)]
    assert ends == [("bare", "m1"), ("m2", "m3"), ("m4", "m5"), ("m6", "m6")]


def test_a_market_larger_than_a_batch_is_one_of_its_own() -> None:
    found = tables()
    small = Settings(draws=2, cross_draws=2, batch_values=1)
    assert [b["market"] for b in draw_batches(found["reports"], found["segments"], small)] == [
        (m, m) for m in ["bare", *MARKETS]
    ]


def test_few_cells_of_many_draws_count_by_their_draws() -> None:
    found = tables()
    # Without cells a market is 22 members x 10 years x 2 draws = 440 values.
    settings = Settings(draws=2, cross_draws=0, batch_values=880)
    ends = [b["market"] for b in draw_batches(found["reports"], found["segments"], settings)]
    assert ends[0] == ("bare", "m1")


def test_a_large_market_is_cut_by_dimension() -> None:
    found = tables()
    settings = Settings(draws=2, cross_draws=0, batch_values=200)
    batches = draw_batches(found["reports"], found["segments"], settings, by_dimension=True)
    assert batches[0] == {"market": ("bare", "bare")}
    # Four to five members x 10 years x 2 draws: 80 to 100 values, so two dimensions go together.
    mine = [b["dimension"] for b in batches if b["market"] == ("m0", "m0")]
    assert mine == [
        ("End-User", "Framework and Tooling"),
        ("Geography", "Infrastructure Type"),
        ("Training Scale", "Training Scale"),
    ]
    assert len(batches) == 1 + 3 * len(MARKETS)


def test_rows_go_by_number_of_markets() -> None:
    ends = [b["market"] for b in row_batches(tables()["reports"], Settings(batch_markets=3))]
    assert ends == [("bare", "m1"), ("m2", "m4"), ("m5", "m6")]
