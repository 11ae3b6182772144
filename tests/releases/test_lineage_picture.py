"""Laying tables out and drawing them, on graphs small enough to see."""

from __future__ import annotations

import re

from pipeline.lineage_picture import draw, neighbours

GRAPH = {"a": [], "b": [], "c": ["a"], "d": ["b"], "e": ["c", "a"]}


def boxes(svg: str) -> dict[str, tuple[int, int]]:
    """Left and top of every box."""
    found = re.findall(r'<rect x="(\d+)" y="(\d+)"[^>]*/><text[^>]*>([^<]*)</text>', svg)
    return {name: (int(x), int(y)) for x, y, name in found}


def nowhere(_: str) -> None:
    return None


def test_a_table_stands_right_of_all_it_is_made_from() -> None:
    at = boxes(draw(GRAPH, "all", nowhere))
    assert at.keys() == GRAPH.keys()
    assert at["a"][0] == at["b"][0] < at["c"][0] == at["d"][0] < at["e"][0]
    assert all(at[parent][0] < at[name][0] for name, parents in GRAPH.items() for parent in parents)


def test_boxes_do_not_overlap_and_lines_do_not_cross_where_they_need_not() -> None:
    # By name the pairs would cross: a -> z and b -> y.
    at = boxes(draw({"a": [], "b": [], "y": ["b"], "z": ["a"]}, "all", nowhere))
    assert (at["a"][1] < at["b"][1]) == (at["z"][1] < at["y"][1])
    assert abs(at["a"][1] - at["b"][1]) >= 26


def test_neighbours_are_one_step_each_way() -> None:
    assert neighbours(GRAPH, "c") == {"c": ["a"], "a": [], "e": ["c"]}
    assert neighbours(GRAPH, "b") == {"b": [], "d": ["b"]}


def test_what_leads_somewhere_is_a_link_and_names_are_text() -> None:
    svg = draw({"<b>": [], "c": ["<b>"]}, 'say "it"', lambda n: None if n == "c" else "x/?a&b")
    assert 'aria-label="say &quot;it&quot;"' in svg
    assert '<a href="x/?a&amp;b"><g class="box">' in svg
    assert "&lt;b&gt;</text>" in svg
    assert '<g class="box working">' in svg
    assert svg.count("<path") == 1
    # The table that the picture is about does not lead to itself.
    assert "<a " not in draw({"c": []}, "c", lambda n: n, focus="c")
