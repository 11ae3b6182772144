"""Every form of the grammar, each in a sentence of its own. A form without a case here fails the suite."""

from __future__ import annotations

import pytest

from pipeline.reports.build import build
from pipeline.reports.claims import Metric
from pipeline.reports.document import Builder
from pipeline.reports.extract import extract
from pipeline.reports.figures import figures
from pipeline.reports.grammar import FORMS, Form, candidates, marks_of
from pipeline.reports.languages import in_comma_language
from pipeline.reports.market import Market
from pipeline.reports.match import Match
from pipeline.reports.names import Names
from pipeline.reports.numbers import writes_decimal_commas
from pipeline.reports.outline import Sentence
from pipeline.reports.segmentation import Dimension, Member
from pipeline.reports.skeleton import Skeleton
from pipeline.reports.subject import Context

GRADES = Dimension(
    "Grade",
    "segment",
    "",
    0,
    0,
    (Member("Fine Steel", 0, 0), Member("Coarse Steel", 0, 0), Member("Brass", 0, 0)),
    "file",
)
NAMES = Names(Market("Widget"), (GRADES,), ["Acme", "Bolt Works"])
# How the examples in other languages name the market.
ABROAD = {"@fr": "widgets", "@es": "widgets", "@de": "Widget", "@ja": "ウィジェット", "@ar": "-"}

# form -> what the claim read from its example must hold
CASES: dict[str, dict[str, object]] = {
    "sized": {
        "value_low": 1.2505,
        "decimals": 4,
        "unit": "usd_bn",
        "year_to": 2024,
        "hedge": "around",
        "comparator": "=",
    },
    "reach": {"value_low": 3.1, "decimals": 1, "year_to": 2031, "hedge": "over", "comparator": ">="},
    "grow_to": {"value_low": 9.0, "unit": "inr_bn"},
    "from_size": {"value_low": 2.0, "unit": "eur_bn", "year_to": 2023},
    "from_to": {"value_low": 3.0, "year_to": 2030},
    "size_of": {"value_low": 2.5, "year_to": 2024},
    "up_from": {"value_low": 4.0, "year_to": 2021},
    "next_size": {"value_low": 2.0, "year_to": 2025},
    "size_label": {"value_low": 3.0, "year_to": 2024},
    "label_size": {"value_low": 3.0, "year_to": 2024},
    "cagr_of": {"value_low": 6.5, "unit": "pct", "year_from": 2025, "year_to": 2032, "decimals": 1},
    "n_cagr": {"value_low": 11.0, "year_from": 2025, "year_to": 2030},
    "cagr_years": {"value_low": 11.0, "year_from": 2025, "year_to": 2030},
    "year_projection": {"value_low": 3.0, "year_to": 2031},
    "region_leads_fr": {"member": "Europe"},
    "region_share_fr": {"member": "Europe", "value_low": 36.2},
    "region_fastest_fr": {"member": "Europe"},
    "region_leads_es": {"member": "Europe"},
    "region_share_es": {"member": "Europe", "value_low": 31.4},
    "region_fastest_es": {"member": "Europe"},
    "region_rate_fr": {"member": "Europe", "value_low": 8.1},
    "region_rate_es": {"member": "Europe", "value_low": 8.1},
    "member_leads_fr": {"member": "Brass"},
    "member_share_fr": {"member": "Brass", "value_low": 61.5},
    "member_fastest_fr": {"member": "Brass"},
    "member_rate_fr": {"member": "Brass", "value_low": 8.1},
    "member_leads_es": {"member": "Brass"},
    "member_share_es": {"member": "Brass", "value_low": 61.5},
    "member_fastest_es": {"member": "Brass"},
    "member_rate_es": {"member": "Brass", "value_low": 8.1},
    "region_leads_de": {"member": "Europe"},
    "region_share_de": {"member": "Europe", "value_low": 68.4},
    "region_fastest_de": {"member": "Europe"},
    "cagr_to": {"value_low": 11.0},
    "growth_label": {"value_low": 11.0, "year_from": 2025},
    "base_year": {"value_low": 2024.0, "year_to": 2024, "unit": "year"},
    "forecast_period": {"year_from": 2025, "year_to": 2034},
    "region_share": {"member": "Europe", "value_low": 40.5, "hedge": "nearly", "year_to": 2024},
    "region_next_share": {"member": "Europe", "value_low": 31.0},
    "region_verb_share": {"member": "Europe", "value_low": 44.0},
    "region_money_share": {"member": "Europe", "value_low": 41.0},
    "share_of_region": {"member": "Europe", "value_low": 44.0},
    "region_was_share": {"member": "Europe", "value_low": 44.0},
    "region_of_share": {"member": "Europe", "value_low": 44.0, "year_to": 2024},
    "region_bracket_share": {"member": "Europe", "value_low": 44.0},
    "region_behind_share": {"member": "Europe", "value_low": 30.0},
    "member_is_leading": {"member": "Brass", "dimension": "Grade"},
    "region_list_share": {"member": "Europe", "value_low": 44.0},
    "label_share": {"member": "Europe", "value_low": 44.0},
    "region_label_share": {"member": "Europe", "value_low": 44.0},
    "fastest_label_share": {"member": "Europe", "value_low": 20.0},
    "region_leads": {"member": "Asia-Pacific", "year_to": 2023},
    "region_apposed": {"member": "Europe"},
    "led_by_region": {"member": "Europe", "year_to": 2024},
    "largest_is_region": {"member": "Europe"},
    "region_label_leads": {"member": "Europe", "year_to": 2024},
    "region_label_fastest": {"member": "Europe"},
    "region_fastest": {"member": "Latin America", "year_from": None, "year_to": 2030},
    "fastest_is_region": {"member": "Europe"},
    "region_cagr": {"member": "Europe", "value_low": 7.5, "year_to": 2030},
    "region_n_cagr": {"member": "Europe", "value_low": 7.5},
    "by_share": {"member": "Brass", "value_low": 61.0, "year_to": 2024},
    "member_share": {"member": "Brass", "value_low": 61.0, "comparator": ">="},
    "member_list_share": {"member": "Brass", "value_low": 61.0},
    "top_segment_share": {"member": "Brass", "value_low": 61.0},
    "kind_share": {"member": "Coarse Steel", "value_low": 61.0},
    "by_leads": {"member": "Fine Steel", "year_to": 2024},
    "member_leads": {"member": "Brass", "year_to": 2024},
    "kind_leads": {"member": "Coarse Steel", "year_to": 2024},
    "largest_is_member": {"member": "Brass"},
    "led_by_member": {"member": "Brass", "year_to": 2024},
    "top_segment": {"member": "Brass"},
    "by_fastest": {"member": "Brass", "year_to": 2032},
    "member_fastest": {"member": "Brass", "year_to": 2032},
    "while_fastest": {"member": "Coarse Steel"},
    "kind_fastest": {"member": "Coarse Steel"},
    "fastest_is_member": {"member": "Brass"},
    "fastest_segment": {"member": "Brass"},
    "fastest_is": {"member": "Coarse Steel"},
    "member_cagr": {"member": "Brass", "value_low": 8.0},
    "member_n_cagr": {"member": "Brass", "value_low": 8.0},
    "while_cagr": {"member": "Coarse Steel", "value_low": 8.0},
    "by_cagr": {"member": "Brass", "value_low": 8.0},
    "fastest_segment_cagr": {"member": "Brass", "value_low": 8.0},
    "segment_margin": {"member": "Fine Steel", "other_member": "Brass", "hedge": "wide", "year_to": 2024},
    "region_value": {"member": "Europe", "value_low": 2.0, "year_to": 2024},
    "member_value": {"member": "Brass", "value_low": 2.0, "year_to": 2024},
    "run_cost": {"member": "WX-2", "value_low": 0.04, "comparator": ">=", "hedge": "more than"},
    "capital_raised": {"member": "Acme; Bolt Works", "value_low": 2.5, "year_from": 2021, "year_to": 2022},
    "compute_cut": {
        "member": "low-rank",
        "value_low": 5.0,
        "value_high": 20.0,
        "unit": "ratio",
        "comparator": "between",
    },
    "cost_cut": {"value_low": 80.0, "comparator": "<=", "hedge": "up to"},
    "cheaper_than": {"member": "specialised", "other_member": "hyperscaler"},
    "invest": {"member": "Brass", "value_low": 0.001, "value_high": 2.0, "decimals": 3},
    "cheaper_since": {"member": "Dry casting", "value_low": 2022.0},
    "region_most": {"member": "Europe"},
    "region_in_fastest": {"member": "Latin America"},
    "member_most": {"member": "Brass"},
    "member_rate_fastest": {"member": "Brass"},
    "forecast_titled": {"year_from": 2025, "year_to": 2034},
    "paced": {"value_low": 7.5},
    "member_also_leads": {"member": "Brass"},
    "member_label_share": {"member": "Brass", "value_low": 61.0},
    "member_label_leads": {"member": "Brass"},
    "member_label_fastest": {"member": "Brass"},
    "with_share_member": {"member": "Brass", "value_low": 61.0},
    "with_share_region": {"member": "Europe", "value_low": 44.0},
    "region_colon_share": {"member": "Europe", "value_low": 44.0},
    "region_rate_fastest": {"member": "Europe"},
    "growth_in_region": {"member": "Europe"},
    "then_paced": {"value_low": 7.5},
    "size_ahead": {"value_low": 3.0, "year_to": 2031},
    "next_cagr": {"value_low": 7.5, "year_from": 2025, "year_to": 2030},
    "we_expect": {"value_low": 3.0, "year_to": 2031},
    "bracket_size": {"value_low": 1.0, "year_to": 2024},
    "region_leads_share": {"member": "Europe", "value_low": 44.0},
    "region_rank_share": {"member": "Europe", "value_low": 30.0},
    "member_leads_fastest": {"member": "Brass"},
    "member_colon_leads": {"member": "Brass"},
    "member_apposed": {"member": "Brass"},
    "region_second_share": {"member": "Europe", "value_low": 28.0},
    "regions_share": {"member": "Europe", "value_low": 28.0},
    "region_colon_leads": {"member": "Europe"},
    "region_apposed_share": {"member": "Europe", "value_low": 28.0},
    "region_share_label": {"member": "Europe", "value_low": 44.0, "year_to": 2024},
    "region_fast_rate": {"member": "Europe", "value_low": 7.5},
    "region_and_cagr": {"member": "Europe", "value_low": 7.5},
    "member_bracket_share": {"member": "Brass", "value_low": 61.0},
    "share_of_member": {"member": "Brass", "value_low": 50.0},
    "member_of_share": {"member": "Brass", "value_low": 61.0, "year_to": 2024},
    "member_leads_share": {"member": "Brass", "value_low": 61.0},
    "member_share_label": {"member": "Brass", "value_low": 61.0, "year_to": 2024},
    "tagged_largest": {"member": "Brass"},
    "tagged_fastest": {"member": "Brass"},
    "member_fast_rate": {"member": "Brass", "value_low": 8.0},
    "member_and_cagr": {"member": "Brass", "value_low": 8.0},
    "growth_in_member": {"member": "Brass", "value_low": 8.0},
    "kind_cagr": {"member": "Coarse Steel", "value_low": 8.0},
    "joint_share": {"member": "North America", "other_member": "Europe", "value_low": 64.0, "year_to": 2024},
    # other languages
    "sized_fr": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn", "hedge": "environ"},
    "reach_fr": {"value_low": 25.0, "year_to": 2034, "unit": "eur_bn"},
    "from_fr": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "from_to_fr": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "cagr_fr": {"value_low": 7.2, "year_from": 2025, "year_to": 2034},
    "sized_es": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "reach_es": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "sized_pt": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "reach_pt": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "from_es": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "from_to_es": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "cagr_es": {"value_low": 7.2, "year_from": 2025, "year_to": 2034},
    "sized_de": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "size_de": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "lay_de": {"value_low": 12.5, "year_to": 2024, "unit": "eur_bn"},
    "reach_de": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "cagr_de": {"value_low": 7.2, "year_from": 2025, "year_to": 2034},
    "sized_ja": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "from_ja": {"value_low": 1.25, "year_to": 2024, "unit": "usd_bn"},
    "reach_ja": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "cagr_ja": {"value_low": 7.2, "year_from": 2025, "year_to": 2034},
    "sized_ar": {"value_low": 12.5, "year_to": 2024, "unit": "usd_bn"},
    "reach_ar": {"value_low": 25.0, "year_to": 2034, "unit": "usd_bn"},
    "cagr_ar": {"value_low": 7.2, "year_from": 2025, "year_to": 2034},
}


def sentence(text: str) -> Sentence:
    return Sentence(text, 100, "1", False, False)


def skeleton_of(text: str, names: Names = NAMES) -> Skeleton:
    found = list(figures(text, comma=writes_decimal_commas(text, likely=in_comma_language(text * 2))))
    return Skeleton(sentence(text), [*found, *names.find(text, [(f.start, f.end) for f in found])])


def names_for(form: Form) -> Names:
    mark = form.cue.split()[0]
    return Names(Market(ABROAD[mark], form.example), (GRADES,), []) if mark in ABROAD else NAMES


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_form(form):
    text, wanted = form.example, CASES[form.name]
    names = names_for(form)
    skeleton = skeleton_of(text, names)
    assert form in candidates(marks_of(skeleton.text, names.spoken))
    assert form.fits(skeleton.text)
    match = form.regex.search(skeleton.text)
    assert match, f"the sentence does not match its own form: {skeleton.text}"
    claim = build(Match(form, match, skeleton, names, Context()))
    assert claim is not None
    assert claim.metric is form.metric
    assert {key: getattr(claim, key) for key in wanted} == wanted
    assert text[claim.char_start - 100 : claim.char_end - 100] == claim.quote


def test_every_case_belongs_to_a_form():
    assert {form.name for form in FORMS} == set(CASES)


@pytest.mark.parametrize(
    "text",
    [
        "The Gadget Market was valued at USD 5 Bn in 2024.",  # another market
        "Our Gadget Market study shows that the market was valued at USD 5 Bn in 2024.",
        "Acme was valued at USD 5 Bn in 2024.",  # a company
        "Some rival was valued at USD 5 Bn in 2024.",  # nobody known
    ],
)
def test_a_figure_of_someone_else_is_dropped_and_counted(text):
    found = extract([sentence(text)], NAMES)
    assert found.claims == []
    assert found.dropped >= 1


@pytest.mark.parametrize("name", ["Europe", "Brass"])
def test_a_region_or_member_has_its_own_size(name):
    claims = extract([sentence(f"{name} was valued at USD 5 Bn in 2024.")], NAMES).claims
    assert [(c.metric, c.member) for c in claims] == [(Metric.MEMBER_VALUE, name)]


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
    skeleton = skeleton_of(text)
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
