"""What several commands share: the folder options, the formats, and a line on stderr.

Belongs here: typer annotations and printing. Does not belong here: any command.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Raw = Annotated[
    Path | None, typer.Option("--raw", help="Folder with the raw data. Default: PIPELINE_RAW, else data/raw.")
]
Processed = Annotated[
    Path | None,
    typer.Option("--processed", help="Folder for releases. Default: PIPELINE_PROCESSED, else data/processed."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


class Format(StrEnum):
    """How a query's result is written to stdout."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def say(line: str) -> None:
    """A line of progress: stderr, so that stdout stays data."""
    typer.echo(line, err=True)


def print_json(value: object) -> None:
    """A value as readable JSON on stdout."""
    import json

    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
