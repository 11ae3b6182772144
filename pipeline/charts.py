"""Charts of the published tables. A forecast chart always shows its range and its evidence grade.

Belongs here: what each table's chart looks like. Does not belong here: where charts are shown (Dagster, the brief).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.price_charts import PRICE_CHARTS

if TYPE_CHECKING:
    import altair as alt

    Picture = alt.LayerChart | alt.FacetChart

GRADE_COLOURS = {"reported": "#1b5e9e", "bounded": "#5b8db8", "prior": "#b9c4cf"}
FACTOR_COLOURS = {"assumption": "#c26a1b", "claim": "#1b5e9e", "prior": "#b9c4cf"}
_MEMBER = {"segment_forecast": "segment", "region_forecast": "region"}


def chart(table: str, frame: pl.DataFrame) -> Picture | None:
    """The chart of a table (of a forecast, its first market: a preview, not a report), or None where it has none."""
    if frame.is_empty():
        return None
    if table in PRICE_CHARTS:
        return PRICE_CHARTS[table](frame)
    if table not in ("market_forecast", "sensitivity", *_MEMBER):
        return None
    first = frame.filter(pl.col("market") == frame["market"][0], pl.col("scenario") == frame["scenario"][0])
    if table == "sensitivity":
        return _tornado(first)
    return _market(first) if table == "market_forecast" else _members(first, _MEMBER[table])


def png(picture: Picture) -> bytes:
    """A chart as PNG bytes, drawn without a browser."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(picture.to_json(), scale=1.5))


def _market(frame: pl.DataFrame) -> Picture:
    import altair as alt

    base = alt.Chart(_plain(frame)).encode(x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)))
    line = base.mark_line(color=GRADE_COLOURS["bounded"]).encode(y=alt.Y("value_usd_bn_mean:Q", title="USD billion"))
    points = base.mark_point(filled=True, size=70).encode(y="value_usd_bn_mean:Q", color=_grade(alt))
    picture: Picture = (line + points).properties(
        width=560, height=260, title=f"Market size, {frame['market'][0]} (points: how far the sources carry each year)"
    )
    return picture


def _members(frame: pl.DataFrame, member: str) -> Picture:
    """The forecast year's value of each member: a bar from p05 to p95, a heavier one from p25 to p75, the mean."""
    import altair as alt

    last = frame.filter(pl.col("year") == frame["year"].max())
    order = alt.EncodingSortField(field="position")
    base = alt.Chart(_plain(last)).encode(
        y=alt.Y(f"{member}:N", sort=order, title=None, axis=alt.Axis(labelLimit=320)), color=_grade(alt)
    )
    wide = base.mark_bar(height=5, opacity=0.55).encode(
        x=alt.X(
            "value_usd_bn_p05:Q", title=f"USD billion in {last['year'][0]}: 5 to 95 percent, 25 to 75 percent, mean"
        ),
        x2="value_usd_bn_p95",
    )
    narrow = base.mark_bar(height=13).encode(x="value_usd_bn_p25:Q", x2="value_usd_bn_p75")
    mean = base.mark_tick(color="black", thickness=2, height=18).encode(
        x="value_usd_bn_mean:Q", color=alt.value("black")
    )
    picture: Picture = (wide + narrow + mean).properties(width=480, height=alt.Step(28))
    if member == "segment":
        picture = picture.facet(
            row=alt.Row(
                "dimension:N", title=None, header=alt.Header(labelAngle=0, labelAnchor="start", labelOrient="top")
            )
        )
        picture = picture.resolve_scale(y="independent")
    return picture


def _tornado(frame: pl.DataFrame) -> Picture | None:
    """What moves each region's value in the forecast year (of a market without regions, its first dimension's).

    A bar goes from the value at the factor's lowest to that at its highest, the longest on top; a tick marks the value
    where all factors are at their middle, the percentage is the factor's share of the variance (total order).
    """
    import altair as alt

    known = frame.filter(pl.col("dimension_kind").is_not_null(), pl.col("output_mid").is_not_null())
    if known.is_empty():
        return None
    dimension = known.sort("dimension_kind", "dimension")["dimension"][0]
    rows = known.filter(pl.col("dimension") == dimension, pl.col("quantity") == "value_usd_bn").with_columns(
        width=(pl.col("output_high") - pl.col("output_low")).abs(),
        right=pl.max_horizontal("output_low", "output_high"),
        label=pl.format("{} %", (100 * pl.col("total_order")).round(0).cast(pl.Int64)),
    )
    longest = alt.EncodingSortField("width", op="max", order="descending")
    kinds = alt.Scale(domain=list(FACTOR_COLOURS), range=list(FACTOR_COLOURS.values()))
    base = alt.Chart().encode(y=alt.Y("factor:N", title=None, sort=longest, axis=alt.Axis(labelLimit=260)))
    bars = base.mark_bar(height=13).encode(
        x=alt.X("output_low:Q", title=f"USD billion in {rows['year'][0]}, from one end of the factor to the other"),
        x2="output_high:Q",
        color=alt.Color("factor_kind:N", title="factor", scale=kinds),
    )
    middle = base.mark_tick(color="black", thickness=2, height=18).encode(x="output_mid:Q")
    share = base.mark_text(align="left", dx=6, color="#444444").encode(x="right:Q", text="label:N")
    layers = alt.layer(bars, middle, share, data=_plain(rows)).properties(width=480, height=alt.Step(24))
    header = alt.Header(labelAngle=0, labelAnchor="start", labelOrient="top")
    picture: Picture = layers.facet(row=alt.Row("member:N", title=None, header=header)).resolve_scale(y="independent")
    return picture


def _grade(alt: object) -> alt.Color:
    import altair

    return altair.Color(
        "evidence_grade:N",
        title="evidence",
        scale=altair.Scale(domain=list(GRADE_COLOURS), range=list(GRADE_COLOURS.values())),
    )


def _plain(frame: pl.DataFrame) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=frame.to_dicts())
