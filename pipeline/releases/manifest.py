"""manifest.json: what a release is made of and what every file in it must be.

Belongs here: its shape, reading it back, and comparing a folder with it. Does not belong here: what is in a table.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StoreError

if TYPE_CHECKING:
    from pipeline.releases.identity import Identity

NAME = "manifest.json"
FORMAT = 1
"""Raised when a reader of older manifests would misread a newer one."""


@dataclass(frozen=True)
class File:
    """One file of a release, the manifest itself aside."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None
    """Rows of a table; None for other files."""
    content_sha256: str | None = None
    """Hash of a table's content, whatever wrote the file (pipeline/releases/content.py)."""


@dataclass(frozen=True)
class Manifest:
    """A manifest as read: the identity as plain values, and the files by path."""

    release_id: str
    fingerprint: str
    identity: dict[str, Any]
    files: dict[str, File]

    @property
    def tables(self) -> dict[str, File]:
        """The tables, by name."""
        return {path.removesuffix(".parquet"): f for path, f in self.files.items() if f.rows is not None}


def to_bytes(identity: Identity, files: list[File]) -> bytes:
    """The manifest of a release, as written. The same release gives the same bytes."""
    listed = [asdict(file) for file in sorted(files, key=lambda f: f.path)]
    return json_bytes({"manifest_format": FORMAT, **identity.to_json(), "files": listed})


def json_bytes(value: object) -> bytes:
    """Readable JSON in UTF-8. A file name that is not UTF-8 stays distinguishable, as an escape."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def read(folder: Path) -> Manifest:
    """The manifest of a release or candidate folder. Raises StoreError when it is missing or not a manifest."""
    place = folder / NAME
    try:
        content = json.loads(place.read_bytes())
        if content.pop("manifest_format") != FORMAT:
            raise StoreError(f"{place}: written by another version of this program; read it with that one")
        files = {f["path"]: File(**f) for f in content.pop("files")}
        return Manifest(content["release_id"], content["fingerprint"], content, files)
    except OSError as error:
        raise StoreError(f"{place}: cannot be read: {error.strerror}; the release is not whole") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{place}: is not a manifest ({type(error).__name__}: {error})") from None


def file_sha256(path: Path) -> str:
    """Hex digest of a file's bytes, read once. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damage(folder: Path, manifest: Manifest) -> list[str]:
    """What in `folder` is not what the manifest says, one line each; empty when all is well. Reads each byte once."""
    lines = strangers(folder, manifest)
    for file in manifest.files.values():
        try:
            lines += file_damage(file, (folder / file.path).stat().st_size, file_sha256(folder / file.path))
        except OSError as error:
            lines += unreadable(file, error)
    return lines


def strangers(folder: Path, manifest: Manifest) -> list[str]:
    """What stands in `folder` and is no plain file of the manifest."""
    found = _files_below(folder)
    lines = [f"{path}: not in the manifest" for path in sorted(set(found) - {NAME} - manifest.files.keys())]
    return lines + [f"{path}: is not a plain file" for path in manifest.files if not _is_plain(folder, path, found)]


def file_damage(file: File, size: int, digest: str) -> list[str]:
    """How a file of that size and hash differs from what the manifest says of it."""
    if size != file.bytes:
        return [f"{file.path}: has {size} bytes, the manifest says {file.bytes}"]
    if digest != file.sha256:
        return [f"{file.path}: sha256 is {digest}, the manifest says {file.sha256}"]
    return []


def unreadable(file: File, error: OSError) -> list[str]:
    """A file that is missing or cannot be read; a link or folder in its place is reported by `strangers`."""
    if isinstance(error, FileNotFoundError):
        return [f"{file.path}: missing"]
    return [f"{file.path}: cannot be read: {error.strerror}"]


def _is_plain(folder: Path, path: str, found: list[str]) -> bool:
    place = folder / path
    return path not in found or (place.is_file() and not place.is_symlink())


def _files_below(folder: Path) -> list[str]:
    """Everything in the folder that is no plain folder, links included, by relative path."""
    found = []
    for base, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(base) / name).is_symlink()]
        found += [(Path(base) / name).relative_to(folder).as_posix() for name in names + links]
    return found
