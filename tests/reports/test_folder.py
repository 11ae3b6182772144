"""Many reports at once: order, hashes, and bad ones that leave the good ones alone."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from pipeline.contracts import validate
from pipeline.errors import RawDataError
from pipeline.raw import sha256
from pipeline.reports import Limits, read_reports
from pipeline.tables import TABLES
from tests.reports.helpers import DEFAULT, PAGE, write


def seal(path: Path, digest: str | None = None) -> None:
    write(
        path.with_name(f"{path.name}.meta.yaml"),
        "title: A page\nproducer: A vendor\nsource: somewhere\npublished: null\naccessed: 2026-01-02\nlicence: test\n"
        f"sha256: {digest or sha256(path.read_bytes())}\n",
    )


def report(folder: Path, report_id: str, text: str = PAGE, name: str = "report.md") -> Path:
    path = write(folder / report_id / name, text)
    seal(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Good reports a and z, and one bad report of every kind between them."""
    report(tmp_path, "a")
    report(tmp_path, "z", PAGE.replace("4.00", "5.00").replace("8.00", "10.00"))
    seal(write(tmp_path / "b-wrong-hash" / "report.md", PAGE), "f" * 64)
    write(tmp_path / "c-no-sidecar" / "report.md", PAGE)
    write(report(tmp_path, "c2-nested-sidecar").with_name("report.md.meta.yaml"), "[" * 5000)
    write(report(tmp_path, "c3-no-day").with_name("report.md.meta.yaml"), "accessed: 2026-13-45")
    (tmp_path / "d-no-file").mkdir()
    report(tmp_path, "e-two-files")
    report(tmp_path, "e-two-files", name="other.txt")
    report(tmp_path, "f-bad-split")
    split = write(tmp_path / "f-bad-split" / "segmentation.yaml", "dimensions: {Material: [Steel]}")
    seal(split)
    report(tmp_path, "g-unsealed-split")
    write(tmp_path / "g-unsealed-split" / "segmentation.yaml", "dimensions: {Material: [Steel]}")
    report(tmp_path, "h-no-base", PAGE.replace("valued at USD 4.00 Bn in 2024", "growing"))
    report(tmp_path, "i-empty", "")
    report(tmp_path, "j-large", PAGE * 100)
    binary = tmp_path / "k-binary" / "report.txt"
    binary.parent.mkdir()
    binary.write_bytes(bytes(range(256)) * 20)
    seal(binary)
    report(tmp_path, "l-euro", PAGE.replace("USD", "EUR"))
    return tmp_path


def test_bad_reports_are_rows_and_good_ones_go_on(folder):
    tables = read_reports(folder, limits=Limits(max_bytes=50_000))
    status = {row["report_id"]: (row["status"], row["flags"]) for row in tables.reports.iter_rows(named=True)}
    assert status == {
        "a": ("accepted", ""),
        "b-wrong-hash": ("rejected", "hash_mismatch"),
        "c-no-sidecar": ("rejected", "sidecar_invalid"),
        "c2-nested-sidecar": ("rejected", "sidecar_invalid"),
        "c3-no-day": ("rejected", "sidecar_invalid"),
        "d-no-file": ("rejected", "unreadable"),
        "e-two-files": ("rejected", "unreadable"),
        "f-bad-split": ("rejected", "segmentation_invalid"),
        "g-unsealed-split": ("rejected", "sidecar_invalid"),
        "h-no-base": ("rejected", "missing_base_value"),
        "i-empty": ("rejected", "empty"),
        "j-large": ("rejected", "too_large"),
        "k-binary": ("rejected", "unreadable"),
        "l-euro": ("accepted", "non_usd_currency"),
        "z": ("accepted", ""),
    }
    assert list(status) == sorted(status)
    assert set(tables.claims["report_id"]) == set(tables.segments["report_id"]) == {"a", "l-euro", "z"}
    reasons = dict(tables.reports.select("report_id", "reasons").iter_rows())
    assert "f" * 64 in reasons["b-wrong-hash"]
    assert sha256(PAGE.encode()) in reasons["b-wrong-hash"]
    assert all(reasons[r] for r, (s, _) in status.items() if s == "rejected")
    euro = tables.reports.filter(tables.reports["report_id"] == "l-euro").row(0, named=True)
    assert (euro["currency"], euro["base_year"], euro["base_value_usd_bn"]) == ("EUR", 2024, None)


def test_the_tables_keep_their_contracts(folder):
    tables = read_reports(folder)
    for name in ("reports", "claims", "segments"):
        assert validate(name, getattr(tables, name)).height > 0


def test_only_rejected_reports_still_make_tables(tmp_path):
    report(tmp_path, "only", "")
    tables = read_reports(tmp_path)
    assert (tables.reports.height, tables.claims.height, tables.segments.height) == (1, 0, 0)
    assert tables.claims.schema == TABLES["claims"].schema


def test_a_folder_without_reports_is_an_error(tmp_path):
    with pytest.raises(RawDataError, match="holds no report"):
        read_reports(tmp_path)
    with pytest.raises(RawDataError, match="no such folder"):
        read_reports(tmp_path / "nowhere")


def peak_of(folder: Path, count: int, filler: str) -> int:
    """Bytes of Python memory that reading `count` long pages takes at most."""
    for number in range(count):
        report(folder, f"r{number:02}", PAGE + filler)
    tracemalloc.start()
    tables = read_reports(folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tables.reports.height == count
    return peak


def test_memory_does_not_grow_with_the_number_of_pages(tmp_path):
    filler = "Nothing is said here about any size at all, at some length. \n\n" * 1500
    few, many = peak_of(tmp_path / "few", 2, filler), peak_of(tmp_path / "many", 6, filler)
    assert many < few + 2 * len(filler)  # of four more pages their rows stay, some 24 kB each, and not their texts


def test_sizes_become_dollars_at_the_rate_of_the_base_year(tmp_path):
    """Euros of 2023 at 1.0817 dollars and of 2024 at 1.0820, rupees of 2023 at 82.5708 a dollar."""
    raw = tmp_path
    rates = write(
        raw / "reference" / "fx.csv", (DEFAULT.parents[1] / "reference" / "fx.csv").read_text(encoding="utf-8")
    )
    seal(rates)
    page = PAGE.replace("in 2024", "in 2023")
    report(raw / "reports", "euro", page.replace("USD", "EUR"))
    report(raw / "reports", "new", PAGE.replace("USD", "EUR"))  # of 2024
    report(raw / "reports", "old", PAGE.replace("USD", "EUR").replace("in 2024", "in 2016"))  # no such rate in the file
    report(raw / "reports", "rupee", page.replace("USD", "INR"))
    rows = {r["report_id"]: r for r in read_reports(raw / "reports").reports.iter_rows(named=True)}
    assert rows["euro"]["base_value_usd_bn"] == pytest.approx(4.0 * 1.0817)
    assert rows["euro"]["forecast_value_usd_bn"] == pytest.approx(8.0 * 1.0817)
    assert rows["rupee"]["base_value_usd_bn"] == pytest.approx(4.0 / 82.5708)
    assert rows["new"]["base_value_usd_bn"] == pytest.approx(4.0 * 1.0820)
    assert rows["old"]["base_value_usd_bn"] is None
    assert all("non_usd_currency" in r["flags"] for r in rows.values())


@pytest.mark.parametrize(
    "row", ["EUR,2023,0,usd_per_unit", "EUR,x,1,usd_per_unit", "EUR,2023,1,up", "EUR,2023,nan,usd_per_unit"]
)
def test_a_bad_rate_is_refused_by_row(tmp_path, row):
    seal(write(tmp_path / "reference" / "fx.csv", f"currency,year,rate,quoted_as\n{row}\n"))
    report(tmp_path / "reports", "a")
    with pytest.raises(RawDataError, match="row 1"):
        read_reports(tmp_path / "reports")
