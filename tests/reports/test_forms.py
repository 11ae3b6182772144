"""Every form of the grammar, each in a sentence of its own. A form without a case here fails the suite."""

from __future__ import annotations

import pytest

from pipeline.reports.document import Builder
from pipeline.reports.extract import Skeleton, extract
from pipeline.reports.forms import FORMS
from pipeline.reports.names import Names
from pipeline.reports.outline import Sentence
from pipeline.reports.segmentation import Dimension, Member

GRADES = Dimension(
    "Grade",
    "segment",
    "",
    0,
    0,
    (Member("Fine Steel", 0, 0), Member("Coarse Steel", 0, 0), Member("Brass", 0, 0)),
    "file",
)
NAMES = Names("Widget", (GRADES,), ["Acme", "Bolt Works"])

# form -> (sentence, what the claim must hold)
CASES: dict[str, tuple[str, dict[str, object]]] = {
    "valued_at": (
        "The Widget Market was valued at around USD 1,250.5 million in 2024.",
        {"value_low": 1.2505, "decimals": 4, "unit": "usd_bn", "year_to": 2024, "hedge": "around", "comparator": "="},
    ),
    "reach_by": (
        "The market is projected to reach a value of over US$ 3.1 billion by 2031.",
        {"value_low": 3.1, "decimals": 1, "year_to": 2031, "hedge": "over", "comparator": ">="},
    ),
    "from_in": (
        "The market will climb from EUR 2 bn in 2023.",
        {"value_low": 2.0, "unit": "eur_bn", "year_from": 2023},
    ),
    "to_by": (
        "The Widget Market should expand to INR 900 crore by 2030.",
        {"value_low": 9.0, "unit": "inr_bn", "decimals": 2},
    ),
    "cagr_of": (
        "The widget market is growing at a CAGR of 6.5% over the 2025\u20132032 forecast period.",
        {"value_low": 6.5, "unit": "pct", "year_from": 2025, "year_to": 2032, "decimals": 1},
    ),
    "n_cagr": (
        "The market shows an 11% CAGR from 2025 to 2030.",
        {"value_low": 11.0, "year_from": 2025, "year_to": 2030},
    ),
    "region_share": (
        "Europe led the market in 2024, holding nearly 40.5% of revenue.",
        {"member": "Europe", "value_low": 40.5, "hedge": "nearly", "year_to": 2024},
    ),
    "region_leads": (
        "Asia-Pacific held the largest revenue share in 2023.",
        {"member": "Asia Pacific", "year_to": 2023},
    ),
    "region_fastest": (
        "Latin America is expected to record the fastest growth through 2030.",
        {"member": "Latin America", "year_from": None, "year_to": 2030},
    ),
    "segment_leads": (
        "By grade, the fine steel segment led the market in 2024.",
        {"member": "Fine Steel", "year_to": 2024},
    ),
    "segment_fastest": (
        "Based on grade, brass will see the highest CAGR by 2032.",
        {"member": "Brass", "year_to": 2032},
    ),
    "fastest_is": ("Coarse steel represents the fastest-growing market segment today.", {"member": "Coarse Steel"}),
    "segment_margin": (
        "By grade, fine steel dominated the market in 2024 by a wide margin over brass alternatives.",
        {"member": "Fine Steel", "other_member": "Brass", "hedge": "wide", "year_to": 2024},
    ),
    "run_cost": (
        "Acme's WX-2 training was reported to have cost more than USD 40 million in compute.",
        {"member": "WX-2", "value_low": 0.04, "comparator": ">=", "hedge": "more than"},
    ),
    "capital_raised": (
        "Acme and Bolt Works raised USD 2.5 billion between 2021 and 2022.",
        {"member": "Acme; Bolt Works", "value_low": 2.5, "year_from": 2021, "year_to": 2022},
    ),
    "compute_cut": (
        "Low-rank methods reduce the compute needed by 5 to 20 times.",
        {"member": "low-rank", "value_low": 5.0, "value_high": 20.0, "unit": "ratio", "comparator": "between"},
    ),
    "cost_cut": (
        "Low-rank methods cut the cost of tuning by up to 80%.",
        {"value_low": 80.0, "comparator": "<=", "hedge": "up to"},
    ),
    "cheaper_than": (
        "Specialized clouds are often cheaper than hyperscalers.",
        {"member": "specialised", "other_member": "hyperscaler"},
    ),
    "invest": (
        "Brass represents a niche where buyers invest USD 1 million to USD 2 billion.",
        {"member": "Brass", "value_low": 0.001, "value_high": 2.0, "decimals": 3},
    ),
    "cheaper_since": (
        "Dry casting cut the cost of fine widgets in 2022.",
        {"member": "Dry casting", "value_low": 2022.0},
    ),
}


def sentence(text: str) -> Sentence:
    return Sentence(text, 100, "1", False, False)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_form(form):
    text, wanted = CASES[form.name]
    claims = [c for c in extract([sentence(text)], NAMES).claims if c.metric is form.metric]
    assert form.regex.search(Skeleton(sentence(text), NAMES).text), "the sentence does not match its own form"
    assert len(claims) == 1, claims
    assert {key: getattr(claims[0], key) for key in wanted} == wanted
    assert text[claims[0].char_start - 100 : claims[0].char_end - 100] == claims[0].quote


def test_every_case_belongs_to_a_form():
    assert {form.name for form in FORMS} == set(CASES)


@pytest.mark.parametrize(
    "text",
    [
        "The Gadget Market was valued at USD 5 Bn in 2024.",  # another market
        "Our Gadget Market study shows that the market was valued at USD 5 Bn in 2024.",
        "Acme was valued at USD 5 Bn in 2024.",  # a company
        "Europe was valued at USD 5 Bn in 2024.",  # a region
        "Brass was valued at USD 5 Bn in 2024.",  # a member
        "Some rival was valued at USD 5 Bn in 2024.",  # nobody known
    ],
)
def test_a_figure_of_someone_else_is_dropped_and_counted(text):
    found = extract([sentence(text)], NAMES)
    assert found.claims == []
    assert found.dropped >= 1


@pytest.mark.parametrize(
    "text",
    [
        "Europe is expected to see strong growth through 2030.",
        "The region shows above-average growth.",
        "By grade, brass is seeing considerable growth.",
        "Colocation is growing faster than any prior segment.",
        "By material, the fine steel segment led the market in 2024.",  # no such dimension
        "By grade, the tin segment led the market in 2024.",  # no such member
        "By grade, steel led the market in 2024.",  # two members fit
    ],
)
def test_no_rank_is_claimed(text):
    assert extract([sentence(text)], NAMES).claims == []


def test_skeleton_leads_back_to_the_words():
    text = "The Widget Market was valued at USD 12.00 Bn in 2025."
    skeleton = Skeleton(sentence(text), NAMES)
    assert skeleton.text == "M was valued at V in Y."
    assert skeleton.span(2, 12) == (100 + text.index("was"), 100 + text.index(" at"))


def test_lower_case_that_grows_keeps_offsets():
    text = "\u0130n sum, the Widget Market was valued at USD 12.00 Bn in 2025."
    assert len("\u0130".lower()) == 2  # the letter the test is about
    claim = extract([sentence(text)], NAMES).claims[0]
    assert text[claim.char_start - 100 : claim.char_end - 100] == claim.quote


def test_builder_offsets():
    builder = Builder()
    builder.add("text", "  one\u00a0 two\u200b ")
    builder.add("text", "   ")
    builder.add_row(["a", "", "b c"])
    document = builder.build()
    assert document.text == "one two\na |  | b c"
    assert [document.text[a:b] for a, b in document.blocks[1].cells] == ["a", "", "b c"]
