"""The commands that take data out of a release."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli.options import Format, Processed
from pipeline.settings import Settings

Release = Annotated[str | None, typer.Option("--release", help="Release id. Default: the latest.")]


def query(
    sql: Annotated[str, typer.Argument(help='One SELECT, for example "select * from region_forecast limit 5".')],
    release: Release = None,
    fmt: Annotated[Format, typer.Option("--format", help="How to write the result.")] = Format.TABLE,
    processed: Processed = None,
) -> None:
    """Ask a release in DuckDB SQL. Reads that release's tables only: no other file, no network, no writing."""
    from pipeline.releases.catalog import find
    from pipeline.releases.query import answer

    sys.stdout.buffer.write(answer(find(Settings.from_env(processed=processed), release), sql, fmt.value))


COMMANDS = (query,)
