"""Downloads today's price catalogues into data/raw, after checking that they can be true.

Belongs here: what is kept, with its sidecar, and the report of what came. Does not belong here: where catalogues are
(sources.py), patience (download.py), what a catalogue means (readers/), or when this runs (pipeline/dag/).

A day's file is written once, with its sidecar, and never touched again. What fails leaves the last good day in place:
the pipeline goes on with what it has, and the result says what did not come and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import httpx
import yaml

from pipeline.errors import PipelineError, RawDataError
from pipeline.prices.download import Net, UnreachableError
from pipeline.prices.gate import refuse_implausible
from pipeline.prices.sources import Got, Source, known_sources, today
from pipeline.raw import sha256, sidecar_path
from pipeline.settings import FetchLimits, PriceLimits
from pipeline.store import write_bytes

Status = Literal["fetched", "stands already", "refused", "unreachable"]
MISSING: tuple[Status, ...] = ("refused", "unreachable")
"""What did not come; the last good day stands."""


@dataclass(frozen=True)
class Fetched:
    """What became of one file. `rows` is None where nothing was kept; `reason` is one line, empty when fetched."""

    source: str
    file: str
    status: Status
    path: Path
    rows: int | None = None
    reason: str = ""
    host_silent: bool = False
    """No connection was made at all, so the source's other files need no patience."""


def fetch(
    raw: Path,
    as_of: dt.date,
    source: str | None = None,
    *,
    limits: PriceLimits | None = None,
    net: FetchLimits | None = None,
    sources: Sequence[Source] | None = None,
) -> list[Fetched]:
    """Download every file of one source, or of all, to raw/prices/<folder>/<as_of>/ with its sidecar.

    Proxies are taken from the environment. Nothing that goes wrong with a file is raised: see its result. Raises
    PipelineError for an unknown source or a day to come, StoreError when the folder cannot be written.
    """
    known = {s.name: s for s in (sources if sources is not None else known_sources())}
    if source is not None and source not in known:
        raise PipelineError(f"unknown price source {source!r}; there are {', '.join(known)}")
    if as_of > today():
        raise PipelineError(f"--as-of {as_of} lies ahead; prices are dated by the day they are fetched")
    chosen = [known[source]] if source else list(known.values())
    patience = net or FetchLimits()
    with httpx.Client(timeout=patience.timeout_seconds, follow_redirects=True) as client:
        return list(_files(Net(client, patience), raw, as_of, chosen, limits=limits or PriceLimits()))


def _files(net: Net, raw: Path, as_of: dt.date, sources: Sequence[Source], *, limits: PriceLimits) -> Iterator[Fetched]:
    """Every file, one after the other. Once a host did not answer at all the network may be dead: what follows, of that
    source and of others, is tried only once, until somebody answers."""
    patient, once = net, replace(net, limits=replace(net.limits, attempts=1))
    for source in sources:
        for file in sorted(source.files):
            found = _one(net, raw, as_of, source, file=file, limits=limits)
            yield found
            if found.status != "stands already":
                net = once if found.host_silent else patient


def _one(net: Net, raw: Path, as_of: dt.date, source: Source, *, file: str, limits: PriceLimits) -> Fetched:
    """One file: download, gate, keep."""
    name = f"prices/{source.home}/{as_of}/{file}"
    path = raw / name
    if path.exists():
        return Fetched(
            source.name, file, "stands already", path, reason="this day's file is there and is never replaced"
        )
    try:
        got = source.get(net, file, as_of)
        rows = refuse_implausible(raw, name, got.data, got.published or as_of, limits)
    except UnreachableError as error:
        return Fetched(source.name, file, "unreachable", path, reason=str(error), host_silent=error.host_silent)
    except RawDataError as error:
        return Fetched(source.name, file, "refused", path, reason=str(error))
    # The sidecar first: a file without one stops the pipeline, one without its file is not looked at.
    write_bytes(sidecar_path(path), _sidecar(source, file, got, as_of))
    write_bytes(path, got.data)
    return Fetched(source.name, file, "fetched", path, rows)


def _sidecar(source: Source, file: str, got: Got, as_of: dt.date) -> bytes:
    published = got.published or as_of
    content = {
        "title": f"{source.name} catalogue {file.removesuffix('.csv')} of {published}",
        "producer": source.producer,
        "source": got.source,
        "published": published,
        "accessed": today(),
        "licence": source.licence,
        "sha256": sha256(got.data),
    } | ({"notes": got.notes} if got.notes else {})
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()


def report(results: Sequence[Fetched]) -> str:
    """What came, what did not, and why: one line a file."""
    lines = []
    for r in results:
        what = f"{r.rows:,} rows" if r.rows is not None else r.reason
        lines.append(f"{r.source} {r.file}: {r.status}" + (f", {what}" if what else ""))
    return "\n".join(lines)
