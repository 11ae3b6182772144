"""Downloads today's price catalogues into data/raw, after checking that they can be true.

Belongs here: where published catalogues are, getting them, and the gate before a file is kept. Does not belong here:
what a catalogue means (readers/), or when this runs (pipeline/dag/).

A day's file is written once, with its sidecar, and never touched again. What fails leaves the last good day in place:
the pipeline goes on with what it has, and the result says what did not come and why.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import httpx
import tenacity
import yaml

from pipeline.errors import PipelineError, RawDataError
from pipeline.prices.gate import refuse_implausible
from pipeline.raw import sha256, sidecar_path
from pipeline.settings import FetchLimits, PriceLimits
from pipeline.store import write_bytes

Status = Literal["fetched", "stands already", "refused", "unreachable"]


@dataclass(frozen=True)
class Source:
    """Where one publisher's catalogues are: a base URL, the files below it, and how a download becomes a CSV."""

    name: str
    base: str
    files: dict[str, str]
    """File name in data/raw -> path below `base`."""
    producer: str
    licence: str
    unpack: Callable[[bytes, str], bytes] = lambda data, name: data


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


class _UnreachableError(Exception):
    """The file did not come; the message says why."""

    def __init__(self, message: str, *, host_silent: bool = False) -> None:
        super().__init__(message)
        self.host_silent = host_silent


class _AgainError(Exception):
    """The server asks to be tried again."""


def _unzip(data: bytes, name: str) -> bytes:
    """The one CSV in a zip. Raises RawDataError for anything else, and for one that is too large unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = archive.getinfo(name)
            if member.file_size > FetchLimits().max_bytes:
                raise RawDataError(f"{name} is {member.file_size} bytes unpacked; at most {FetchLimits().max_bytes}")
            return archive.read(member)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise RawDataError(f"is no zip that holds {name}: {' '.join(str(error).split())}") from None


_SKYPILOT = "https://raw.githubusercontent.com/skypilot-org/skypilot-catalog/master/catalogs/v8"
_GPUHUNT = "https://dstack-gpu-pricing.s3.eu-west-1.amazonaws.com/v3"


def known_sources() -> tuple[Source, ...]:
    """The publishers we fetch from. PIPELINE_SKYPILOT_URL and PIPELINE_GPUHUNT_URL name a mirror instead."""
    clouds = ("aws", "azure", "gcp", "lambda", "nebius")
    hunted = ("aws", "azure", "gcp", "lambdalabs", "nebius", "oci")
    return (
        Source(
            "skypilot",
            os.environ.get("PIPELINE_SKYPILOT_URL", _SKYPILOT),
            {f"{c}.csv": f"{c}/vms.csv" for c in clouds},
            "the SkyPilot catalogue project",
            "Apache-2.0",
        ),
        Source(
            "gpuhunt",
            os.environ.get("PIPELINE_GPUHUNT_URL", _GPUHUNT),
            {f"{p}.csv": f"{p}/latest/catalog.zip" for p in hunted},
            "the gpuhunt project",
            "MPL-2.0",
            _unzip,
        ),
    )


def fetch(
    raw: Path,
    as_of: dt.date,
    source: str | None = None,
    *,
    limits: PriceLimits | None = None,
    net: FetchLimits | None = None,
    sources: Sequence[Source] | None = None,
) -> list[Fetched]:
    """Download every file of one source, or of all, to raw/prices/<source>/<as_of>/ with its sidecar.

    Proxies are taken from the environment. Nothing that goes wrong with a file is raised: see its result. Raises
    PipelineError for an unknown source or a day to come, StoreError when the folder cannot be written.
    """
    known = {s.name: s for s in (sources if sources is not None else known_sources())}
    if source is not None and source not in known:
        raise PipelineError(f"unknown price source {source!r}; there are {', '.join(known)}")
    if as_of > dt.datetime.now(dt.UTC).date():
        raise PipelineError(f"--as-of {as_of} lies ahead; prices are dated by the day they are fetched")
    chosen = [known[source]] if source else list(known.values())
    net = net or FetchLimits()
    with httpx.Client(timeout=net.timeout_seconds, follow_redirects=True) as client:
        return [found for s in chosen for found in _files(client, raw, as_of, s, limits or PriceLimits(), net)]


def _files(
    client: httpx.Client, raw: Path, as_of: dt.date, source: Source, limits: PriceLimits, net: FetchLimits
) -> Iterator[Fetched]:
    """A source's files, one after the other. Once its host did not answer at all, the others are tried only once."""
    for file in sorted(source.files):
        found = _one(client, raw, as_of, source, file=file, limits=limits, net=net)
        yield found
        if found.status == "unreachable" and found.host_silent:
            net = replace(net, attempts=1)


def _one(
    client: httpx.Client,
    raw: Path,
    as_of: dt.date,
    source: Source,
    *,
    file: str,
    limits: PriceLimits,
    net: FetchLimits,
) -> Fetched:
    """One file: download, gate, keep."""
    name = f"prices/{source.name}/{as_of}/{file}"
    path = raw / name
    url = f"{source.base.rstrip('/')}/{source.files[file]}"
    if path.exists():
        return Fetched(
            source.name, file, "stands already", path, reason="this day's file is there and is never replaced"
        )
    try:
        data = source.unpack(_download(client, url, net), file)
        sidecar = _sidecar(source, file, url, as_of, data)
        rows = refuse_implausible(raw, name, data, as_of, limits)
    except _UnreachableError as error:
        return Fetched(source.name, file, "unreachable", path, reason=f"{url}: {error}", host_silent=error.host_silent)
    except RawDataError as error:
        return Fetched(source.name, file, "refused", path, reason=str(error))
    # The sidecar first: a file without one stops the pipeline, one without its file is not looked at.
    write_bytes(sidecar_path(path), sidecar)
    write_bytes(path, data)
    return Fetched(source.name, file, "fetched", path, rows)


def _sidecar(source: Source, file: str, url: str, as_of: dt.date, data: bytes) -> bytes:
    content = {
        "title": f"{source.name} catalogue {file.removesuffix('.csv')} of {as_of}",
        "producer": source.producer,
        "source": url,
        "published": as_of,
        "accessed": dt.datetime.now(dt.UTC).date(),
        "licence": source.licence,
        "sha256": sha256(data),
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode()


def _download(client: httpx.Client, url: str, net: FetchLimits) -> bytes:
    """The bytes at a URL, tried again with growing pauses.

    Raises _UnreachableError after the last try, RawDataError when there are too many.
    """
    retry = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((httpx.TransportError, _AgainError)),
        stop=tenacity.stop_after_attempt(net.attempts),
        wait=tenacity.wait_exponential_jitter(multiplier=net.first_pause_seconds, max=30),
        reraise=True,
    )
    try:
        return retry(_stream, client, url, net)
    except (httpx.HTTPError, httpx.InvalidURL, _AgainError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        tries = retry.statistics.get("attempt_number", 1)
        silent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        raise _UnreachableError(f"{said} (tried {tries} times)", host_silent=silent) from None


def _stream(client: httpx.Client, url: str, net: FetchLimits) -> bytes:
    until = time.monotonic() + net.total_seconds
    chunks, size = [], 0
    with client.stream("GET", url) as response:
        if response.status_code in (408, 425, 429) or response.status_code >= 500:
            raise _AgainError(f"the server answers {response.status_code}")
        response.raise_for_status()
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > net.max_bytes:
                raise RawDataError(f"{url}: is over {net.max_bytes} bytes")
            if time.monotonic() > until:
                raise _AgainError(f"not finished after {net.total_seconds:g} s")
            chunks.append(chunk)
    return b"".join(chunks)


def report(results: Sequence[Fetched]) -> str:
    """What came, what did not, and why: one line a file."""
    lines = []
    for r in results:
        what = f"{r.rows:,} rows" if r.rows is not None else r.reason
        lines.append(f"{r.source} {r.file}: {r.status}" + (f", {what}" if what else ""))
    return "\n".join(lines)
