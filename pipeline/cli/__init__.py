"""The `pipeline` command: one module a group of commands.

Belongs here: the app and its exit codes (this file); work.py (run, inspect, ui), gathering.py (fetch-prices, seal),
asking.py (query, explain, export), keeping.py (releases, diff, verify, reproduce, prune, rollback). Does not belong
here: anything a test would want to call (each command calls one function of a package). Data goes to stdout, progress
and errors to stderr. Heavy libraries are imported inside the commands that need them, so that a query answers at
once.
"""

from __future__ import annotations

import sys

import typer

from pipeline.cli import asking, gathering, keeping, work
from pipeline.errors import PipelineError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="From market-research pages and compute prices to forecasts with their ranges and sources.",
    epilog="Begin with `pipeline run`. `pipeline COMMAND --help` says what a command takes.",
)
for _command in (*work.COMMANDS, *gathering.COMMANDS, *asking.COMMANDS, *keeping.COMMANDS):
    app.command()(_command)


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
