"""How each published number is computed, with the numbers of the row put in.

Belongs here: one function a forecast table. Does not belong here: recomputing (the release holds the numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pipeline.tables import TABLES
from pipeline.tables.words import AS_REPORTED

Row = Mapping[str, Any]


class Tables(Protocol):
    """Rows of the release's tables."""

    def rows(self, table: str, **wanted: object) -> list[dict[str, Any]]:
        """Rows of a table with the wanted values."""


def formulas(table: str, row: Row, tables: Tables) -> list[str]:
    """The formulas of a row, numbers put in; for a table without one, what each of its columns means."""
    if table in _FORMULAS:
        return _FORMULAS[table](row, tables)
    entry = TABLES[table]
    return [f"{c.name}: {c.description}" for c in entry.columns if c.name not in entry.key] or [entry.description]


def _market(row: Row, tables: Tables) -> list[str]:
    report = tables.rows("reports", market=row["market"])[0]
    reported = _total(tables, row, AS_REPORTED)
    stated = [
        (report[f"{name}_year"], report[f"{name}_value_usd_bn"])
        for name in ("base", "estimate", "forecast")
        if report[f"{name}_year"] is not None and report[f"{name}_value_usd_bn"] is not None
    ]
    sizes = {year: value for year, value in stated if stated[0][0] <= year <= stated[-1][0]}
    year = row["year"]
    if year in sizes:
        said = f"reported total {year} = {sizes[year]:g}, as the report states it"
    else:
        first, last = max(y for y in sizes if y < year), min(y for y in sizes if y > year)
        said = (
            f"reported total {year} = {sizes[first]:g} x ({sizes[last]:g} / {sizes[first]:g}) ^ "
            f"({year - first} / {last - first}) = {reported['value_usd_bn_mean']:.4f}: geometric between stated sizes"
        )
    if row["scenario"] == AS_REPORTED:
        return [said]
    return [
        said,
        f"in every draw: total {year} = reported total x base_factor x yearly_factor ^ {year - stated[0][0]}",
        _mean(row),
    ]


def _member(row: Row, tables: Tables) -> list[str]:
    report = tables.rows("reports", market=row["market"])[0]
    total, reported = _total(tables, row, row["scenario"]), _total(tables, row, AS_REPORTED)
    ahead = row["year"] - report["base_year"]
    share = f"share = base share x exp(growth x {ahead}) / sum over members of the same"
    lines = [f"in every draw: {share}" if ahead else "in every draw: share = base share"]
    flat = total["value_usd_bn_p05"] == total["value_usd_bn_p95"]
    if flat:
        lines.append(
            f"value_usd_bn_mean = total {total['value_usd_bn_mean']:.4f} x share_mean {row['share_mean']:.6f} = "
            f"{row['value_usd_bn_mean']:.4f}"
        )
        lines.append(
            f"value_usd_bn_p05 to p95 = total {total['value_usd_bn_mean']:.4f} x share_p05 {row['share_p05']:.6f} to "
            f"share_p95 {row['share_p95']:.6f} = {row['value_usd_bn_p05']:.4f} to {row['value_usd_bn_p95']:.4f}"
        )
    else:
        lines.append(
            f"in every draw: value = reported total {reported['value_usd_bn_mean']:.4f} x base_factor x "
            f"yearly_factor ^ {ahead} x share"
        )
        lines.append(_mean(row))
    if ahead:
        lines.append(
            f"cagr_pct = 100 x ((value {row['year']} / value {report['base_year']}) ^ (1 / {ahead}) - 1), draw by "
            f"draw: mean {row['cagr_pct_mean']:.2f}, {row['cagr_pct_p05']:.2f} to {row['cagr_pct_p95']:.2f}"
        )
    lines.append(f"narrowing = 1 - width of the share's 90 percent range / the prior's width = {row['narrowing']:.3f}")
    return lines


def _wide(row: Row, tables: Tables) -> list[str]:
    """The member's row in the table that the flat one selects from."""
    kind, named = row["dimension_kind"], {n: row[n] for n in ("market", "scenario", "dimension", "year")}
    return _member(tables.rows(f"{kind}_forecast", **named, **{kind: row["member"]})[0], tables)


def _cell(row: Row, tables: Tables) -> list[str]:
    at = {name: row[name] for name in ("market", "scenario", "year")}
    segment = tables.rows("segment_forecast", **at, dimension=row["dimension"], segment=row["segment"])[0]
    region = tables.rows("region_forecast", **at, region=row["region"])[0]
    total = _total(tables, row, row["scenario"])
    figures = tables.rows("cross_figures", market=row["market"], dimension=row["dimension"])
    if figures:
        said = "; ".join(
            f"{f['segment']} in {f['region']}, {f['year']}: {f['value']:g} ({f['metric']}; {f['source']})"
            for f in figures
        )
        return [
            f"fitted in every draw to the segments', the regions' and the stated figures ({said}) by iterative "
            "proportional fitting, nearest to independence",
            f"the means fit segment {segment['value_usd_bn_mean']:.4f}, region {region['value_usd_bn_mean']:.4f} and "
            f"market {total['value_usd_bn_mean']:.4f}: {row['value_usd_bn_mean']:.4f}",
            _mean(row),
        ]
    return [
        "segments and regions are independent: in every draw cell = total x segment share x region share",
        f"value_usd_bn_mean = segment {segment['value_usd_bn_mean']:.4f} x region {region['value_usd_bn_mean']:.4f} / "
        f"market {total['value_usd_bn_mean']:.4f} = {row['value_usd_bn_mean']:.4f}",
        _mean(row),
    ]


def _leader(row: Row, _: Tables) -> list[str]:
    lines = []
    for rank, member, year in (
        ("largest", "largest_member", "base_year"),
        ("fastest", "fastest_member", "forecast_year"),
    ):
        if row[member] is None:
            lines.append(f"{member}: none, no member leads in more than half of the draws")
        else:
            lines.append(f"{member} = {row[member]}: leads in {row[f'p_{rank}']:.1%} of the draws, {row[year]}")
    return lines


def _compute(row: Row, tables: Tables) -> list[str]:
    region = tables.rows("region_forecast", **{n: row[n] for n in ("market", "scenario", "region", "year")})[0]
    return [
        f"in every draw: spending on compute = region {region['value_usd_bn_mean']:.4f} (mean) x share of spending "
        f"that is compute; mean {row['compute_usd_bn_mean']:.4f}",
        f"accelerator_hours = spending / price of an H100-hour (price path {row['price_path']}, price level of "
        f"{row['price_region']}, mean {row['price_usd_per_accelerator_hour_mean']:.4f} USD); mean "
        f"{row['accelerator_hours_mean']:.6g}",
    ]


def _moving(row: Row, _: Tables) -> list[str]:
    if not row["evaluations"]:
        return ["too few evaluations of the dimension meet all claims: no indices"]
    moved = f"{row['quantity']} of {row['member']}"
    return [
        f"total_order = 1 - variance of the mean of {moved} with all but {row['factor']} known / its variance "
        f"({row['output_sd']:.4g} squared) = {row['total_order']:.4f}",
        f"first_order = variance of the mean of {moved} with {row['factor']} alone known / its variance = "
        f"{row['first_order']:.4f}",
        f"output_low to output_high = {moved} from one end of {row['factor']} to the other, all others at their middle "
        f"= {row['output_low']:.6g} to {row['output_high']:.6g}",
        f"over {row['evaluations']} rows of a scrambled Sobol design (pipeline/model/indices.py)",
    ]


def _mean(row: Row) -> str:
    return (
        f"over the draws: mean {row['value_usd_bn_mean']:.4f}, 5 percent below {row['value_usd_bn_p05']:.4f}, "
        f"5 percent above {row['value_usd_bn_p95']:.4f}"
    )


def _total(tables: Tables, row: Row, scenario: str) -> dict[str, Any]:
    return tables.rows("market_forecast", market=row["market"], scenario=scenario, year=row["year"])[0]


_FORMULAS: dict[str, Callable[[Row, Tables], list[str]]] = {
    "market_forecast": _market,
    "segment_forecast": _member,
    "region_forecast": _member,
    "forecast_wide": _wide,
    "segment_region_forecast": _cell,
    "leaders": _leader,
    "compute_forecast": _compute,
    "sensitivity": _moving,
}
