"""Raw files and their sidecars: what a file is, where it came from, and proof that it is unchanged.

Belongs here: sidecars, hash verification, listing data/raw. Does not belong here: what is inside a file (the readers of
reports/, prices/ and evidence/).

A sidecar stands beside its file as `<file name>.meta.yaml`. Raw files are immutable: a changed file is a mistake until
its sidecar is sealed again on purpose (`pipeline seal FILE`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import RawDataError

SUFFIX = ".meta.yaml"
_REQUIRED = ("title", "producer", "source", "accessed", "licence", "sha256")


@dataclass(frozen=True)
class Sidecar:
    """What is known about one raw file. Dates are days; `published` is None where the source gives none."""

    title: str
    producer: str
    source: str
    published: dt.date | None
    accessed: dt.date
    licence: str
    sha256: str
    notes: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    """Where a foreign table has what (an analyst's price sheet); empty for everything else."""

    @property
    def as_of(self) -> dt.date:
        """The day the content speaks for: when it was published, else when it was read."""
        return self.published or self.accessed


def sidecar_path(path: Path) -> Path:
    """Where the sidecar of a raw file stands."""
    return path.with_name(path.name + SUFFIX)


def sha256(data: bytes) -> str:
    """Hex digest of some bytes."""
    return hashlib.sha256(data).hexdigest()


def load_sidecar(path: Path) -> Sidecar:
    """The sidecar of the raw file `path`. Raises RawDataError naming the file and the field that is wrong."""
    place = sidecar_path(path)
    try:
        content: Any = yaml.safe_load(place.read_bytes())
    except FileNotFoundError:
        raise RawDataError(
            f"{place}: missing; a raw file needs its sidecar: copy a like file's, fill it in, `pipeline seal` the file"
        ) from None
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise RawDataError(f"{place}: cannot be read as YAML: {_one_line(error)}") from None
    if not isinstance(content, dict):
        raise RawDataError(f"{place}: must be a mapping with the keys {', '.join(_REQUIRED)}")
    missing = [key for key in _REQUIRED if not content.get(key)]
    if missing:
        raise RawDataError(f"{place}: lacks {', '.join(missing)}")
    return Sidecar(
        **{key: str(content[key]).strip() for key in ("title", "producer", "source", "licence", "sha256")},
        published=_day(content.get("published"), place, "published"),
        accessed=_day(content["accessed"], place, "accessed") or dt.date.min,
        notes=str(content.get("notes") or "").strip(),
        mapping=content["mapping"] if isinstance(content.get("mapping"), dict) else {},
    )


def read_verified(path: Path) -> tuple[bytes, Sidecar]:
    """The bytes of a raw file and its sidecar, after proving that the hash in the sidecar is the file's.

    Raises RawDataError when either is missing or unreadable, or on a mismatch, naming both hashes.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RawDataError(
            f"{path}: cannot be read: {error.strerror}; put the file there or fix its permissions"
        ) from None
    sidecar = load_sidecar(path)
    found = sha256(data)
    if found != sidecar.sha256:
        raise RawDataError(
            f"{path}: sha256 is {found} but its sidecar says {sidecar.sha256}; "
            "restore the file, or if the change is meant, seal it again with `pipeline seal`"
        )
    return data, sidecar


def raw_files(raw: Path) -> list[Path]:
    """Every raw file below `raw` (sidecars left out), sorted by relative path. Raises RawDataError if there is none."""
    files = [path for path in every_file(raw) if not path.name.endswith(SUFFIX)]
    if not files:
        raise RawDataError(f"{raw}: holds no raw files")
    return files


def every_file(raw: Path) -> list[Path]:
    """Every file below `raw`, sidecars included, hidden ones left out, sorted. Raises RawDataError without a folder."""
    if not raw.is_dir():
        raise RawDataError(f"{raw}: no such folder; set --raw or PIPELINE_RAW to the folder with the raw data")
    return sorted(p for p in raw.rglob("*") if p.is_file() and not _hidden(p, raw))


def _hidden(path: Path, raw: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(raw).parts)


def _day(value: object, place: Path, key: str) -> dt.date | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise RawDataError(f"{place}: {key} must be a day like 2026-11-22; got {value!r}") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def reseal(path: Path) -> str:
    """Put the present hash of a raw file into its sidecar, and return it. Raises RawDataError like load_sidecar."""
    sidecar = load_sidecar(path)
    found = sha256(path.read_bytes())
    place = sidecar_path(path)
    place.write_text(place.read_text(encoding="utf-8").replace(sidecar.sha256, found), encoding="utf-8")
    return found
