"""What the charts of the brief look like, as Vega-Lite specifications.

Belongs here: marks, encodings, colours. Does not belong here: choosing rows (writing.py), page layout (templates/).

Colours are CSS variables of the page, so one drawing serves light, dark and print. A grade is told by shape as well as
by colour. Grammar: Vega-Lite 6, https://vega.github.io/vega-lite/docs/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.tables.words import GRADES

Rows = Sequence[dict[str, Any]]
Spec = dict[str, Any]

SHAPES = {"reported": "circle", "bounded": "square", "prior": "triangle-up"}
_CLASSES = ("hyperscaler", "specialised", "marketplace", "tooling", "all")
_YEAR_AXIS = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8}
_YEARS = {"field": "year", "type": "ordinal", "title": None, "axis": _YEAR_AXIS}


def fan(rows: Rows, top: float, grade: str) -> Spec:
    """Size over the years: 90 and 50 percent ranges, the mean, each year's grade as a point. `top` ends the axis."""
    value = {"type": "quantitative", "title": None, "scale": {"domain": [0, top]}, "axis": {"tickCount": 4}}
    fill = f"var(--{grade})"
    return _drawn(
        rows,
        120,
        [
            _band("value_usd_bn_p05", "value_usd_bn_p95", value, {"color": fill, "opacity": 0.22}),
            _band("value_usd_bn_p25", "value_usd_bn_p75", value, {"color": fill, "opacity": 0.35}),
            {
                "mark": {"type": "line", "color": "var(--ink)", "strokeWidth": 1.5},
                "encoding": {"x": _YEARS, "y": value | {"field": "value_usd_bn_mean"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
                "encoding": {
                    "x": _YEARS,
                    "y": value | {"field": "value_usd_bn_mean"},
                    "color": _grade("color"),
                    "shape": _grade("shape"),
                    "tooltip": _tooltip(
                        "year", "value_usd_bn_mean", "value_usd_bn_p05", "value_usd_bn_p95", "evidence_grade"
                    ),
                },
            },
        ],
    )


def market(rows: Rows) -> Spec:
    """The market's size by scenario, with its 90 percent range."""
    value = {"type": "quantitative", "title": "USD billion", "scale": {"zero": True}}
    scenario = {"field": "scenario", "type": "nominal", "title": "scenario", "legend": {"orient": "bottom"}}
    color: Spec = {**scenario, "scale": {"range": [f"var(--c{i})" for i in range(1, 6)]}}
    if len({r["scenario"] for r in rows}) == 1:
        color["legend"] = None
    band = _band("value_usd_bn_p05", "value_usd_bn_p95", value, {"opacity": 0.2})
    band["encoding"]["color"] = color
    x = {**_YEARS}
    return _drawn(
        rows,
        240,
        [
            band,
            {
                "mark": {"type": "line"},
                "encoding": {"x": x, "y": value | {"field": "value_usd_bn_mean"}, "color": color},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": "var(--ink)"},
                "encoding": {
                    "x": x,
                    "y": value | {"field": "value_usd_bn_mean"},
                    "shape": _grade("shape"),
                    "tooltip": _tooltip("scenario", "year", "value_usd_bn_mean", "evidence_grade"),
                },
            },
        ],
    )


def prices(rows: Rows) -> Spec:
    """Price of an accelerator-hour: lowest to highest offer, the middle half, the median; in the given order."""
    stem = "price_usd_per_accelerator_hour"
    order = list(dict.fromkeys(r["accelerator"] for r in rows))
    classes = [c for c in _CLASSES if c in {r["provider_class"] for r in rows}]
    # Domains are given: layers that each sort their own make the library warn.
    y: Spec = {"field": "accelerator", "type": "nominal", "title": None, "scale": {"domain": order}}
    offset = {"field": "provider_class", "type": "nominal", "scale": {"domain": classes}}
    color: Spec = {"field": "provider_class", "type": "nominal", "title": "provider", "legend": {"orient": "bottom"}}
    color["scale"] = {"domain": list(_CLASSES), "range": [f"var(--c{i})" for i in range(1, 6)]}
    color["legend"] |= {"values": classes}
    here = {"y": y, "yOffset": offset, "color": color}

    def span(low: str, high: str, height: int) -> Spec:
        title = "USD per accelerator-hour" if low == "min" else None
        x = {"field": f"{stem}_{low}", "type": "quantitative", "title": title, "axis": {"tickCount": 6}}
        return {
            "mark": {"type": "bar", "height": height, "opacity": 0.45 if height < 5 else 0.8},
            "encoding": here | {"x": x, "x2": {"field": f"{stem}_{high}"}},
        }

    median = {
        "mark": {"type": "tick", "thickness": 3, "height": 11, "color": "var(--ink)"},
        "encoding": {
            "y": y,
            "yOffset": offset,
            "x": {"field": f"{stem}_median", "type": "quantitative"},
            "tooltip": _tooltip(
                "accelerator", "provider_class", "macro_region", f"{stem}_median", "n_offers", "last_observed"
            ),
        },
    }
    return _drawn(rows, 60 + 24 * len(order), [span("min", "max", 3), span("q1", "q3", 8), median])


def index(rows: Rows) -> Spec:
    """The price index by class of provider, with its interval where there is one."""
    color: Spec = {"field": "provider_class", "type": "nominal", "title": "provider", "legend": {"orient": "bottom"}}
    color["scale"] = {"domain": list(_CLASSES), "range": [f"var(--c{i})" for i in range(1, 6)]}
    x = {"field": "month", "type": "temporal", "title": None, "axis": {"format": "%b %Y", "labelOverlap": "greedy"}}
    value = {"type": "quantitative", "title": "index, 100 where it starts", "scale": {"zero": False}}
    # A chain that starts anew is another line: joining the two would draw a move that nobody saw.
    detail = {"field": "chain_start", "type": "nominal"}
    band = {
        "mark": {"type": "area", "opacity": 0.18},
        "encoding": {
            "x": x, "y": value | {"field": "index_jevons_p05"}, "y2": {"field": "index_jevons_p95"},
            "color": color, "detail": detail,
        },
        "transform": [{"filter": "datum.index_jevons_p05 != null"}],
    }  # fmt: skip
    line = {
        "mark": {"type": "line", "point": {"size": 14}},
        "encoding": {
            "x": x,
            "y": value | {"field": "index_jevons"},
            "color": color,
            "detail": detail,
            "tooltip": _tooltip("month", "provider_class", "index_jevons", "n_matched"),
        },
    }
    return _drawn(rows, 240, [band, line])


def _drawn(rows: Rows, height: int, layers: list[Spec]) -> Spec:
    fit = {"type": "fit-x", "contains": "padding"}
    return {"data": {"values": list(rows)}, "width": "container", "height": height, "autosize": fit, "layer": layers}


def _band(low: str, high: str, value: Spec, mark: Spec) -> Spec:
    return {
        "mark": {"type": "area"} | mark,
        "encoding": {"x": _YEARS, "y": value | {"field": low}, "y2": {"field": high}},
    }


def _grade(channel: str) -> Spec:
    seen = [f"var(--{grade})" for grade in GRADES] if channel == "color" else [SHAPES[grade] for grade in GRADES]
    scale = {"domain": list(GRADES), "range": seen}
    return {"field": "evidence_grade", "type": "nominal", "legend": None, "scale": scale}


def _tooltip(*fields: str) -> list[Spec]:
    numbers = ("_mean", "_p05", "_p95", "_median", "index_jevons")
    return [
        {
            "field": f,
            "title": f,
            **({"type": "quantitative", "format": ".4~r"} if f.endswith(numbers) else {"type": "nominal"}),
        }
        for f in fields
    ]
