"""The commands that take data out of a release."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Format, Processed
from pipeline.errors import QueryError
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


class Files(StrEnum):
    """What an export is made of."""

    XLSX = "xlsx"
    CSV = "csv"


def export(
    fmt: Annotated[Files, typer.Option("--format", help="One workbook, or a folder of CSV files.")],
    release: Release = None,
    out: Annotated[Path | None, typer.Option("--out", help="File or folder. Default: named after the release.")] = None,
    processed: Processed = None,
) -> None:
    """Write a release for spreadsheets, as xlsx or csv.

    Every table, and a dictionary of all columns. No text runs as a formula.
    """
    from pipeline.releases.catalog import find
    from pipeline.releases.export import export

    found = find(Settings.from_env(processed=processed), release)
    name = f"market-{found.id}{'.xlsx' if fmt is Files.XLSX else ''}"
    for path in export(found, fmt.value, out or Path(name)):
        typer.echo(str(path))


def explain(
    table: Annotated[str, typer.Argument(help="A published table, for example region_forecast.")],
    key: Annotated[list[str], typer.Argument(help='Which row: column=value ..., for example region="Asia Pacific".')],
    release: Release = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    processed: Processed = None,
) -> None:
    """Say where a published number comes from.

    Formula, claims with quote and place, assumptions, query, input rows. The scenario is as_reported where none is
    given.
    """
    from pipeline.explain import explain as find_out
    from pipeline.explain import render_text
    from pipeline.releases.catalog import find

    pairs = [pair.partition("=") for pair in key]
    wrong = next((name for name, sign, _ in pairs if not sign), None)
    if wrong is not None:
        raise QueryError(f"explain: {wrong!r} is not column=value")
    found = find_out(
        find(Settings.from_env(processed=processed), release), table, {name: value for name, _, value in pairs}
    )
    if as_json:
        import json

        typer.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo(render_text(found), nl=False)


COMMANDS = (query, explain, export)
