"""Runs the job from the command line, in this process, recorded in the same instance that the UI shows.

Belongs here: the instance's home, running the job, and turning what failed into lines for a person. Does not belong
here: printing.
"""

import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import dagster as dg
from filelock import FileLock

from pipeline.dag.automation import refresh
from pipeline.dag.build import build_definitions
from pipeline.dag.resources import Run
from pipeline.settings import Settings
from pipeline.store import writing


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the release it published or found, or one line for everything that failed."""

    release_id: str | None
    failures: tuple[str, ...]


def home(settings: Settings) -> Path:
    """Dagster's folder: DAGSTER_HOME, else one beside the releases; initialised once, by one process."""
    given = os.environ.get("DAGSTER_HOME")
    folder = Path(given) if given else settings.processed / ".dagster"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".init.lock"):
            config = folder / "dagster.yaml"
            if not config.exists():
                config.write_bytes(resources.files("pipeline.dag").joinpath("dagster.yaml").read_bytes())
                dg.DagsterInstance.from_config(str(folder)).dispose()
    return folder


def run_all(settings: Settings) -> Outcome:
    """Materialise every asset and run every check. Raises StoreError when the processed folder cannot be written."""
    definitions = build_definitions(Run(raw=str(settings.raw), processed=str(settings.processed)))
    job = definitions.resolve_job_def(refresh.name)
    with dg.DagsterInstance.from_config(str(home(settings))) as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    if result.success:
        made = result.asset_materializations_for_node("release")[0]
        return Outcome(str(made.metadata["release_id"].value), ())
    return Outcome(None, tuple(dict.fromkeys(_failures(result))))


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    lines = []
    for event in result.all_events:
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            found = event.asset_check_evaluation_data
            if not found.passed and found.check_name != "contract":
                rows = found.metadata.get("rows")
                asset = found.asset_key.to_user_string()
                shown = f"\n{rows.value}" if rows else ""
                lines.append(f"check {found.check_name} on {asset} failed: {found.description}{shown}")
        elif event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data:
                lines.append(str(data.user_failure_data.description))
            elif data.error and "DagsterAssetCheckFailedError" not in data.error.message:
                cause = data.error.cause or data.error
                lines.append(f"step {event.step_key}: {' '.join(cause.message.split())}")
    return lines
