"""Small charts for the forecast assets' metadata, as PNG in markdown (Dagster shows them behind a click).

Belongs here: embedding. Does not belong here: what a chart looks like (pipeline/charts.py).
"""

import base64

import polars as pl

from pipeline import charts


def markdown(table: str, frame: pl.DataFrame) -> str | None:
    """The chart of a table as a markdown image, or None for tables without one."""
    chart = charts.chart(table, frame)
    if chart is None:
        return None
    return f"![{table}](data:image/png;base64,{base64.b64encode(charts.png(chart)).decode()})"
