"""The report that the repository ships: what it must be read as, and that its digest says what the original says."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import pytest

from pipeline.raw import read_verified
from pipeline.reports import Claim, Metric, read_report, read_reports
from pipeline.reports.plaintext import read_plain
from pipeline.reports.reading import ReportReading
from tests.reports.helpers import DEFAULT, ORIGINAL, assert_quotes

needs_original = pytest.mark.skipif(not ORIGINAL.is_file(), reason="the publisher's page is not part of the repository")

# Region and member names, amounts and years as the publisher prints them.
CLOUD = "Cloud-Hosted Training Service and Spot GPU"
TUNING = "Enterprise Domain-Specific Fine-Tuning"


@pytest.fixture(scope="module")
def digest() -> ReportReading:
    return read_report(DEFAULT / "report.md")


def one(reading: ReportReading, metric: Metric, member: str | None = None) -> Claim:
    found = [c for c in reading.claims if c.metric is metric and member in (None, c.member)]
    assert len(found) == 1, found
    return found[0]


def test_headline(digest):
    head = digest.headline
    assert (head.currency, head.base_year, head.base_value_bn) == ("USD", 2025, 12.00)
    assert (head.forecast_year, head.forecast_value_bn) == (2034, 86.24)
    assert (head.cagr_pct, head.cagr_period) == (24.5, (2026, 2034))
    assert (head.estimate_year, head.estimate_value_bn) == (None, None)
    assert head.cagr_implied_pct == pytest.approx(24.50, abs=0.005)  # (86.24 / 12) ** (1 / 9) - 1
    assert digest.status == "accepted"
    assert digest.flags == ("headline_only_in_faq",)


def test_regions_and_ranks(digest):
    share = one(digest, Metric.SHARE)
    assert (share.member, share.value_low, share.value_high, share.hedge) == ("North America", 56.0, 56.0, "around")
    assert (share.year_from, share.year_to, share.decimals, share.unit) == (2025, 2025, 0, "pct")
    ranks = {
        (c.metric, c.dimension, c.member, c.year_to)
        for c in digest.claims
        if c.metric in (Metric.LARGEST, Metric.FASTEST)
    }
    assert ranks == {
        (Metric.LARGEST, "Geography", "North America", 2025),
        (Metric.FASTEST, "Geography", "Asia Pacific", 2034),
        (Metric.LARGEST, "Infrastructure Type", CLOUD, 2025),
        (Metric.FASTEST, "Training Scale", TUNING, 2034),
    }
    margin = one(digest, Metric.MARGIN_OVER)
    assert (margin.member, margin.other_member) == (CLOUD, "On-Premises GPU Training Cluster")


def test_business_figures(digest):
    cost = one(digest, Metric.RUN_COST)
    assert (cost.member, cost.comparator, cost.value_low, cost.unit, cost.hedge) == (
        "GPT-4",
        ">=",
        0.1,
        "usd_bn",
        "over",
    )
    capital = one(digest, Metric.CAPITAL_RAISED)
    assert (capital.comparator, capital.value_low, capital.year_from, capital.year_to) == (">=", 15.0, 2023, 2024)
    compute = one(digest, Metric.COMPUTE_REDUCTION)
    assert (compute.comparator, compute.value_low, compute.value_high, compute.unit) == (
        "between",
        10.0,
        100.0,
        "ratio",
    )
    saving = one(digest, Metric.COST_REDUCTION)
    assert (saving.comparator, saving.value_low, saving.unit) == (">=", 90.0, "pct")
    prices = one(digest, Metric.PRICE_COMPARISON)
    assert (prices.member, prices.other_member) == ("specialised", "hyperscaler")
    assert one(digest, Metric.MODEL_DATE).year_to == 2024
    runs = one(digest, Metric.INVESTMENT, "Large Foundation Model Pre-Training Compute")
    assert (runs.value_low, runs.value_high, runs.decimals) == (0.5, 5.0, 3)
    tuning = one(digest, Metric.INVESTMENT, TUNING)
    assert (tuning.value_low, tuning.value_high) == (0.0001, 0.01)


def test_lists(digest):
    assert digest.companies[1] == "Google Cloud (TPU Pods)"
    assert len(digest.companies) == 10
    assert [(d.name, d.kind, len(d.members)) for d in digest.dimensions] == [
        ("Infrastructure Type", "segment", 4),
        ("Training Scale", "segment", 4),
        ("Framework and Tooling", "segment", 5),
        ("End-User", "segment", 4),
        ("Geography", "region", 5),
    ]


def test_quotes_stand_where_they_say(digest):
    assert_quotes(digest)


def test_tables():
    tables = read_reports(DEFAULT.parent)
    row = tables.reports.row(0, named=True)
    _, sidecar = read_verified(DEFAULT / "report.md")
    assert (row["report_id"], row["market"], row["vendor"]) == (
        "ai-training-market",
        "ai-training-market",
        "TrendX Insights",
    )
    assert (row["base_value_usd_bn"], row["cagr_period"], row["reasons"]) == (12.0, "2026-2034", "")
    assert row["document_sha256"] == sidecar.sha256
    assert tables.segments.height == 4 + 4 + 5 + 4 + 5
    assert tables.segments.join(tables.claims, on=["report_id", "claim_id"], how="anti").is_empty()
    assert tables.claims["claim_id"].is_unique().all()


def comparable(reading: ReportReading) -> list[dict[str, object]]:
    """The claims without the words and places that differ between two texts."""
    return [asdict(replace(c, quote="", char_start=0, char_end=0)) for c in reading.claims]


@needs_original
def test_digest_claims_what_the_original_claims(digest):
    original = read_report(ORIGINAL, segmentation=DEFAULT / "segmentation.yaml")
    assert_quotes(original)
    assert comparable(digest) == comparable(original)
    assert digest.headline == original.headline
    assert digest.flags == original.flags


@needs_original
def test_original_without_its_split_keeps_cells_whole():
    original = read_report(ORIGINAL)
    assert set(original.flags) == {"headline_only_in_faq", "runon_segment_cells"}
    assert [d.is_split for d in original.dimensions] == [False, False, False, False, True]
    # Only what the cell itself spells is taken: "on-premises alternatives" names no member of an unsplit cell.
    assert one(original, Metric.LARGEST, CLOUD).dimension == "Infrastructure Type"
    assert not [c for c in original.claims if c.metric is Metric.MARGIN_OVER]


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:[.,]\d+)*", text.casefold())


def runs(of: list[str], n: int) -> set[tuple[str, ...]]:
    return {tuple(of[i : i + n]) for i in range(len(of) - n + 1)}


@needs_original
def test_digest_is_in_our_own_words(digest):
    """No seven words in a row are the publisher's, names and amounts aside."""
    theirs = runs(words(ORIGINAL.read_text(encoding="utf-8")), 7)
    names = [m.name for d in digest.dimensions for m in d.members]
    allowed = {tuple(words(name)) for name in names} | {
        ("openai", "anthropic", "meta", "ai", "and", "google", "deepmind"),
        ("usd", "500", "million", "to", "usd", "5", "billion"),
    }
    document = read_plain((DEFAULT / "report.md").read_text(encoding="utf-8"))
    prose = [document.of(block) for block in document.blocks if block.kind != "row"]
    copied = {run for text in prose for run in runs(words(text), 7) & theirs}
    assert {run for run in copied if not any(set(run) <= set(name) for name in allowed)} == set()


def test_the_check_for_copied_words_sees_a_copy():
    line = words("one two three four five six seven eight")
    assert runs(line, 7) & runs(words("zero one two three four five six seven"), 7)
