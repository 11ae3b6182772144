"""Charts of the price tables: levels by provider, the index by class, spot beside on demand.

Belongs here: what each price table's chart looks like. Does not belong here: where charts are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import altair as alt

ACCELERATOR = "H100"
CLASS_COLOURS = {
    "hyperscaler": "#1b5e9e", "specialised": "#c77c11", "marketplace": "#7a9a3a", "all": "#444444",
}  # fmt: skip


def _levels(price_series: pl.DataFrame) -> alt.LayerChart | None:
    """Latest on-demand price of every H100 offer by provider: a line from the lowest to the highest, a dot an offer."""
    import altair as alt

    latest = "latest_price_usd_per_accelerator_hour"
    now = price_series.select(pl.col("last_seen").max()).item()
    shown = price_series.filter(
        pl.col("accelerator") == ACCELERATOR,
        pl.col("purchase_model") == "on_demand",
        pl.col("last_seen") >= pl.lit(now).dt.offset_by("-180d"),
    ).select("provider", "provider_class", pl.col(latest).alias("price"))
    if shown.is_empty():
        return None
    order = shown.group_by("provider").agg(pl.col("price").median()).sort("price", "provider")["provider"].to_list()
    base = alt.Chart(_plain(shown)).encode(y=alt.Y("provider:N", sort=order, title=None), color=_classes(shown))
    line = base.mark_rule(opacity=0.5).encode(x="min(price):Q", x2="max(price):Q")
    dots = base.mark_circle(size=55).encode(x=alt.X("price:Q", title=f"USD per {ACCELERATOR}-hour, on demand"))
    picture: alt.LayerChart = (line + dots).properties(
        width=480,
        height=alt.Step(22),
        title=f"{ACCELERATOR} on demand by provider, all regions and sizes, last 180 days",
    )
    return picture


def _index(price_index: pl.DataFrame) -> alt.FacetChart | None:
    """The matched index of H100 on demand, a panel a class, with its interval; a dot a month in which prices were seen.

    Each chain starts at 100 and is a line of its own.
    """
    import altair as alt

    shown = price_index.filter(
        pl.col("accelerator") == ACCELERATOR, pl.col("purchase_model") == "on_demand"
    ).with_columns(pl.col("month", "chain_start").cast(pl.String))
    if shown.is_empty():
        return None
    dates = alt.Axis(format="%b %Y", labelOverlap=True)
    base = alt.Chart().encode(
        x=alt.X("month:T", title=None, axis=dates),
        color=_classes(shown).legend(None),
        detail="chain_start:N",
    )
    index = alt.Y("index_jevons:Q", title=None, scale=alt.Scale(zero=False))
    band = base.mark_area(opacity=0.2, interpolate="step-after").encode(y="index_jevons_p05:Q", y2="index_jevons_p95")
    line = base.mark_line(interpolate="step-after").encode(y=index)
    dots = base.mark_circle(size=22, opacity=1).encode(y=index)
    panels = alt.layer(band, line, dots, data=_plain(shown)).properties(width=560, height=110)
    present = shown["provider_class"].unique().to_list()
    header = alt.Header(labelAngle=0, labelAnchor="start", labelOrient="top", labelFontWeight="bold", labelPadding=2)
    classes = alt.Row("provider_class:N", title=None, header=header, sort=[c for c in CLASS_COLOURS if c in present])
    picture: alt.FacetChart = panels.facet(row=classes, spacing=4).properties(
        title=f"{ACCELERATOR} on demand, same offers: 100 where a chain starts (band: 5 to 95 percent)"
    )
    return picture


def _spread(price_levels: pl.DataFrame) -> alt.LayerChart | None:
    """Hyperscalers' spot and on-demand medians by accelerator, where both are recent."""
    import altair as alt

    median = "price_usd_per_accelerator_hour_median"
    shown = (
        price_levels.filter(
            pl.col("provider_class") == "hyperscaler",
            pl.col("purchase_model").is_in(["on_demand", "spot"]),
            pl.col("macro_region") == "North America",
            ~pl.col("is_stale"),
        )
        .select("accelerator", pl.col("purchase_model").str.replace("_", " "), pl.col(median).alias("price"))
        .filter(pl.col("purchase_model").n_unique().over("accelerator") == 2)
    )
    if shown.is_empty():
        return None
    order = shown.filter(purchase_model="on demand").sort("price", "accelerator")["accelerator"].to_list()
    base = alt.Chart(_plain(shown)).encode(y=alt.Y("accelerator:N", sort=order, title=None))
    line = base.mark_rule(color="#b9c4cf").encode(x="min(price):Q", x2="max(price):Q")
    dots = base.mark_circle(size=70).encode(
        x=alt.X("price:Q", title="USD per accelerator-hour, median"),
        color=alt.Color(
            "purchase_model:N", title=None, scale=alt.Scale(domain=["on demand", "spot"], range=["#1b5e9e", "#c77c11"])
        ),
    )
    picture: alt.LayerChart = (line + dots).properties(
        width=480,
        height=alt.Step(22),
        title="Spot beside on demand: medians of hyperscalers, North America, last 180 days",
    )
    return picture


def _classes(shown: pl.DataFrame) -> alt.Color:
    import altair

    domain = [c for c in CLASS_COLOURS if c in shown["provider_class"].unique().to_list()]
    return altair.Color(
        "provider_class:N",
        title=None,
        scale=altair.Scale(domain=domain, range=[CLASS_COLOURS[c] for c in domain]),
    )


def _plain(frame: pl.DataFrame) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=frame.to_dicts())


PRICE_CHARTS: dict[str, Callable[[pl.DataFrame], alt.LayerChart | alt.FacetChart | None]] = {
    "price_series": _levels,
    "price_index": _index,
    "price_levels": _spread,
}
"""Table -> its chart; None where the table has nothing to show."""
