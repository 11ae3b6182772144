"""Splitting cells: by separators, by the vocabulary of regions, and by a file that must fit exactly."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SegmentationError
from pipeline.reports import read_report
from pipeline.reports.segmentation import Splits, cover, load_segmentation
from pipeline.reports.splitting import enumerated
from tests.reports.helpers import PAGE, assert_quotes, read_text, write

RUN_ON = PAGE.replace("Steel Widgets; Brass Widgets; Plastic Widgets", "Steel Widgets Brass Widgets Plastic Widgets")
WORDS = st.lists(
    st.text(st.characters(whitelist_categories=["L", "N"], whitelist_characters="-()"), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_members_joined_cover_their_cell(members):
    cell = " ".join(members)
    assert [cell[a:b] for a, b in cover(cell, tuple(members), "here")] == members


@given(st.lists(WORDS, min_size=2, max_size=6), st.data())
def test_anything_but_the_exact_cover_is_refused(members, data):
    cell = " ".join(members)
    change = data.draw(st.sampled_from(["drop", "add", "cut", "reverse"]))
    at = data.draw(st.integers(0, len(members) - 1))
    changed = list(members)
    if change == "drop":
        del changed[at]
    elif change == "add":
        changed.insert(at, "x" + changed[at])
    elif change == "cut":
        changed[at] = changed[at][:-1]
    else:
        changed.reverse()
    if " ".join(changed) == cell or not all(changed):
        return
    with pytest.raises(SegmentationError, match="here: "):
        cover(cell, tuple(changed), "here")


def test_cells_split_by_what_they_hold():
    page = PAGE.replace(
        "| By Geography |",
        "| By Use | Home (kitchen, garden), Work, Others |\n| By Maker | One Maker |\n| By Geography |",
    )
    dimensions = {d.name: ([m.name for m in d.members], d.split, d.kind) for d in read_text(page).dimensions}
    assert dimensions == {
        "Material": (["Steel Widgets", "Brass Widgets", "Plastic Widgets"], "separator", "segment"),
        "Use": (["Home", "Work", "Others"], "separator", "segment"),
        "Maker": (["One Maker"], "separator", "segment"),
        "Geography": (
            ["North America", "Europe", "Asia Pacific", "Latin America", "Middle East and Africa"],
            "vocabulary",
            "region",
        ),
    }


def test_a_run_together_cell_is_kept_whole_and_flagged():
    reading = read_text(RUN_ON)
    assert "runon_segment_cells" in reading.flags
    assert [m.name for m in reading.dimensions[0].members] == ["Steel Widgets Brass Widgets Plastic Widgets"]
    assert reading.status == "accepted"


def test_a_split_file_splits_it(tmp_path):
    write(tmp_path / "segmentation.yaml", "dimensions:\n  Material: [Steel Widgets, Brass Widgets, Plastic Widgets]\n")
    report = write(tmp_path / "report.md", RUN_ON)
    reading = read_report(report)
    assert_quotes(reading)
    assert [m.name for m in reading.dimensions[0].members] == ["Steel Widgets", "Brass Widgets", "Plastic Widgets"]
    assert all(reading.text[m.start : m.end] == m.name for d in reading.dimensions for m in d.members)
    assert "runon_segment_cells" not in reading.flags
    assert {c.claim_id for c in reading.claims} >= {
        "segment_largest.steel_widgets.2024",
        "segment_margin_over.steel_widgets.2024",
        "segment_fastest.brass_widgets.2034",
    }


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (("Steel Widgets", "Plastic Widgets"), "Plastic Widgets"),
        (("Steel Widgets", "Brass Widgets"), "leave 'Plastic Widgets' of the cell uncovered"),
        (("Brass Widgets", "Steel Widgets", "Plastic Widgets"), "is not what the cell says"),
        (("Steel", "Widgets Brass Widgets Plas", "tic Widgets"), "ends inside a word"),
        (("steel widgets", "Brass Widgets", "Plastic Widgets"), "is not what the cell says"),
    ],
)
def test_a_split_that_does_not_fit_is_refused_with_its_place(members, message):
    with pytest.raises(SegmentationError, match=r"s\.yaml: dimension 'Material'") as caught:
        read_text(RUN_ON, splits=Splits({"Material": members}, "s.yaml"))
    assert message in str(caught.value)


def test_a_split_of_an_unknown_dimension_is_refused():
    with pytest.raises(SegmentationError, match=r"no dimension 'Colour'; it has: Material, Geography"):
        read_text(PAGE, splits=Splits({"Colour": ("Red",)}, "s.yaml"))


def test_a_split_against_real_separators_is_refused():
    with pytest.raises(SegmentationError, match="separators of its own"):
        read_text(PAGE, splits=Splits({"Material": ("Steel Widgets; Brass Widgets", "Plastic Widgets")}, "s.yaml"))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "dimensions: []", "dimensions: {}", "dimensions: {A: b}", "dimensions: {A: []}", "dimensions: {A: [1]}",
     "dimensions: {1: [a]}", "dimensions: {A: ['']}", "dimensions: {A: [b", "\x00",
     "!!python/object/apply:os.system [ls]", "[" * 5000],
)  # fmt: skip
def test_a_malformed_file_is_refused_by_name(tmp_path, text):
    path = write(tmp_path / "segmentation.yaml", text)
    with pytest.raises(SegmentationError, match=r"segmentation\.yaml: ") as caught:
        load_segmentation(path)
    assert "\n" not in str(caught.value)


@given(st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_is_written_is_what_is_loaded(tmp_path_factory, dimensions):
    path = tmp_path_factory.mktemp("s") / "segmentation.yaml"
    path.write_text(yaml.safe_dump({"dimensions": dimensions}, allow_unicode=True), encoding="utf-8")
    assert load_segmentation(path).members == {name: tuple(members) for name, members in dimensions.items()}


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SegmentationError, match="cannot be read"):
        load_segmentation(tmp_path / "segmentation.yaml")


@pytest.mark.parametrize(
    ("text", "members", "end"),
    [
        ("a) Rings b) Rods", ["Rings", "Rods"], 16),
        ("(1) Rings, (2) Rods and (3) Tubes. More", ["Rings", "Rods", "Tubes"], 33),
        ("i) Rings ii) Rods By Use", ["Rings", "Rods"], 17),
        ("c) Rings d) Rods", [], 0),  # begins in the middle
        ("a) Rings", [], 0),
        ("a) b) Rods", [], 0),
        ("Rings a) b", [], 0),
        ("", [], 0),
    ],
)
def test_enumerated_members(text, members, end):
    spans, stop = enumerated(text, 0)
    assert [text[a:b] for a, b in spans] == members
    assert stop == end
