"""Which columns a column is made from, read from the SQL.

Belongs here: walking a parsed query back to the columns of its inputs. Does not belong here: drawing it
(releases/dictionary.py) or storing it (the Dagster layer).
"""

from __future__ import annotations

from functools import cache

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from pipeline.errors import ContractError
from pipeline.queries import Query
from pipeline.tables import TABLES


@cache
def column_lineage(query: Query) -> dict[str, list[tuple[str, str]]]:
    """For each output column of a query, the (table, column) pairs of its inputs that its value is computed from.

    Columns that only decide which rows there are (joins, filters, grouping) are not values and are not listed; a
    column that is a constant or a count has none. Sorted. Source: the parsed query, by sqlglot's lineage. Raises
    ContractError naming the file when a query cannot be followed, so that no column silently loses its origin.
    """
    known = {name: {c.name: c.kind for c in TABLES[name].columns} for name in query.inputs if name in TABLES}
    try:
        # Untrimmed: the sources are the same, and a node needs no copy of its whole query.
        nodes = lineage(None, query.text, schema=known, dialect="duckdb", trim_selects=False)
    except SqlglotError as error:
        raise ContractError(f"{query.path.name}: its lineage cannot be read: {' '.join(str(error).split())}") from None
    found = {column: _origins(node, query) for column, node in nodes.items()}
    unknown = {f"{t}.{c}" for pairs in found.values() for t, c in pairs if t in known and c not in known[t]}
    if unknown:
        raise ContractError(f"{query.path.name}: reads {', '.join(sorted(unknown))}, which the registry does not have")
    return found


def _origins(root: Node, query: Query) -> list[tuple[str, str]]:
    found = set()
    for node in root.walk():
        if isinstance(node.expression, exp.Table) and node.expression.name in query.inputs:
            found.add((node.expression.name, node.name.rpartition(".")[2].strip('"')))
    return sorted(found)
