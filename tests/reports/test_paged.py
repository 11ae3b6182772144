"""PDF and Word files: the same page in either is read as the same claims; damaged files are refused by name."""

from __future__ import annotations

import contextlib
import io

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from pipeline.errors import ReportError
from pipeline.reports.reading import Limits, ReportReading, read_bytes
from pipeline.reports.segmentation import Splits
from tests.reports.helpers import assert_quotes

LINES = [
    "Widget Market Report",
    "The Widget Market was valued at USD 4.00 Bn in 2024 and is projected to reach USD 8.00 Bn by",
    "2034, growing at a CAGR of 7.2% from 2025 to 2034.",
    "Europe dominated the Widget Market in 2024, accounting for around 35 percent of revenue.",
]


def pdf(lines: list[str]) -> bytes:
    """A one-page PDF with a text layer, one line of text a line."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(612, 792)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = DecodedStreamObject()
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream.set_data(f"BT /F1 11 Tf 50 740 Td {shown} ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word() -> bytes:
    file = docx.Document()
    file.add_heading("Widget Market", 0)
    file.add_paragraph(" ".join(LINES[1:3]))
    file.add_heading("Top companies", 1)
    file.add_paragraph("Alpha Works", style="List Bullet")
    table = file.add_table(rows=2, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells],
        ["Segmentation", "Sub-segments", "By Use", "Home, Work"],
        strict=True,
    ):
        cell.text = text
    file.add_paragraph(LINES[3])
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def read(data: bytes, suffix: str) -> ReportReading:
    return read_bytes(data, suffix=suffix, report_id="r", place=f"r{suffix}", splits=Splits(), limits=Limits())


@pytest.mark.parametrize(("data", "suffix"), [(pdf(LINES), ".pdf"), (word(), ".docx")], ids=["pdf", "docx"])
def test_the_same_claims(data, suffix):
    reading = read(data, suffix)
    assert_quotes(reading)
    view = reading.to_json()
    assert (view["base_value_bn"], view["forecast_value_bn"], view["cagr_period"]) == (4.0, 8.0, [2025, 2034])
    assert view["regions"]["shares"] == {"Europe": 35.0}
    assert reading.status == "accepted"


def test_lists_and_tables_of_a_word_file():
    reading = read(word(), ".docx")
    assert reading.title == "Widget Market"
    assert reading.companies == ["Alpha Works"]
    assert reading.to_json()["segmentation"] == {"Use": ["Home", "Work"]}


def test_wrapped_lists_of_a_stacked_table():
    """The table of a PDF comes cell by cell, and its longer cells over several lines."""
    table = ["Dimension", "Members", "Material", "Fine Steel; Brass; Natural", "Rubber; Glass", "Shape"]
    table += ["Rings; Rods; Long;", "Flat", "Use", "Marine; Dairy; Special", "Purposes", "Buyer", "Retail; Public"]
    said = read(pdf([*LINES, *table]), ".pdf").to_json()["segmentation"]
    assert said == {
        "Material": ["Fine Steel", "Brass", "Natural Rubber", "Glass"],
        "Shape": ["Rings", "Rods", "Long", "Flat"],
        "Use": ["Marine", "Dairy", "Special Purposes"],
        "Buyer": ["Retail", "Public"],
    }


def test_a_scan_is_empty():
    assert read(pdf([]), ".pdf").flags == ("empty",)


@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
@pytest.mark.parametrize("data", [b"%PDF-1.7 nothing", b"PK\x03\x04 nothing", b"plain words"])
def test_a_file_of_another_kind_is_refused_by_name(data, suffix):
    with pytest.raises(ReportError, match=rf"r\{suffix}: cannot be read as"):
        read(data, suffix)


def test_a_locked_pdf_is_refused():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(LINES)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(ReportError, match="is locked with a password"):
        read(out.getvalue(), ".pdf")


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from([".pdf", ".docx"]))
def test_damage_anywhere_is_read_or_refused(data, suffix):
    whole = bytearray(pdf(LINES) if suffix == ".pdf" else word())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(whole)))
    with contextlib.suppress(ReportError):
        assert_quotes(read(bytes(whole[:cut]), suffix))
