"""The commands that make a release and look at what goes into one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson, Processed, Raw, print_json, say
from pipeline.errors import NothingPublishedError
from pipeline.settings import Settings


def run(raw: Raw = None, processed: Processed = None) -> None:
    """Read all raw files, check, forecast, and publish.

    The same inputs, settings, code and libraries are the same release: then nothing is published.
    Ends with a summary on stdout. Exit status is 0 when a release stands at the end, else 1 with a line on what to do.
    """
    from pipeline.releases.identity import identify
    from pipeline.releases.publishing import current, mend

    settings = Settings.from_env(raw, processed)
    identity = identify(settings)
    standing = current(settings, identity)
    if standing is not None:
        say(f"Nothing changed since release {standing.release_id}: nothing to publish.")
        if mend(settings):
            say("market.duckdb did not show every release and was built anew.")
        _show(settings, standing.release_id)
        return
    say(f"Reading {settings.raw}")
    _show_progress()
    from pipeline.dag.execute import run_all

    outcome = run_all(settings)
    if outcome.release_id is None:
        raise NothingPublishedError("nothing was published.\n" + "\n".join(outcome.failures))
    _show(settings, outcome.release_id)


def inspect(
    file: Annotated[Path, typer.Argument(help="A report: .md, .txt, .html, .pdf with text, .docx.")],
    as_json: AsJson = False,
) -> None:
    """Read one report and print what was understood of it.

    Headline, every claim with its quote and place, segments, every flag. Writes nothing.
    """
    from pipeline.reports import Limits, read_report, render_text

    settings = Settings.from_env()
    reading = read_report(file, limits=Limits(settings.report_max_bytes, settings.report_max_seconds))
    if as_json:
        print_json(reading.to_json())
    else:
        typer.echo(render_text(reading))


def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
    raw: Raw = None,
    processed: Processed = None,
) -> None:
    """Serve Dagster and the releases' briefs on 127.0.0.1.

    Assets, checks, runs, schedules and sensors, and at /releases/latest/brief.html the newest brief. Ends with Ctrl-C.
    """
    from pipeline.dag.serving import serve

    say(f"Dagster  http://127.0.0.1:{port}")
    say(f"Brief    http://127.0.0.1:{port}/releases/latest/brief.html (once there is a release)")
    serve(Settings.from_env(raw, processed), port)


def _show(settings: Settings, release_id: str) -> None:
    from pipeline.releases.catalog import find, pinned_id
    from pipeline.summary import summary

    typer.echo(summary(find(settings, release_id)))
    held = pinned_id(settings)
    if held is not None:
        say(f"latest is held at {held} by a rollback; `pipeline rollback --off` lets it follow new releases.")


def _show_progress() -> None:
    logger = logging.getLogger("pipeline.progress")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("  %(message)s"))
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)


COMMANDS = (run, inspect, ui)
