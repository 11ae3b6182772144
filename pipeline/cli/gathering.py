"""The commands that put files into data/raw, or say that a changed one was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Raw, say
from pipeline.errors import PipelineError
from pipeline.settings import Settings


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
        say(f"warning: {len(missing)} of {len(results)} files did not come; the last good day of each stands")


def seal(
    file: Annotated[Path, typer.Argument(help="A file in data/raw that has a sidecar.")],
) -> None:
    """Write a raw file's present hash into its sidecar, after a change that was meant."""
    from pipeline.raw import reseal

    say(f"{file}: sealed with sha256 {reseal(file)}")


COMMANDS = (fetch_prices, seal)
