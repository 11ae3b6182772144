"""Code versions: a short hash of all the code that a step runs, so that Dagster sees when it changed.

Belongs here: finding that code. Does not belong here: the identity of a release, which covers everything
(pipeline/releases/identity.py).
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|.*)|import[ \t]+(.*))", re.MULTILINE)
"""An import statement: parsing all of Python instead would take half a second whenever definitions are loaded. A text
that looks like one adds a file at most."""


def code_version(*code: ModuleType | str) -> str:
    """Hash of what a step runs: texts of queries, and modules with all of ours that they import, directly or not.

    A package stands for all its modules, and a module that loads templates for those too.
    """
    texts = [part.encode() for part in code if isinstance(part, str)]
    files = {file for part in code if isinstance(part, ModuleType) for file in source_files(part)}
    return hashlib.sha256(b"\0".join(texts + [f.read_bytes() for f in sorted(files)])).hexdigest()[:12]


def source_files(module: ModuleType) -> set[Path]:
    """The file of a module (all of a package) and of every module of the same top package that it leads to, with the
    templates that they load."""
    place = Path(str(module.__file__))
    root = place.parents[module.__name__.count(".") + (place.name == "__init__.py")]
    found: set[Path] = set()
    ahead = set(place.parent.rglob("*.py")) if place.name == "__init__.py" else {place}
    while ahead:
        file = ahead.pop()
        found |= {file, *_templates(file)}
        ahead |= _imported(file, root, module.__name__.partition(".")[0]) - found
    return found


def _templates(file: Path) -> Iterator[Path]:
    """The templates of a file's package, where it is the one that loads them."""
    if "PackageLoader(" in _text(file):
        yield from (place for place in (file.parent / "templates").rglob("*") if place.is_file())


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def _imported(file: Path, root: Path, package: str) -> frozenset[Path]:
    """Files of `package` (which lies in `root`) that one file imports, anywhere in it."""
    names = _names(_text(file))
    ours = [root.joinpath(*name.split(".")) for name in names if name.partition(".")[0] == package]
    places = (place for path in ours for place in (path.with_suffix(".py"), path / "__init__.py"))
    return frozenset(place for place in places if place.is_file())


def _names(text: str) -> Iterator[str]:
    """Dotted names that may be modules. What is imported from a package may be a module of it or a name in it."""
    for package, members, modules in _IMPORT.findall(text):
        yield from re.findall(r"[\w.]+", modules)
        if package:
            yield package
            yield from (f"{package}.{name}" for name in re.findall(r"\w+", re.sub(r"#.*", "", members)))
