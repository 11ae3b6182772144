"""Values and names written into SQL text where a parameter cannot stand (paths in views, identifiers).

Belongs here: quoting. Does not belong here: any query (sql/), any import heavier than the standard library, since the
ad-hoc query command starts from here.
"""

from __future__ import annotations


def literal(value: str) -> str:
    """A SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
