"""What makes one release differ from another: inputs, assumptions, settings, code, and every table's rows.

Belongs here: comparing two releases, or the candidate of a run with the release before it. Does not belong here:
matching rows (rows.py), drawing the result (changes.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import StoreError
from pipeline.releases import catalog, datapackage
from pipeline.releases.catalog import Release
from pipeline.releases.identity import Identity
from pipeline.releases.rows import RowChanges, compare_rows
from pipeline.settings import Settings
from pipeline.store import read_parquet
from pipeline.tables import TABLES


@dataclass(frozen=True)
class Side:
    """One of the two things compared."""

    release_id: str
    identity: Mapping[str, Any]
    """Inputs, settings, code and versions, as a manifest holds them."""
    tables: Mapping[str, Path]
    keys: Mapping[str, tuple[str, ...]]
    contents: Mapping[str, str | None]
    """Content hash of each table; None where it is not known."""


@dataclass(frozen=True)
class Named:
    """Names that came, went, or stand for something else now."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Moved:
    """One named thing whose value changed; None where it was or is absent."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Causes:
    """What differs in what two releases are made of."""

    inputs: Named
    code: Named
    settings: tuple[Moved, ...]
    versions: tuple[Moved, ...]


@dataclass(frozen=True)
class Changes:
    """Everything in which `after` differs from `before`."""

    before: str
    after: str
    causes: Causes
    assumptions: tuple[Moved, ...]
    claims_appeared: tuple[dict[str, object], ...]
    claims_vanished: tuple[dict[str, object], ...]
    verdicts: tuple[Moved, ...]
    tables: tuple[RowChanges, ...]
    """Tables that differ, in the order of the newer release."""

    def to_json(self) -> dict[str, object]:
        """Plain values, in a stable order."""
        return asdict(self)


def side(release: Release) -> Side:
    """A published release. Its own descriptions say what its keys are: the registry may have moved on since."""
    said = release.manifest()
    keys = {name: tuple(table["schema"]["primaryKey"]) for name, table in datapackage.read(release.path).items()}
    contents = {name: file.content_sha256 for name, file in said.tables.items()}
    return Side(release.id, said.identity, release.tables, keys, contents)


def candidate_side(identity: Identity, tables: Mapping[str, Path]) -> Side:
    """The tables of a run that is not published yet."""
    keys = {name: TABLES[name].key for name in tables}
    return Side(identity.release_id, identity.to_json(), tables, keys, dict.fromkeys(tables))


def compare(before: Side, after: Side) -> Changes:
    """All differences. Raises StoreError when a file of either is missing or not readable."""
    appeared, vanished = _claims(before, after)
    return Changes(
        before.release_id,
        after.release_id,
        causes(before.identity, after.identity),
        _moved(_assumptions(before), _assumptions(after)),
        appeared,
        vanished,
        _moved(_verdicts(before), _verdicts(after)),
        tuple(change for name in _names(before, after) if (change := _table(name, before, after)).any),
    )


def causes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Causes:
    """What differs between two identities, as manifests hold them."""
    return Causes(
        _named(_hashes(before["inputs"]), _hashes(after["inputs"])),
        _named(before["code"], after["code"]),
        _moved(before["settings"], after["settings"]),
        _moved(before["versions"], after["versions"]),
    )


def two_releases(settings: Settings, first: str | None = None, second: str | None = None) -> tuple[Release, Release]:
    """The releases to compare, older first. With one id: that one against the latest; with none: the latest against
    the one made before it. Raises StoreError when there are not two."""
    if first is not None:
        return catalog.find(settings, first), catalog.find(settings, second)
    latest = catalog.find(settings)
    earlier = previous(settings, latest)
    if earlier is None:
        raise StoreError(f"{settings.processed}: before {latest.id} there is no release to compare it with")
    return earlier, latest


def previous(settings: Settings, release: Release) -> Release | None:
    """The release made last before that one, or None."""
    made = catalog.list_releases(settings)
    place = [r.id for r in made].index(release.id)
    return made[place - 1] if place else None


def _names(before: Side, after: Side) -> list[str]:
    return [*after.tables, *(name for name in before.tables if name not in after.tables)]


def _table(name: str, before: Side, after: Side) -> RowChanges:
    if name not in before.tables or name not in after.tables:
        frame = _read(before if name in before.tables else after, name)
        there = name in before.tables
        return RowChanges(name, frame.height if there else None, None if there else frame.height)
    was, now = before.contents.get(name), after.contents.get(name)
    if was is not None and was == now:
        return RowChanges(name, 0, 0)
    columns = TABLES[name].columns if name in TABLES else ()
    points = {c.name: c.points for c in columns if c.points}
    return compare_rows(name, _read(before, name), _read(after, name), after.keys[name], points)


def _read(where: Side, name: str) -> pl.DataFrame:
    try:
        return read_parquet(where.tables[name])
    except (OSError, pl.exceptions.PolarsError) as error:
        said = " ".join(str(error).split())
        raise StoreError(f"{where.tables[name]}: cannot be read: {said}; see `pipeline verify`") from None


def _hashes(inputs: list[Mapping[str, Any]]) -> dict[str, object]:
    return {entry["path"]: entry["sha256"] or entry["problem"] for entry in inputs}


def _named(before: Mapping[str, object], after: Mapping[str, object]) -> Named:
    return Named(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(k for k in before.keys() & after.keys() if before[k] != after[k])),
    )


def _moved(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Moved, ...]:
    names = sorted(before.keys() | after.keys())
    return tuple(Moved(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def _assumptions(where: Side) -> dict[str, object]:
    """What each assumption says: its value, and its range."""
    if "assumptions" not in where.tables:
        return {}
    rows, key = _read(where, "assumptions").to_dicts(), where.keys["assumptions"]
    names = [" / ".join(str(r[k]) for k in key) for r in rows]
    said = [f"{r['value']:g} ({r['low']:g} to {r['high']:g}, {r['distribution']}; {r['unit']})" for r in rows]
    return dict(zip(names, said, strict=True))


def _claims(before: Side, after: Side) -> tuple[tuple[dict[str, object], ...], tuple[dict[str, object], ...]]:
    """Claims that came and went, with their words. A claim whose value changed is among the changed rows of claims."""
    key, shown = ["report_id", "claim_id"], ["report_id", "claim_id", "metric", "quote"]
    if "claims" not in before.tables or "claims" not in after.tables:
        return (), ()
    was, now = (_read(s, "claims").select(shown) for s in (before, after))
    came, went = now.join(was, on=key, how="anti").sort(key), was.join(now, on=key, how="anti").sort(key)
    return tuple(came.to_dicts()), tuple(went.to_dicts())


def _verdicts(where: Side) -> dict[str, object]:
    """Verdict of every test of a claim, by the table's own key."""
    if "claim_checks" not in where.tables:
        return {}
    key = where.keys["claim_checks"]
    rows = _read(where, "claim_checks").select(*key, pl.col("verdict").alias("verdict?")).rows()
    return {" / ".join(str(part) for part in row[:-1]): row[-1] for row in rows}
