"""manifest.json: what a release is made of and what every file in it must be.

Belongs here: its shape, reading it back, and comparing a folder with it. Does not belong here: what is in a table.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
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
    """The manifest of a release or candidate folder. Raises StoreError when it is missing or not a manifest: what it
    says is used as paths and numbers, so its shape is proven here."""
    place = folder / NAME
    try:
        content = json.loads(place.read_bytes())
        if content.pop("manifest_format") != FORMAT:
            raise StoreError(f"{place}: written by another version of this program; read it with that one")
        files = [File(**f) for f in content.pop("files")]
        if wrong := _misshapen(content, files):
            raise ValueError(wrong)
        return Manifest(content["release_id"], content["fingerprint"], content, {f.path: f for f in files})
    except OSError as error:
        raise StoreError(f"{place}: cannot be read: {error.strerror}; the release is not whole") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise StoreError(
            f"{place}: is not a manifest ({type(error).__name__}: {said}); restore it or remove the release"
        ) from None


def _misshapen(content: dict[str, Any], files: list[File]) -> str | None:
    """What is not as `to_bytes` writes it."""
    if not all(isinstance(content[word], str) for word in ("release_id", "fingerprint", "as_of")):
        return "an id that is no text"
    if not all(isinstance(content[word], dict) for word in ("settings", "code", "versions")):
        return "settings, code or versions that are no names with values"
    for entry in content["inputs"]:
        if not is_inside(entry["path"]) or not isinstance(entry["sha256"] or entry["problem"], str):
            return f"no input: {entry}"
    for file in files:
        counts = (file.bytes, file.rows or 0)
        if not is_inside(file.path) or not isinstance(file.sha256, str) or {type(n) for n in counts} != {int}:
            return f"no file of a release: {file}"
    return "a file that is listed twice" if len({f.path for f in files}) < len(files) else None


def is_inside(path: object) -> bool:
    """Whether it is a plain relative path, which leads to nowhere outside the folder it is put below."""
    if not isinstance(path, str) or path in {"", "."} or "\0" in path:
        return False
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and pure.as_posix() == path


def file_sha256(path: Path) -> str:
    """Hex digest of a file's bytes, read once. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damage(folder: Path, manifest: Manifest) -> list[str]:
    """What in `folder` is not what the manifest says, one line each; empty when all is well. Reads each byte once."""
    files, lines = standing(folder, manifest)
    for file in files:
        try:
            lines += file_damage(file, (folder / file.path).stat().st_size, file_sha256(folder / file.path))
        except OSError as error:
            lines += [unreadable(file, error)]
    return lines


def standing(folder: Path, manifest: Manifest) -> tuple[list[File], list[str]]:
    """The manifest's files that can be opened, being plain files of the folder, no links and no pipes. And one line for
    each that cannot, and for whatever else stands in the folder."""
    plain, other = _below(folder)
    lines = [f"{path}: not in the manifest" for path in sorted((plain | other) - {NAME} - manifest.files.keys())]
    lines += [f"{path}: is not a plain file" for path in manifest.files if path in other]
    lines += [f"{path}: missing" for path in manifest.files if path not in plain | other]
    return [file for path, file in manifest.files.items() if path in plain], lines


def file_damage(file: File, size: int, digest: str) -> list[str]:
    """How a file of that size and hash differs from what the manifest says of it."""
    if size != file.bytes:
        return [f"{file.path}: has {size} bytes, the manifest says {file.bytes}"]
    if digest != file.sha256:
        return [f"{file.path}: sha256 is {digest}, the manifest says {file.sha256}"]
    return []


def unreadable(file: File, error: OSError) -> str:
    """A file that is there and cannot be read."""
    return f"{file.path}: cannot be read: {error.strerror}"


def _below(folder: Path) -> tuple[set[str], set[str]]:
    """Plain files in the folder, and everything else that is no plain folder, by relative path."""
    plain, other = set[str](), set[str]()
    for base, folders, names in os.walk(folder):
        for place in (Path(base) / name for name in folders + names):
            mode = place.lstat().st_mode
            if not stat.S_ISDIR(mode):
                (plain if stat.S_ISREG(mode) else other).add(place.relative_to(folder).as_posix())
    return plain, other
