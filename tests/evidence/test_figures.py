from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import contracts
from pipeline.errors import RawDataError
from pipeline.evidence import make_evidence, read_peer_estimates
from pipeline.evidence.figures import PEER_FILE
from pipeline.raw import reseal
from pipeline.settings import ROOT
from tests.source_claims import MARKET, claim, frames, report, segment_rows, share

RAW = ROOT / "data" / "raw"


def test_peers_and_claims_stand_on_one_footing() -> None:
    claims = [
        share("Geography", "North America", 56.0, year_from=2025),
        claim("largest", "Geography", "North America"),
        claim("segmentation", "Geography", "North America"),
    ]
    tables = frames([report()], segment_rows(), claims)
    peers = read_peer_estimates(RAW)
    table = contracts.validate("evidence", make_evidence(tables["reports"], tables["claims"], peers))
    own = table.filter(~table["evidence_id"].str.starts_with("peer."))
    assert own["metric"].sort().to_list() == ["largest", "share"]
    assert own.filter(metric="share").select("value_low", "unit", "year", "place").row(0) == (
        *(56.0, "pct", 2025),
        f"{MARKET}, section 8",
    )
    # The first row of the file, with the figures as its page states them.
    first = table.filter(place=f"{PEER_FILE}, row 1").sort("evidence_id")
    assert first.select("metric", "value_low", "unit", "year", "source").rows() == [
        ("market_value", 11.8, "usd_bn", 2025, "Dataintelo: Generative AI training"),
        ("market_cagr", 26.8, "pct", 2025, "Dataintelo: Generative AI training"),
        ("market_value", 98.6, "usd_bn", 2034, "Dataintelo: Generative AI training"),
    ]
    # Row 3 is the other public source with a share of North America in this list's first rows.
    assert table.filter(place=f"{PEER_FILE}, row 3", metric="share")["value_low"].to_list() == [34.0]


def test_a_peer_that_is_the_report_itself_is_not_counted_twice() -> None:
    tables = frames([report()], segment_rows(), [])
    table = make_evidence(tables["reports"], tables["claims"], read_peer_estimates(RAW))
    assert table.filter(table["source"].str.contains("TrendX")).is_empty()
    stranger = frames([report(vendor="Another")], segment_rows(), [])
    kept = make_evidence(stranger["reports"], stranger["claims"], read_peer_estimates(RAW))
    assert kept.filter(kept["source"].str.contains("TrendX")).height == 4


def test_every_figure_of_the_peers_is_taken() -> None:
    peers = read_peer_estimates(RAW)
    tables = frames([report(vendor=None)], segment_rows(), [])
    columns = (
        "base_value_usd_bn",
        "estimate_value_usd_bn",
        "forecast_value_usd_bn",
        "cagr_pct",
        "north_america_share_pct",
    )
    figures = sum(peers[c].len() - peers[c].null_count() for c in columns)
    assert make_evidence(tables["reports"], tables["claims"], peers).height == figures


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b",11.8,", b",inf,", "row 1: base_value_usd_bn"),
        (b",11.8,", b",-11.8,", "row 1: base_value_usd_bn"),
        (b",same,", b",twin,", "row 1: relation"),
        (b"market,relation", b"market,relations", "unknown column 'relations'"),
    ],
)
def test_a_bad_row_is_an_error_with_its_place(tmp_path: Path, old: bytes, new: bytes, said: str) -> None:
    (tmp_path / "evidence").mkdir()
    path = tmp_path / PEER_FILE
    shutil.copy(RAW / PEER_FILE, path)
    shutil.copy(RAW / f"{PEER_FILE}.meta.yaml", f"{path}.meta.yaml")
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    with pytest.raises(RawDataError, match="sha256"):
        read_peer_estimates(tmp_path)
    reseal(path)
    with pytest.raises(RawDataError, match=said):
        read_peer_estimates(tmp_path)
