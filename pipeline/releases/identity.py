"""The name of a release: a hash over everything that can move a published byte.

Belongs here: what enters the id, and reading and hashing it. Does not belong here: whether an input is any good (its
reader says so; here a broken file is bytes like any other).
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from pipeline import raw
from pipeline.errors import RawDataError
from pipeline.releases.manifest import file_sha256
from pipeline.settings import ROOT, SQL, Settings

LIBRARIES = (
    "altair", "charset-normalizer", "duckdb", "great-expectations", "jinja2", "lxml", "numpy", "openpyxl",
    "pandas", "pandera", "polars", "polars-runtime-32", "pyarrow", "pypdf", "python-docx", "pyyaml", "scipy",
    "sqlglot", "statsmodels", "vl-convert-python",
)  # fmt: skip
"""Libraries whose version can move a number or a byte of a release. The rest are tools around it."""


@dataclass(frozen=True)
class Input:
    """One file of data/raw as it was when the release was named. What its sidecar does not tell is None."""

    path: str
    sha256: str | None
    """None where the file cannot be read; `problem` then says why."""
    title: str | None = None
    producer: str | None = None
    source: str | None = None
    published: str | None = None
    accessed: str | None = None
    licence: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Identity:
    """What a release is made of, and so what it is called."""

    fingerprint: str
    """64 hex digits over inputs, settings, code and versions."""
    as_of: str
    """Day of the newest input, YYYY-MM-DD."""
    inputs: tuple[Input, ...]
    """Every file below data/raw, sidecars included, sorted by path."""
    settings: dict[str, object]
    code: dict[str, str]
    """sha256 of every file of sql/ and pipeline/ and of the lock file, by path."""
    versions: dict[str, str]

    @property
    def release_id(self) -> str:
        """`<as_of>-<first 12 digits of the fingerprint>`."""
        return f"{self.as_of}-{self.fingerprint[:12]}"

    def to_json(self) -> dict[str, object]:
        """Plain values in a stable order, as the manifest holds them."""
        return {"release_id": self.release_id, **asdict(self)}


def identify(settings: Settings) -> Identity:
    """Read and hash everything a release is made of. Raises RawDataError when no input has a usable sidecar."""
    inputs, days = _inputs(settings.raw)
    if not days:
        raise RawDataError(f"{settings.raw}: no file has a readable sidecar that matches it; see `pipeline seal`")
    # Through JSON once, so that the manifest read back equals what was hashed (tuples become lists).
    hashed = json.loads(json.dumps(settings.hashed()))
    code, versions = _code(ROOT), _versions()
    fingerprint = fingerprint_of({i.path: i.sha256 or i.problem for i in inputs}, hashed, code, versions)
    return Identity(fingerprint, max(days), inputs, hashed, code, versions)


def fingerprint_of(
    inputs: Mapping[str, str | None],
    settings: Mapping[str, object],
    code: Mapping[str, str],
    versions: Mapping[str, str],
) -> str:
    """64 hex digits over everything that can move a published byte; `inputs` maps paths to hashes (or problems)."""
    said = {"inputs": dict(inputs), "settings": dict(settings), "code": dict(code), "versions": dict(versions)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _inputs(folder: Path) -> tuple[tuple[Input, ...], list[str]]:
    """All inputs, and the days of those whose sidecar can be believed."""
    inputs, days = [], []
    for path in raw.every_file(folder):
        entry, day = _input(path, path.relative_to(folder).as_posix())
        inputs.append(entry)
        days += [day] if day else []
    return tuple(inputs), days


def _input(path: Path, name: str) -> tuple[Input, str | None]:
    try:
        digest = file_sha256(path)
    except OSError as error:
        return Input(name, None, problem=f"cannot be read: {error.strerror}"), None
    if path.name.endswith(raw.SUFFIX):
        return Input(name, digest), None
    try:
        sidecar = raw.load_sidecar(path)
    except RawDataError as error:
        # The place is left out: the manifest must not depend on where the folder stands.
        return Input(name, digest, problem=str(error).removeprefix(f"{raw.sidecar_path(path)}: ")), None
    entry = Input(
        name,
        digest,
        sidecar.title,
        sidecar.producer,
        sidecar.source,
        sidecar.published.isoformat() if sidecar.published else None,
        sidecar.accessed.isoformat(),
        sidecar.licence,
        None if sidecar.sha256 == digest else f"its sidecar is sealed for {sidecar.sha256}",
    )
    return entry, sidecar.as_of.isoformat() if entry.problem is None else None


def _code(root: Path) -> dict[str, str]:
    """Hash of every query, every file of the package (templates too) and the lock file, by path."""
    files = [p for p in (root / "pipeline").rglob("*") if p.is_file() and not _is_by_product(p.relative_to(root))]
    files += SQL.rglob("*.sql")
    files += [p for p in (root / "requirements.lock",) if p.is_file()]
    return {p.relative_to(root).as_posix(): file_sha256(p) for p in sorted(files)}


def _is_by_product(path: Path) -> bool:
    return "__pycache__" in path.parts or any(part.startswith(".") for part in path.parts)


def _versions() -> dict[str, str]:
    """Installed version of each library and of Python itself (its own float sums changed between minor versions)."""
    return {"python": ".".join(platform.python_version_tuple()[:2])} | {name: _version(name) for name in LIBRARIES}


@cache
def _version(name: str) -> str:
    """As it was when first asked for: what is imported by then stays, whatever is installed meanwhile."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"
