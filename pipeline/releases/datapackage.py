"""datapackage.json: the release as a Data Package, so that other tools know its types, units and sources.

Belongs here: translating the registry and the inputs into that format, and reading it back. Does not belong here:
anything about a table that the registry does not say. Format: Data Package 2.0,
https://datapackage.org/standard/data-package/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError
from pipeline.releases.identity import Identity, Input
from pipeline.releases.manifest import File
from pipeline.schema import Column, Kind, Table
from pipeline.tables import TABLES

NAME = "datapackage.json"
_TYPES: dict[Kind, str] = {
    "string": "string",
    "int64": "integer",
    "float64": "number",
    "date": "date",
    "bool": "boolean",
}
_LICENCE_ID = re.compile(r"[A-Za-z0-9.+-]+")


def descriptor(identity: Identity, tables: Mapping[str, File]) -> dict[str, object]:
    """The data package of a release holding `tables` (name to file), as plain values in a stable order."""
    described = [i for i in identity.inputs if i.title]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"market-{identity.release_id}",
        "title": "Market sizes, shares and compute prices, with ranges and sources",
        "id": identity.fingerprint,
        "version": identity.release_id,
        "sources": _distinct([_source(i) for i in described]),
        "licenses": _distinct([_licence(i.licence or "") for i in described]),
        "resources": [_resource(TABLES[name], file) for name, file in tables.items()],
    }


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """What a release says of each of its tables, by name: its own words, as the registry may have moved on since.
    Raises StoreError when they are missing or damaged."""
    try:
        return resources((folder / NAME).read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder / NAME}: cannot be read: {error}; see `pipeline verify`") from None


def resources(data: bytes) -> dict[str, dict[str, Any]]:
    """The tables that the bytes of a datapackage.json describe, by name. Raises ValueError where it is none of ours."""
    try:
        found = {str(resource["name"]): resource for resource in json.loads(data)["resources"]}
        for resource in found.values():
            fields, key = resource["schema"]["fields"], resource["schema"]["primaryKey"]
            if not {*key} <= {f["name"] for f in fields if f["type"] in _TYPES.values()}:
                raise ValueError(f"the key of {resource['name']} is not among its columns")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no data package of a release ({type(error).__name__}: {error})") from None
    return found


def _resource(table: Table, file: File) -> dict[str, object]:
    # No "bytes": the frictionless library cannot count those of a parquet file and then calls the file damaged.
    return {
        "name": table.name,
        "type": "table",
        "path": file.path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": table.description.rstrip("."),
        "description": f"One row per {table.grain}. {table.description}",
        "hash": f"sha256:{file.sha256}",
        "schema": {"fields": [_field(c) for c in table.columns], "primaryKey": list(table.key)},
    }


def _field(column: Column) -> dict[str, object]:
    bounds: dict[str, object] = {"required": True} if not column.nullable else {}
    if column.allowed:
        bounds["enum"] = list(column.allowed)
    for word, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            bounds[word] = int(bound) if column.kind == "int64" else bound
    field: dict[str, object] = {"name": column.name, "type": _TYPES[column.kind], "description": column.description}
    if column.unit:
        field["unit"] = column.unit
    if column.nullable and column.kind in {"int64", "float64"}:
        # Readers that go through pandas, frictionless among them, meet a null number as NaN.
        field["missingValues"] = ["", "nan"]
    if column.kind == "string" and not column.nullable:
        field["missingValues"] = []  # an empty text is a value, such as the flags of a report without any
    return field | ({"constraints": bounds} if bounds else {})


def _source(entry: Input) -> dict[str, str]:
    source = {"title": f"{entry.title} ({entry.producer})"}
    address = (entry.source or "").strip()
    if re.fullmatch(r"https?://\S+", address):
        source["path"] = address
    return source


def _licence(said: str) -> dict[str, str]:
    """A licence by its identifier, or terms in words under the name `other`, as the format wants one or the other."""
    return {"name": said} if _LICENCE_ID.fullmatch(said) else {"name": "other", "title": said}


def _distinct(entries: list[dict[str, str]]) -> list[dict[str, str]]:
    return list({tuple(e.items()): e for e in entries}.values())
