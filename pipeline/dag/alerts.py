"""What happens when a run fails by itself: a summary in the log, and to a webhook if one is set.

Belongs here: gathering and sending that summary. Does not belong here: what failed (the steps say so in one line).
"""

import os

import dagster as dg
import httpx

WEBHOOK = "PIPELINE_WEBHOOK"
"""Environment variable with the address that failures are posted to, as JSON with the key `text`."""
TIMEOUT_SECONDS = 10.0
LINES = 20


@dg.run_failure_sensor(
    name="report_failures",
    default_status=dg.DefaultSensorStatus.RUNNING,  # safe: it only tells
    description=f"Writes what failed to the log, and posts it to {WEBHOOK} if that is set.",
)
def report_failures(context: dg.RunFailureSensorContext) -> None:
    """Tell of one failed run. A webhook that does not answer is a warning: the run has failed either way."""
    text = failure_summary(context)
    context.log.error(text)
    address = os.environ.get(WEBHOOK)
    if address:
        try:
            httpx.post(address, json={"text": text}, timeout=TIMEOUT_SECONDS).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            context.log.warning(f"{WEBHOOK}: the failure could not be posted: {type(error).__name__}: {error}")


def failure_summary(context: dg.RunFailureSensorContext) -> str:
    """Run, job, and one line for each step that failed, as the step said it."""
    lines = [f"Run {context.dagster_run.run_id} of job {context.dagster_run.job_name} failed; latest stays as it was."]
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        said = data.user_failure_data.description if data.user_failure_data else None
        said = said or (data.error.message if data.error else None) or "no message"
        lines.append(f"{event.step_key}: {' '.join(said.split())}")
    return "\n".join(lines[: LINES + 1] + ([f"and {len(lines) - LINES - 1} more"] if len(lines) > LINES + 1 else []))
