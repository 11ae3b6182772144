"""One reader per published price format.

Belongs here: the list of formats. A new format is one module beside this one (bytes of one file -> Draft) and one line
in FORMATS. Does not belong here: what all formats share (normalise.py, merge.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.prices.draft import Draft
from pipeline.prices.readers import gpuhunt, observations, sheet, skypilot
from pipeline.raw import Sidecar

Reader = Callable[[bytes, str, Sidecar], Draft]


@dataclass(frozen=True)
class Format:
    """A published format: which files of data/raw hold it (glob, relative to data/raw) and what reads them.

    A foreign catalogue is not ours to correct: its rows are also judged beside each other (suspects.py), and a provider
    or region we do not know is a refused row there; in our own file it is an error.
    """

    name: str
    files: str
    read: Reader
    foreign: bool = True


FORMATS: tuple[Format, ...] = (
    Format("observations", "prices/observations*.csv", observations.read, foreign=False),
    Format("skypilot", "prices/skypilot/*/*.csv", skypilot.read),
    Format("sheet", "prices/sheets/*.csv", sheet.read),
    Format("sheet", "prices/sheets/*.xlsx", sheet.read),
    Format("gpuhunt", "prices/gpuhunt/*/*.csv", gpuhunt.read),
)


def format_of(file: str) -> Format | None:
    """The format of a file by its path relative to data/raw; None when no format claims it."""
    return next((f for f in FORMATS if PurePosixPath(file).match(f.files)), None)
