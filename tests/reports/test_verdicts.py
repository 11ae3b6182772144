"""Flags and rejections: one change to a sound page raises the flag it should, and no other."""

from __future__ import annotations

import re

import pytest

from pipeline.errors import Flag
from pipeline.reports import Limits, read_report, render_text
from pipeline.settings import ROOT
from tests.reports.helpers import PAGE, assert_quotes, read_text, write


def test_the_sound_page_is_sound():
    reading = read_text(PAGE)
    assert_quotes(reading)
    assert (reading.status, reading.flags, reading.reasons) == ("accepted", (), ())
    head = reading.headline
    assert (head.base_year, head.base_value_bn, head.forecast_year, head.forecast_value_bn) == (2024, 4.0, 2034, 8.0)
    assert head.cagr_implied_pct == pytest.approx(7.177, abs=0.001)


SIZE = (
    "The Widget Market was valued at USD 4.00 Bn in 2024 and is projected to reach USD 8.00 Bn by 2034, growing at a "
    "CAGR of\n7.2% from 2025 to 2034."
)
LEAD = "Europe dominated the Widget Market in 2024, accounting for around 35 percent of revenue."
FAST = "Asia Pacific is projected to register the highest CAGR in the Widget Market through 2034."
FAQ = f"{PAGE.replace(SIZE, '')}\n## Frequently Asked Questions\n\n{SIZE}\n"

CHANGES = {
    "headline_only_in_faq": (None, FAQ, "accepted"),
    "cagr_mismatch": ("7.2%", "9.9%", "accepted"),
    "largest_share_implausible": ("35 percent", "15 percent", "accepted"),
    "non_usd_currency": ("USD", "EUR", "accepted"),
    "companies_not_listed": ("- Alpha Works\n- Beta Tools\n", "", "accepted"),
    "period_not_stated": (" from 2025 to 2034", "", "accepted"),
    "missing_cagr": (", growing at a CAGR of\n7.2% from 2025 to 2034", "", "accepted"),
    "runon_segment_cells": (
        "Steel Widgets; Brass Widgets; Plastic Widgets",
        "Steel Widgets Brass Widgets Plastic Widgets",
        "accepted",
    ),
    "region_shares_exceed_100": (LEAD, f"{LEAD} North America accounted for 70% of revenue.", "rejected"),
    "conflict_base_value": (LEAD, f"{LEAD} The market was valued at USD 4.50 Bn in 2024.", "rejected"),
    "conflict_forecast_value": (LEAD, f"{LEAD} The market should reach USD 9.00 Bn by 2034.", "rejected"),
    "conflict_base_year": (LEAD, f"{LEAD} The market was valued at USD 4.00 Bn in 2025.", "rejected"),
    "conflict_forecast_year": (LEAD, f"{LEAD} The market should reach USD 8.00 Bn by 2035.", "rejected"),
    "conflict_cagr": (LEAD, f"{LEAD} The market grows at a CAGR of 7.6%.", "rejected"),
    "conflict_largest_region": (LEAD, f"{LEAD} North America led the market in 2024.", "rejected"),
    "conflict_fastest_region": (FAST, f"{FAST} Europe will see the fastest growth through 2034.", "rejected"),
    "missing_base_value": ("was valued at USD 4.00 Bn in 2024 and ", "", "rejected"),
    "missing_forecast_value": (" and is projected to reach USD 8.00 Bn by 2034", "", "accepted"),
}


@pytest.mark.parametrize("flag", CHANGES)
def test_one_change_raises_one_flag(flag):
    old, new, status = CHANGES[flag]
    assert old is None or old in PAGE
    reading = read_text(new if old is None else PAGE.replace(old, new))
    assert_quotes(reading)
    assert reading.status == status
    assert flag in reading.flags
    assert set(reading.flags) == {flag}
    assert bool(reading.reasons) is (status == "rejected")
    assert all(ord(c) >= 32 for reason in reading.reasons for c in reason)


def test_section_text_outranks_the_faq():
    reading = read_text(f"{PAGE}\n## FAQ\n\nThe Widget Market was valued at USD 4.00 Bn in 2024.\n")
    values = [c for c in reading.claims if c.metric == "market_value"]
    assert [(c.section, c.value_low) for c in values] == [("1", 4.0), ("1", 8.0)]
    assert "headline_only_in_faq" not in reading.flags


@pytest.mark.parametrize(
    ("said", "year"),
    [("Latin America is expected to dominate the market", 2034), ("Latin America dominated the market", None)],
)
def test_what_is_to_be_the_largest_is_so_in_the_forecast_year(said: str, year: int | None):
    reading = read_text(f"{PAGE}\n{said}.\n")
    assert [c.year_to for c in reading.claims if c.metric == "largest" and c.member == "Latin America"] == [year]


def test_a_coarser_print_of_the_same_size_is_no_conflict():
    reading = read_text(f"{PAGE}\nThe market was valued at USD 4 Bn in 2024.\n")
    assert reading.status == "accepted"


def test_a_share_of_160_percent_is_refused():
    reading = read_text(PAGE.replace("35 percent", "160 percent"))
    assert reading.status == "rejected"
    assert "Europe is given 160 percent" in reading.reasons[0]


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", "---\n"])
def test_an_empty_report_is_rejected(text):
    reading = read_text(text)
    assert (reading.status, reading.flags) == ("rejected", ("empty",))


def test_a_file_over_the_limit_is_rejected_unread(tmp_path):
    path = write(tmp_path / "report.md", PAGE)
    reading = read_report(path, limits=Limits(max_bytes=100))
    assert (reading.status, reading.flags, reading.text) == ("rejected", ("too_large",), "")


def test_a_report_over_its_time_is_rejected(tmp_path):
    path = write(tmp_path / "report.md", PAGE)
    reading = read_report(path, limits=Limits(max_seconds=0.0))
    assert (reading.status, reading.flags) == ("rejected", ("too_large",))
    assert "takes more than 0 s" in reading.reasons[0]


KEYS = re.findall(
    r"\w+",
    """report_id title vendor status flags reasons currency base_year base_value_bn estimate_year estimate_value_bn
    forecast_year forecast_value_bn cagr_pct cagr_period cagr_implied_pct regions segmentation dominant
    dominant_share_pct fastest member_cagr_pct companies claims""",
)


@pytest.mark.parametrize("text", [PAGE, ""])
def test_json_has_its_keys_in_order(text):
    assert list(read_text(text).to_json()) == KEYS


def test_json_values():
    view = read_text(PAGE).to_json()
    assert view["regions"] == {
        "largest": "Europe", "largest_share_pct": 35.0, "fastest": "Asia Pacific", "shares": {"Europe": 35.0},
    }  # fmt: skip
    assert view["dominant"] == {"Material": "Steel Widgets"}
    assert view["fastest"] == {"Material": "Brass Widgets"}
    assert view["cagr_period"] == [2025, 2034]
    assert view["companies"] == ["Alpha Works", "Beta Tools"]
    first = view["claims"][0]
    assert list(first) == [
        "claim_id",
        "metric",
        "subject",
        "value",
        "unit",
        "quote",
        "char_start",
        "char_end",
        "section",
    ]
    assert (first["subject"], first["value"], first["unit"], first["section"]) == ("market", 4.0, "usd_bn", "1")


def test_text_for_a_person_shows_headline_flags_and_quotes():
    shown = render_text(read_text(PAGE.replace("7.2%", "9.9%")))
    assert "cagr_mismatch" in shown
    assert "USD 4 bn in 2024" in shown
    assert "Europe dominated the Widget Market in 2024, accounting for around 35 percent" in shown
    rejected = render_text(read_text(""))
    assert "rejected: the file holds no text" in rejected


def test_the_readme_lists_every_flag():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [str(flag) for flag in Flag if f"`{flag}`" not in readme] == []
