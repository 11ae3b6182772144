"""The `pipeline` command: run, look, ask. Data goes to stdout, progress and errors to stderr.

Belongs here: arguments, printing, exit codes. Does not belong here: anything a test would want to call (each command
calls one function of a package). Heavy libraries are imported inside the commands that need them, so that a query
answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import NothingPublishedError, PipelineError
from pipeline.settings import ROOT, Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="From market-research pages and compute prices to forecasts with their ranges and sources.",
)

Raw = Annotated[
    Path | None, typer.Option("--raw", help="Folder with the raw data. Default: PIPELINE_RAW, else data/raw.")
]
Processed = Annotated[
    Path | None,
    typer.Option("--processed", help="Folder for releases. Default: PIPELINE_PROCESSED, else data/processed."),
]


class Format(StrEnum):
    """How a query's result is written to stdout."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def main() -> None:
    """Entry point: errors of ours become one line on stderr and the exit code of their kind."""
    try:
        app()
    except PipelineError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is its right and no error.
        sys.stderr.close()
        raise SystemExit(0) from None


@app.command()
def run(raw: Raw = None, processed: Processed = None) -> None:
    """Read all raw files, check, forecast, and publish a release if anything changed.

    Ends with a summary on stdout. Exit status is 0 when a release stands at the end, else 1 with a line on what to do.
    """
    from pipeline.releases.catalog import find
    from pipeline.releases.identity import identify
    from pipeline.releases.publishing import current
    from pipeline.summary import summary

    settings = Settings.from_env(raw, processed)
    identity = identify(settings)
    standing = current(settings, identity)
    if standing is not None:
        _say(f"Nothing changed since release {standing.release_id}: nothing to publish.")
        typer.echo(summary(find(settings, standing.release_id)))
        return
    _say(f"Reading {settings.raw}")
    _show_progress()
    from pipeline.dag.execute import run_all

    outcome = run_all(settings)
    if outcome.release_id is None:
        raise NothingPublishedError("nothing was published.\n" + "\n".join(outcome.failures))
    typer.echo(summary(find(settings, outcome.release_id)))


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A report: .md, .txt, .html, ...")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Read one report and print what was understood, every claim with its quote, and every flag. Writes nothing."""
    from pipeline.reports import read_report, render_text

    reading = read_report(file)
    if as_json:
        import json

        typer.echo(json.dumps(reading.to_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo(render_text(reading))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help='One SELECT, for example "select * from region_forecast limit 5".')],
    release: Annotated[str | None, typer.Option("--release", help="Release id. Default: the latest.")] = None,
    fmt: Annotated[Format, typer.Option("--format", help="How to write the result.")] = Format.TABLE,
    processed: Processed = None,
) -> None:
    """Ask a release in DuckDB SQL. Reads that release's tables only: no other file, no network, no writing."""
    from pipeline.releases.catalog import find
    from pipeline.releases.query import answer

    sys.stdout.buffer.write(answer(find(Settings.from_env(processed=processed), release), sql, fmt.value))


@app.command()
def seal(
    file: Annotated[Path, typer.Argument(help="A file in data/raw that has a sidecar.")],
) -> None:
    """Write a raw file's present hash into its sidecar, after a change that was meant."""
    from pipeline.raw import reseal

    _say(f"{file}: sealed with sha256 {reseal(file)}")


@app.command("fetch-prices")
def fetch_prices(
    source: Annotated[str | None, typer.Option("--source", help="One source only: skypilot or gpuhunt.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day the prices are of, such as 2026-08-22. Default: today (UTC).")
    ] = None,
    raw: Raw = None,
) -> None:
    """Download price catalogues to data/raw/prices/<source>/<day>/, each with its sidecar.

    A day's file is never replaced, and a file that cannot be true is refused; then the last good day stands. What did
    not come is a warning: the pipeline goes on with what it has.
    """
    import datetime as dt

    from pipeline.prices.fetch import fetch, report

    try:
        day = dt.date.fromisoformat(as_of) if as_of else dt.datetime.now(dt.UTC).date()
    except ValueError:
        raise PipelineError(f"--as-of must be a day such as 2026-08-22; got {as_of!r}") from None
    settings = Settings.from_env(raw)
    results = fetch(settings.raw, day, source, limits=settings.prices)
    typer.echo(report(results))
    missing = [r for r in results if r.status in ("unreachable", "refused")]
    if missing:
        _say(f"warning: {len(missing)} of {len(results)} files did not come; the last good day of each stands")


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
    raw: Raw = None,
    processed: Processed = None,
) -> None:
    """Open Dagster on 127.0.0.1: assets, checks, runs, the daily schedule."""
    from pipeline.dag.execute import home

    settings = Settings.from_env(raw, processed)
    environment = os.environ | {
        "DAGSTER_HOME": str(home(settings)),
        "PIPELINE_RAW": str(settings.raw),
        "PIPELINE_PROCESSED": str(settings.processed),
    }
    _say(f"Dagster: http://127.0.0.1:{port} (stop with Ctrl-C)")
    arguments = ["dev", "-w", str(ROOT / "workspace.yaml"), "--host", "127.0.0.1", "--port", str(port)]
    os.execve(sys.executable, [sys.executable, "-m", "dagster", *arguments], environment)  # noqa: S606  no shell


def _show_progress() -> None:
    logger = logging.getLogger("pipeline.progress")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("  %(message)s"))
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)


def _say(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    main()
