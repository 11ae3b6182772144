"""Every form of the grammar, each in a sentence of its own. A form without a case here fails the suite."""

from __future__ import annotations

import pytest

from pipeline.reports.build import Match, build
from pipeline.reports.claims import Metric
from pipeline.reports.document import Builder
from pipeline.reports.extract import extract
from pipeline.reports.figures import figures
from pipeline.reports.forms import FORMS, candidates, marks_of
from pipeline.reports.market import Market
from pipeline.reports.names import Names
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

# form -> (sentence, what the claim must hold)
CASES: dict[str, tuple[str, dict[str, object]]] = {
    "sized": (
        "The Widget Market was valued at around USD 1,250.5 million in 2024.",
        {"value_low": 1.2505, "decimals": 4, "unit": "usd_bn", "year_to": 2024, "hedge": "around", "comparator": "="},
    ),
    "reach": (
        "The market is projected to reach a value of over US$ 3.1 billion by 2031.",
        {"value_low": 3.1, "decimals": 1, "year_to": 2031, "hedge": "over", "comparator": ">="},
    ),
    "grow_to": ("The Widget Market should expand to INR 900 crore by 2030.", {"value_low": 9.0, "unit": "inr_bn"}),
    "from_size": (
        "The market will climb from EUR 2 bn in 2023.",
        {"value_low": 2.0, "unit": "eur_bn", "year_to": 2023},
    ),
    "from_to": ("The market will move from $2 bn in 2023 to $3 bn by 2030.", {"value_low": 3.0, "year_to": 2030}),
    "size_of": ("The widget market has a size of $2.5 billion in 2024.", {"value_low": 2.5, "year_to": 2024}),
    "up_from": ("The widget market may see $9 bn by 2030, up from $4 bn in 2021.", {"value_low": 4.0, "year_to": 2021}),
    "next_size": (
        "The widget market was worth $1 bn in 2024, $2 bn in 2025.",
        {"value_low": 2.0, "year_to": 2025},
    ),
    "size_label": ("Market size (2024): USD 3 billion", {"value_low": 3.0, "year_to": 2024}),
    "label_size": ("USD 3 billion | Market size, 2024", {"value_low": 3.0, "year_to": 2024}),
    "cagr_of": (
        "The widget market is growing at a CAGR of 6.5% over the 2025\u20132032 forecast period.",
        {"value_low": 6.5, "unit": "pct", "year_from": 2025, "year_to": 2032, "decimals": 1},
    ),
    "n_cagr": (
        "The market shows an 11% CAGR from 2025 to 2030.",
        {"value_low": 11.0, "year_from": 2025, "year_to": 2030},
    ),
    "cagr_years": ("CAGR (2025-2030): 11%", {"value_low": 11.0, "year_from": 2025, "year_to": 2030}),
    "growth_label": ("Market growth rate (2025-2030) | 11%", {"value_low": 11.0, "year_from": 2025}),
    "base_year": ("Base year | 2024", {"value_low": 2024.0, "year_to": 2024, "unit": "year"}),
    "forecast_period": ("Forecast period: 2025-2034", {"year_from": 2025, "year_to": 2034}),
    "region_share": (
        "Europe led the market in 2024, holding nearly 40.5% of revenue.",
        {"member": "Europe", "value_low": 40.5, "hedge": "nearly", "year_to": 2024},
    ),
    "region_verb_share": ("Europe commands a strong 44% share.", {"member": "Europe", "value_low": 44.0}),
    "region_money_share": ("Europe led with $2 bn, representing 41%.", {"member": "Europe", "value_low": 41.0}),
    "share_of_region": ("About 44% of revenue came from Europe.", {"member": "Europe", "value_low": 44.0}),
    "region_list_share": ("Revenue share: Europe 44%.; Europe 44%", {"member": "Europe", "value_low": 44.0}),
    "label_share": ("44% | Europe share", {"member": "Europe", "value_low": 44.0}),
    "region_label_share": ("Largest market | Europe (44%)", {"member": "Europe", "value_low": 44.0}),
    "fastest_label_share": ("Fastest region: Europe (20% share)", {"member": "Europe", "value_low": 20.0}),
    "region_leads": (
        "Asia-Pacific held the largest revenue share in 2023.",
        {"member": "Asia-Pacific", "year_to": 2023},
    ),
    "region_apposed": ("Europe, the largest market in 2024.", {"member": "Europe"}),
    "led_by_region": ("The market was dominated by Europe in 2024.", {"member": "Europe", "year_to": 2024}),
    "largest_is_region": ("The largest share of revenue is held by Europe.", {"member": "Europe"}),
    "region_label_leads": ("Europe: Largest market in 2024", {"member": "Europe", "year_to": 2024}),
    "region_label_fastest": ("Europe: Fastest growing", {"member": "Europe"}),
    "region_fastest": (
        "Latin America is expected to record the fastest growth through 2030.",
        {"member": "Latin America", "year_from": None, "year_to": 2030},
    ),
    "fastest_is_region": ("The fastest-growing region is Europe.", {"member": "Europe"}),
    "region_cagr": ("Europe should grow at 7.5% until 2030.", {"member": "Europe", "value_low": 7.5, "year_to": 2030}),
    "region_n_cagr": ("Europe (7.5% CAGR)", {"member": "Europe", "value_low": 7.5}),
    "by_share": ("By grade, brass held 61% in 2024.", {"member": "Brass", "value_low": 61.0, "year_to": 2024}),
    "member_share": (
        "Brass accounted for over 61% of sales.",
        {"member": "Brass", "value_low": 61.0, "comparator": ">="},
    ),
    "top_segment_share": ("Top segment: Brass (61% share)", {"member": "Brass", "value_low": 61.0}),
    "kind_share": ("The coarse steel category held 61%.", {"member": "Coarse Steel", "value_low": 61.0}),
    "by_leads": ("By grade, the fine steel segment led the market in 2024.", {"member": "Fine Steel", "year_to": 2024}),
    "member_leads": ("Brass dominated the market in 2024.", {"member": "Brass", "year_to": 2024}),
    "kind_leads": ("The coarse steel segment dominated in 2024.", {"member": "Coarse Steel", "year_to": 2024}),
    "largest_is_member": ("The largest segment is brass.", {"member": "Brass"}),
    "led_by_member": ("The market was led by brass in 2024.", {"member": "Brass", "year_to": 2024}),
    "top_segment": ("Leading segment: Brass", {"member": "Brass"}),
    "by_fastest": ("Based on grade, brass will see the highest CAGR by 2032.", {"member": "Brass", "year_to": 2032}),
    "member_fastest": ("Brass is expected to grow the fastest till 2032.", {"member": "Brass", "year_to": 2032}),
    "while_fastest": (
        "By grade, brass held 61%, while the coarse steel type will witness the higher CAGR.",
        {"member": "Coarse Steel"},
    ),
    "kind_fastest": ("The coarse steel segment is set to grow the fastest.", {"member": "Coarse Steel"}),
    "fastest_is_member": ("The fastest-growing segment is brass.", {"member": "Brass"}),
    "fastest_segment": ("Fastest growing segment: Brass", {"member": "Brass"}),
    "fastest_is": ("Coarse steel represents the fastest-growing market segment today.", {"member": "Coarse Steel"}),
    "member_cagr": ("Brass will advance at a CAGR of 8%.", {"member": "Brass", "value_low": 8.0}),
    "member_n_cagr": ("Brass is growing at an 8% CAGR.", {"member": "Brass", "value_low": 8.0}),
    "while_cagr": (
        "By grade, brass held 61%, whereas coarse steel is projected to grow at 8%.",
        {"member": "Coarse Steel", "value_low": 8.0},
    ),
    "by_cagr": ("By grade, brass is projected to grow at 8%.", {"member": "Brass", "value_low": 8.0}),
    "fastest_segment_cagr": ("Fastest growing segment: Brass (CAGR 8%)", {"member": "Brass", "value_low": 8.0}),
    "segment_margin": (
        "By grade, fine steel dominated the market in 2024 by a wide margin over brass alternatives.",
        {"member": "Fine Steel", "other_member": "Brass", "hedge": "wide", "year_to": 2024},
    ),
    "region_value": ("Europe was valued at USD 2 bn in 2024.", {"member": "Europe", "value_low": 2.0, "year_to": 2024}),
    "member_value": ("Brass reached USD 2 bn in 2024.", {"member": "Brass", "value_low": 2.0, "year_to": 2024}),
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


def skeleton_of(text: str) -> Skeleton:
    found = list(figures(text))
    return Skeleton(sentence(text), [*found, *NAMES.find(text, [(f.start, f.end) for f in found])])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_form(form):
    text, wanted = CASES[form.name]
    skeleton = skeleton_of(text)
    assert form in candidates(marks_of(skeleton.text))
    assert form.fits(skeleton.text)
    match = form.regex.search(skeleton.text)
    assert match, f"the sentence does not match its own form: {skeleton.text}"
    claim = build(Match(form, match, skeleton, NAMES, Context()))
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
