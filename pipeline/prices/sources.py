"""Who publishes price catalogues, and how each is got.

Belongs here: where catalogues are, and what day they speak for. Does not belong here: patience with the network
(download.py), or what is kept (fetch.py).

Where a source keeps its past, a day gone by is fetched as it was: SkyPilot's catalogues are files of a repository, so
their last commit of that day stands. The others publish the present only, and a day gone by is refused: today's prices
under an earlier date would be a made-up history.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RawDataError
from pipeline.prices.download import Net
from pipeline.prices.live import LIVE, offers


@dataclass(frozen=True)
class Got:
    """A catalogue that came: its bytes, where from, and the day it speaks for (None: the day it was asked for)."""

    data: bytes
    source: str
    published: dt.date | None = None
    notes: str = ""


Get = Callable[[Net, str, dt.date], Got]
"""(network, file name, day) -> the catalogue. Raises UnreachableError when it did not come, RawDataError when what came
cannot be it, or the day is not to be had."""


@dataclass(frozen=True)
class Source:
    """One publisher: its files in data/raw/prices/<folder>/<day>/, and how one is got."""

    name: str
    files: tuple[str, ...]
    get: Get
    producer: str
    licence: str
    folder: str = ""
    """Where its files go; the source's own name where nothing else is said."""

    @property
    def home(self) -> str:
        """Its folder below data/raw/prices."""
        return self.folder or self.name


_SKYPILOT = "https://raw.githubusercontent.com/skypilot-org/skypilot-catalog"
_SKYPILOT_COMMITS = "https://api.github.com/repos/skypilot-org/skypilot-catalog/commits"
_GPUHUNT = "https://dstack-gpu-pricing.s3.eu-west-1.amazonaws.com/v3"


def known_sources() -> tuple[Source, ...]:
    """The publishers we fetch from, each one a line of its own in the report.

    Mirrors: PIPELINE_SKYPILOT_URL and PIPELINE_SKYPILOT_COMMITS_URL; for gpuhunt the library's own GPUHUNT_CATALOG_URL,
    or GPUHUNT_CATALOG_DIR, a local folder of <provider>.csv.
    """
    clouds = ("aws", "azure", "gcp", "lambda", "nebius")
    hunted = ("aws", "azure", "gcp", "lambdalabs", "nebius", "oci", "runpod", "verda")
    local = os.environ.get("GPUHUNT_CATALOG_DIR")
    published = _in_folder(Path(local)) if local else _gpuhunt(os.environ.get("GPUHUNT_CATALOG_URL", _GPUHUNT))
    return (
        Source("skypilot", _csv(clouds), _skypilot, "the SkyPilot catalogue project", "Apache-2.0"),
        Source("gpuhunt", _csv(hunted), published, "the gpuhunt project", "MPL-2.0"),
        *(
            Source(
                name, _csv([name]), _live, f"{name}, asked through gpuhunt", "facts; terms of the provider", "gpuhunt"
            )
            for name in LIVE
        ),
    )


def _csv(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}.csv" for name in names)


def _skypilot(net: Net, file: str, day: dt.date) -> Got:
    base = os.environ.get("PIPELINE_SKYPILOT_URL", _SKYPILOT).rstrip("/")
    path = f"catalogs/v8/{file.removesuffix('.csv')}/vms.csv"
    ref = "master" if day == today() else _commit(net, path, day)
    url = f"{base}/{ref}/{path}"
    return Got(net.download(url), url)


def _commit(net: Net, path: str, day: dt.date) -> str:
    """The last commit of a file up to the end of a day (UTC)."""
    commits = os.environ.get("PIPELINE_SKYPILOT_COMMITS_URL", _SKYPILOT_COMMITS)
    url = f"{commits}?path={path}&until={day}T23:59:59Z&per_page=1"
    try:
        found = json.loads(net.download(url))
        sha = str(found[0]["sha"])
    except (ValueError, LookupError, TypeError):
        raise RawDataError(f"{url}: names no commit of that file up to {day}") from None
    if not re.fullmatch(r"[0-9a-f]{40}", sha):
        raise RawDataError(f"{url}: names {sha[:60]!r}, which is no commit")
    return sha


def _gpuhunt(base: str) -> Get:
    def get(net: Net, file: str, day: dt.date) -> Got:
        """By version: what `version` names stays what it is, and says its day."""
        place = f"{base.rstrip('/')}/{file.removesuffix('.csv')}"
        version = net.download(f"{place}/version")[:80].decode("utf-8", "replace").strip()
        if not (stamp := re.fullmatch(r"(\d{8})-\d{1,6}", version)):
            raise RawDataError(f"{place}/version: says {version!r}; a version is a day and a number, as 20260818-42")
        try:
            made = dt.datetime.strptime(stamp[1], "%Y%m%d").replace(tzinfo=dt.UTC).date()
        except ValueError:
            raise RawDataError(f"{place}/version: says {version!r}, which has no such day") from None
        if day < today() and made > day:
            raise RawDataError(f"{place}: the newest version is {version}, and no list names those of {day}")
        url = f"{place}/{version}/catalog.zip"
        return Got(_unzip(net.download(url), file, net.limits.max_bytes), url, made)

    return get


def _in_folder(folder: Path) -> Get:
    def get(_: Net, file: str, day: dt.date) -> Got:
        _only_today(day)
        try:
            return Got((folder / file).read_bytes(), f"{file} of a local gpuhunt catalogue folder")
        except OSError as error:
            raise RawDataError(f"{folder / file}: cannot be read: {error.strerror}") from None

    return get


def _live(net: Net, file: str, day: dt.date) -> Got:
    _only_today(day)
    data, url, notes = offers(file.removesuffix(".csv"), net.limits)
    return Got(data, url, notes=notes)


def _only_today(day: dt.date) -> None:
    if day != today():
        raise RawDataError(f"offers the prices of now; those of {day} are not to be had any more")


def _unzip(data: bytes, name: str, max_bytes: int) -> bytes:
    """The one CSV in a zip. Raises RawDataError for anything else, and for one that is too large unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = archive.getinfo(name)
            if member.file_size > max_bytes:
                raise RawDataError(f"{name} is {member.file_size} bytes unpacked; at most {max_bytes}")
            return archive.read(member)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise RawDataError(f"is no zip that holds {name}: {' '.join(str(error).split())}") from None


def today() -> dt.date:
    """The day it is, in UTC."""
    return dt.datetime.now(dt.UTC).date()
