"""The commands that put files into data/raw, or say that a changed one was meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Raw, say
from pipeline.errors import PipelineError
from pipeline.settings import Settings


def fetch_prices(
    source: Annotated[
        str | None, typer.Option("--source", help="One only: skypilot, gpuhunt, lium, vastai, vultr.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day the prices are of, such as 2026-08-22. Default: today (UTC).")
    ] = None,
    raw: Raw = None,
) -> None:
    """Download the day's price catalogues into data/raw.

    To prices/<source>/<day>/, each with its sidecar.
    A day's file is never replaced, and a file that cannot be true is refused; then the last good day stands. What did
    not come is a warning: the pipeline goes on with what it has. A day gone by is fetched where the source keeps its
    past (skypilot), else refused.
    """
    from pipeline.prices.fetch import MISSING, fetch, report

    day = _day(as_of, "--as-of") or dt.datetime.now(dt.UTC).date()
    settings = Settings.from_env(raw)
    results = fetch(settings.raw, day, source, limits=settings.prices)
    typer.echo(report(results))
    missing = [r for r in results if r.status in MISSING]
    if missing:
        say(f"warning: {len(missing)} of {len(results)} files did not come; the last good day of each stands")


def seal(
    file: Annotated[Path, typer.Argument(help="A file in data/raw that has a sidecar.")],
) -> None:
    """Accept a changed raw file: put its hash into its sidecar."""
    from pipeline.raw import reseal

    say(f"{file}: sealed with sha256 {reseal(file)}")


def add_report(
    file: Annotated[Path, typer.Argument(help="A report: .md, .txt, .html, .pdf with text, .docx.")],
    report_id: Annotated[str | None, typer.Option("--id", help="Id of the report. Default: from its market.")] = None,
    title: Annotated[str, typer.Option(help="Title, if not as printed.")] = "",
    producer: Annotated[str, typer.Option(help="Publisher, if not as printed.")] = "",
    url: Annotated[str, typer.Option(help="Where it came from.")] = "",
    published: Annotated[str | None, typer.Option(help="Day it was published, such as 2026-03-01.")] = None,
    accessed: Annotated[str | None, typer.Option(help="Day it was read. Default: today (UTC).")] = None,
    terms: Annotated[str, typer.Option(help="Licence or terms of use.")] = "",
    raw: Raw = None,
) -> None:
    """Take a report into data/raw and say what is left to do.

    It goes to data/raw/reports/<id>/, with its sidecar, and is inspected.
    At a terminal it asks for what the options leave open; elsewhere it takes the defaults. Nothing is overwritten.
    """
    import sys

    from pipeline.reports import Limits
    from pipeline.reports.adding import Origin, add_report

    settings = Settings.from_env(raw)
    asking = sys.stdin.isatty()
    origin = Origin(
        title=title,
        producer=producer,
        source=url or (typer.prompt("Address it came from", default="unknown", err=True) if asking else ""),
        published=_day(published, "--published"),
        accessed=_day(accessed, "--accessed"),
        licence=terms or (typer.prompt("Licence or terms", default="unknown", err=True) if asking else ""),
    )
    limits = Limits(settings.report_max_bytes, settings.report_max_seconds)
    added = add_report(file, settings.raw, origin, report_id=report_id, limits=limits)
    typer.echo(str(added.home))
    say(f"{added.reading.status}; flags: {', '.join(added.reading.flags) or 'none'}")
    for line in added.todo or ("nothing is left to do: `pipeline run` takes it in",):
        say(f"- {line}")


def _day(text: str | None, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise PipelineError(f"{option} must be a day such as 2026-08-22; got {text!r}") from None


COMMANDS = (fetch_prices, add_report, seal)
