"""The scenarios of the assumptions file: sets of changes, each a forecast of its own beside the report's.

Belongs here: reading and checking the `scenarios` of data/raw/assumptions.yaml, and assumptions under a scenario. Does
not belong here: what a scenario does to a total or to shares (totals.py, constraints.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import AssumptionError
from pipeline.tables import TABLES
from pipeline.tables.words import AS_REPORTED, TOTALS

KEYS = ("about", "total", "shares", "price_path", "changes")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def scenario_table(path: Path, content: Mapping[str, Any], known: set[str]) -> pl.DataFrame:
    """Table `scenarios` from the file's mapping of name to entry: as_reported first, which nothing changes.

    `known` are the names of the file's assumptions. Raises AssumptionError, naming file and scenario, for an entry that
    is incomplete or refers to what there is not.
    """
    rows: list[dict[str, object]] = [
        {
            "scenario": AS_REPORTED,
            "about": "The report's own total and all of its claims.",
            "total": "reported",
            "shares": "reported",
            "price_path": None,
        }
    ]
    for name, entry in content.items():
        place = f"{path}: scenarios.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name == AS_REPORTED:
            raise AssumptionError(f"{place}: a name is lower-case letters, digits and _, and not {AS_REPORTED}")
        if not isinstance(entry, dict) or set(entry) != set(KEYS):
            raise AssumptionError(f"{place}: must have exactly the keys {', '.join(KEYS)}")
        rows.append({"scenario": name} | _entry(place, entry, known))
    return TABLES["scenarios"].frame(rows)


def under(table: pl.DataFrame, scenario: str, key: str) -> pl.DataFrame:
    """Rows of a table of changes (assumptions) as they hold in a scenario: its own where it has them, else the file's.

    `key` is the column that a change replaces a row by.
    """
    own = table.filter(pl.col("scenario") == scenario)
    base = table.filter(pl.col("scenario") == AS_REPORTED)
    return pl.concat([base.join(own, on=key, how="anti"), own]) if scenario != AS_REPORTED else base


def _entry(place: str, entry: dict[str, Any], known: set[str]) -> dict[str, object]:
    about, path = entry["about"], entry["price_path"]
    if not isinstance(about, str) or not about.strip():
        raise AssumptionError(f"{place}.about: must be text; got {about!r}")
    for key in ("total", "shares"):
        if entry[key] not in TOTALS:
            raise AssumptionError(f"{place}.{key}: must be one of {', '.join(TOTALS)}; got {entry[key]!r}")
    if path is not None and path not in known:
        raise AssumptionError(f"{place}.price_path: must name an assumption of this file; got {path!r}")
    if not isinstance(entry["changes"], dict) or not set(entry["changes"]) <= known:
        raise AssumptionError(f"{place}.changes: must map names of this file's assumptions to what changes of them")
    return {"about": " ".join(about.split()), "total": entry["total"], "shares": entry["shares"], "price_path": path}
