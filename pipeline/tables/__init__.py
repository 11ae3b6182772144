"""The one registry of tables: every table's grain, key, columns, types, descriptions, and whether it is published.

Belongs here: what a table is, one module a stage. Does not belong here: how it is made (a reader, or the SQL file of
the same name) or how it is checked (pipeline/contracts.py). Pandera models, casts, Dagster metadata, the data
dictionary and datapackage.json all come from these entries; nothing about a table is written a second time.
"""

from __future__ import annotations

from pipeline.schema import Table
from pipeline.tables import compute, evidence, forecast, price_levels, prices, release, reports

TABLES: dict[str, Table] = {
    table.name: table
    for module in (reports, evidence, prices, price_levels, compute, forecast, release)
    for table in module.TABLES
}
"""Every table by name, in the order they are made."""

PUBLISHED: tuple[str, ...] = tuple(name for name, table in TABLES.items() if table.published)
"""Names of the tables a release holds."""
