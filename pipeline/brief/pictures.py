"""What the charts of the brief look like, as Vega-Lite specifications.

Belongs here: marks, encodings, colours. Does not belong here: choosing rows (the section modules), page layout
(templates/).

Colours are CSS variables of the page, so one drawing serves light, dark and print. A grade is told by shape as well as
by colour, a series by a label beside it. Grammar: Vega-Lite 6, https://vega.github.io/vega-lite/docs/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pipeline.brief.words import mean_and_ends, plain
from pipeline.tables.words import AS_REPORTED, GRADES, PROVIDER_CLASSES, RELATIONS

Rows = Sequence[dict[str, Any]]
Spec = dict[str, Any]
Domain = tuple[float, float]

SHAPES = {"reported": "circle", "bounded": "square", "prior": "triangle-up"}
CLASS_COLOURS = {c: f"var(--c{i})" for i, c in enumerate((*PROVIDER_CLASSES, "all"), start=1)}
_INK, _SOFT = "var(--ink)", "var(--soft)"
_ROW, _LABEL = 24, 11
_QUARTILES = ("p05", "p25", "mean", "p75", "p95")


def fan(rows: Rows, top: float, grade: str) -> Spec:
    """Size over the years: 90 and 50 percent ranges, the mean, each year's grade as a point. `top` ends the axis."""
    value = {"type": "quantitative", "title": None, "scale": {"domain": [0, top]}, "axis": {"tickCount": 3}}
    x = _years(rows)
    fill = f"var(--{grade})"
    point = {"x": x, "y": value | {"field": "value_usd_bn_mean"}}
    return _drawn(
        rows,
        96,
        [
            _band(x, value, "value_usd_bn_p05", "value_usd_bn_p95", {"color": fill, "opacity": 0.2}),
            _band(x, value, "value_usd_bn_p25", "value_usd_bn_p75", {"color": fill, "opacity": 0.35}),
            {"mark": {"type": "line", "color": _INK, "strokeWidth": 1.5}, "encoding": point},
            {
                "mark": {"type": "point", "filled": True, "size": 26, "opacity": 1},
                "encoding": point
                | {"color": _grade("color"), "shape": _grade("shape")}
                | {"tooltip": _tooltip("year", *_stem("value_usd_bn"), "evidence_grade")},
            },
        ],
    )


def scenarios(rows: Rows) -> Spec:
    """The market's mean size by scenario over the years, each line with its name at its end."""
    last = [r for r in rows if r["year"] == max(r["year"] for r in rows)]
    top = 1.08 * max(r["value_usd_bn_mean"] for r in rows)
    places = apart([r["value_usd_bn_mean"] for r in last], top / 9)
    labels = [
        {"year": r["year"], "scenario": r["scenario"], "label": plain(r["scenario"]), "at": at}
        for r, at in zip(last, places, strict=True)
    ]
    value = {"type": "quantitative", "title": "USD billion", "scale": {"domain": [0, max(top, *places)]}}
    x, color = _years(rows), _scenario_colour(rows)
    point = {"x": x, "y": value | {"field": "value_usd_bn_mean"}, "color": color}
    name = {"x": x, "y": value | {"field": "at"}, "text": {"field": "label"}, "color": color}
    width = {"condition": {"test": f"datum.scenario == '{AS_REPORTED}'", "value": 3}, "value": 1.75}
    spec = _drawn(
        rows,
        250,
        [
            {"mark": {"type": "line"}, "encoding": point | {"strokeWidth": width}},
            {
                "mark": {"type": "point", "filled": True, "size": 44, "opacity": 1},
                "encoding": point
                | {"shape": _grade("shape")}
                | {"tooltip": _tooltip("scenario", "year", *_stem("value_usd_bn"), "evidence_grade")},
            },
            {
                "data": {"values": labels},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "middle",
                    "dx": 9,
                    "fontSize": 12,
                    "lineHeight": 13,
                }
                | {"lineBreak": " "},
                "encoding": name,
            },
        ],
    )
    longest = max(len(word) for r in labels for word in r["label"].split())
    return spec | {"padding": {"left": 5, "top": 5, "bottom": 5, "right": 8 + 7 * longest}}


def scenario_ranges(rows: Rows) -> Spec:
    """The market's size in the last year by scenario: one row each, its 90 percent range, middle half and mean."""
    last = [r for r in rows if r["year"] == max(r["year"] for r in rows)]
    return intervals(last, "scenario", "value_usd_bn", "USD billion", _scenario_colour(rows))


def intervals(rows: Rows, name: str, stem: str, title: str, color: Spec, *, log: Domain | None = None) -> Spec:
    """One row for each row given, in their order: 90 percent range, middle half, mean; the numbers under the name.
    `log` is the domain of a logarithmic scale."""
    shown = [r | {"label": f"{plain(r[name])}|{mean_and_ends(r, stem)}"} for r in rows]
    y = _two_lines([r["label"] for r in shown])
    columns = [f"{stem}_{s}" for s in _QUARTILES]
    tooltip = _tooltip(name, *columns, "evidence_grade")
    return _drawn(shown, 40 * len(shown), _spans(y, columns, title, color, tooltip, log=log))


def prices(rows: Rows) -> Spec:
    """Price of an accelerator-hour, one row an accelerator and class: lowest to highest, middle half, median."""
    stem = "price_usd_per_accelerator_hour"
    shown = [r | {"label": f"{r['accelerator']}  {plain(r['provider_class'])}"} for r in rows]
    y = {
        "field": "label", "type": "nominal", "title": None, "scale": {"domain": [r["label"] for r in shown]},
        "axis": {"labelLimit": 220},
    }  # fmt: skip
    color = _named("provider_class", CLASS_COLOURS)
    columns = [f"{stem}_{s}" for s in ("min", "q1", "median", "q3", "max")]
    tooltip = _tooltip("accelerator", "provider_class", "macro_region", f"{stem}_median", "n_offers", "last_observed")
    layers = _spans(y, columns, "USD per accelerator-hour", color, tooltip)
    layers.append(
        {
            "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": _LABEL, "color": _INK},
            "encoding": {
                "y": y,
                "x": {"field": columns[-1], "type": "quantitative"},
                "text": {"field": columns[2], "format": ".2f"},
            },
        }
    )
    return _drawn(shown, (_ROW - 4) * len(shown), layers) | {"padding": {"left": 5, "top": 5, "bottom": 5, "right": 40}}


def index(rows: Rows) -> Spec:
    """The price index by class of provider, with its interval where there is one and its name at its end."""
    color = _named("provider_class", CLASS_COLOURS)
    x = {"field": "month", "type": "temporal", "title": None, "axis": {"format": "%b %Y", "tickCount": 6}}
    value = {"type": "quantitative", "title": "index, 100 where its chain starts", "scale": {"zero": False}}
    # A chain that starts anew is another line: joining the two would draw a move that nobody saw.
    here = {"x": x, "color": color, "detail": {"field": "chain_start", "type": "nominal"}}
    newest = list({r["provider_class"]: r for r in rows}.values())
    heights = [r["index_jevons"] for r in rows]
    places = apart([r["index_jevons"] for r in newest], max(max(heights) - min(heights), 1) / 14)
    ends = [r | {"at": at} for r, at in zip(newest, places, strict=True)]
    band = {
        "mark": {"type": "area", "opacity": 0.15},
        "encoding": here | {"y": value | {"field": "index_jevons_p05"}, "y2": {"field": "index_jevons_p95"}},
        "transform": [{"filter": "datum.index_jevons_p05 != null"}],
    }
    line = {
        "mark": {"type": "line", "point": {"size": 16}},
        "encoding": here
        | {"y": value | {"field": "index_jevons"}}
        | {"tooltip": _tooltip("month", "provider_class", "index_jevons", "n_matched")},
    }
    names = {
        "data": {"values": ends},
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12},
        "encoding": {"x": x, "y": value | {"field": "at"}, "text": {"field": "provider_class"}, "color": color},
    }
    return _drawn(rows, 260, [band, line, names]) | {"padding": {"left": 5, "top": 5, "bottom": 5, "right": 80}}


def triangulation(rows: Rows, title: str, *, log: bool) -> Spec:
    """Every source's estimate on one scale, a row for each closeness of scope; the report is marked and named."""
    own = [r for r in rows if r["is_report"]]
    scale: Spec = {"type": "log", "nice": False, "padding": 14} if log else {"zero": False, "padding": 14}
    x = {"field": "value", "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 6}}
    order = [r for r in RELATIONS if r in {row["relation"] for row in rows}]
    y = {
        "field": "relation", "type": "nominal", "title": None, "scale": {"domain": order},
        "axis": {"labelExpr": "datum.label + ' market'"},
    }  # fmt: skip
    tooltip = _tooltip("source", "relation", "value", "value_low", "value_high", "estimates", "first_year", "last_year")
    others = [{"filter": "!datum.is_report"}]
    # Its name stands where there is room: on the left of a report that is among the largest.
    larger = sum(r["value"] > own[0]["value"] for r in rows)
    side = {"align": "left", "dx": 9} if 2 * larger > len(rows) else {"align": "right", "dx": -9}
    return _drawn(
        rows,
        34 * len(order) + 16,
        [
            {
                "mark": {"type": "rule", "color": "var(--c2)", "strokeDash": [4, 3]},
                "encoding": {"x": x},
                "data": {"values": own},
            },
            {
                "mark": {"type": "rule", "color": _SOFT, "opacity": 0.35},
                "encoding": {"y": y, "x": x | {"field": "value_low"}, "x2": {"field": "value_high"}},
                "transform": others,
            },
            {
                "mark": {"type": "point", "size": 60, "filled": True, "opacity": 0.75, "color": "var(--c1)"},
                "encoding": {"y": y, "x": x, "tooltip": tooltip},
                "transform": others,
            },
            {
                "mark": {"type": "point", "shape": "diamond", "size": 130, "filled": True, "opacity": 1,
                         "color": "var(--c2)"},
                "encoding": {"y": y, "x": x, "tooltip": tooltip},
                "data": {"values": own},
            },
            {
                "mark": {"type": "text", "dy": -11, "fontSize": _LABEL, "color": _INK} | side,
                "encoding": {"y": y, "x": x, "text": {"field": "source"}},
                "data": {"values": own},
            },
        ],
    )  # fmt: skip


def tornado(rows: Rows, title: str) -> Spec:
    """What moves a quantity, a row for each factor in the order given: from its mean with the factor at the lowest, in
    one colour, over the middle (a rule) to that at the highest, in another. What nothing settles is grey."""
    shown = [r | {"label": f"{r['name']}|{r['about']}"} for r in rows]
    y = _two_lines([r["label"] for r in shown])
    x = {"type": "quantitative", "title": title, "scale": {"zero": False, "padding": 8}}
    x["axis"] = {"tickCount": 4, "labelOverlap": True}
    tooltip = _tooltip("name", "factor_low", "factor_high", "output_low", "output_mid", "output_high")

    def side(end: str, colour: str) -> Spec:
        fill = {"condition": {"test": "datum.factor_kind == 'prior'", "value": "var(--prior)"}, "value": colour}
        place = {"y": y, "x": x | {"field": "output_mid"}, "x2": {"field": end}}
        return {
            "mark": {"type": "bar", "height": 13, "opacity": 0.9},
            "encoding": place | {"color": fill, "tooltip": tooltip},
        }

    middle = {
        "mark": {"type": "rule", "color": _INK, "strokeWidth": 1.5},
        "encoding": {"x": x | {"field": "output_mid"}},
        "data": {"values": shown[:1]},
    }
    return _drawn(shown, 36 * len(shown), [side("output_low", "var(--c1)"), side("output_high", "var(--c2)"), middle])


def apart(values: Sequence[float], gap: float) -> list[float]:
    """Places for labels near `values`, in their order, no two nearer than `gap`: each is moved up as far as needed."""
    order = sorted(range(len(values)), key=values.__getitem__)
    places = list(values)
    for below, above in pairwise(order):
        places[above] = max(places[above], places[below] + gap)
    return places


def _spans(
    y: Spec, columns: Sequence[str], title: str, color: Spec, tooltip: list[Spec], *, log: Domain | None = None
) -> list[Spec]:
    """The layers of a row of ranges: `columns` are its low end, quarter, middle, other quarter and high end."""
    low, q1, middle, q3, high = columns
    scale: Spec = {"type": "log", "domain": list(log)} if log else {"zero": True}
    axis = {"tickCount": 4, "format": "~s", "labelExpr": "replace(replace(datum.label, 'G', ' bn'), 'M', ' m')"}
    x = {"type": "quantitative", "title": title, "scale": scale, "axis": axis}

    def bar(start: str, end: str, height: int, opacity: float) -> Spec:
        mark = {"type": "bar", "height": height, "opacity": opacity}
        return {"mark": mark, "encoding": {"y": y, "color": color, "x": x | {"field": start}, "x2": {"field": end}}}

    tick = {
        "mark": {"type": "tick", "thickness": 2.5, "height": 15, "color": _INK},
        "encoding": {"y": y, "x": x | {"field": middle}, "tooltip": tooltip},
    }
    return [bar(low, high, 3, 0.6), bar(q1, q3, 9, 0.85), tick]


def _two_lines(labels: Sequence[str]) -> Spec:
    """Rows by `label`, in the order given; what follows a bar in it stands on a second line."""
    axis = {
        "labelExpr": "split(datum.label, '|')", "labelLimit": 220, "labelPadding": 10, "labelLineHeight": 14,
        "labelBaseline": "middle", "labelOffset": -7,
    }  # fmt: skip
    return {"field": "label", "type": "nominal", "title": None, "scale": {"domain": list(labels)}, "axis": axis}


def _drawn(rows: Rows, height: int, layers: list[Spec]) -> Spec:
    fit = {"type": "fit-x", "contains": "padding"}
    return {"data": {"values": list(rows)}, "width": "container", "height": height, "autosize": fit, "layer": layers}


def _years(rows: Rows) -> Spec:
    """The years, of which the axis names the first, the last and about three between."""
    years = sorted({r["year"] for r in rows})
    step = max(1, (len(years) - 1) // 3)
    named = [y for y in years if (y - years[0]) % step == 0]
    return {
        "field": "year",
        "type": "ordinal",
        "title": None,
        "axis": {"labelAngle": 0, "values": named, "labelOverlap": "greedy"},
    }


def _band(x: Spec, value: Spec, low: str, high: str, mark: Spec) -> Spec:
    return {
        "mark": {"type": "area"} | mark,
        "encoding": {"x": x, "y": value | {"field": low}, "y2": {"field": high}},
    }


def _grade(channel: str) -> Spec:
    seen = [f"var(--{grade})" for grade in GRADES] if channel == "color" else [SHAPES[grade] for grade in GRADES]
    scale = {"domain": list(GRADES), "range": seen}
    return {"field": "evidence_grade", "type": "nominal", "legend": None, "scale": scale}


def _scenario_colour(rows: Rows) -> Spec:
    """The report's own scenario in ink, the others in colours."""
    others = sorted({r["scenario"] for r in rows} - {AS_REPORTED})
    return _named("scenario", {AS_REPORTED: _INK} | {s: f"var(--c{1 + i % 4})" for i, s in enumerate(others)})


def _named(field: str, colours: Mapping[str, str]) -> Spec:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}


def _stem(stem: str) -> tuple[str, str, str]:
    return f"{stem}_mean", f"{stem}_p05", f"{stem}_p95"


def _tooltip(*fields: str) -> list[Spec]:
    numbers = ("_mean", "_p05", "_p25", "_p75", "_p95", "_median", "index_jevons", "value", "_low", "_high", "_mid")
    return [
        {
            "field": f,
            "title": plain(f),
            **({"type": "quantitative", "format": ".3~r"} if f.endswith(numbers) else {"type": "nominal"}),
        }
        for f in fields
    ]
