"""The jobs that refresh everything and that fetch prices, and when they run by themselves."""

import dagster as dg

from pipeline.dag.resources import Run
from pipeline.dag.tables import DOES, DOWNLOADING, reported
from pipeline.releases.identity import identify

# A run's events, tracebacks among them, are kept where the UI shows them. What failed is told in one line: by
# report_failures in a service, by the command on a terminal.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

refresh = dg.define_asset_job(
    "refresh",
    config=_QUIET,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("downloads"),
    description="Read all raw files, check, compute, and publish a release if anything changed.",
    run_tags={DOES: "refresh"},
)

_SECONDS_BETWEEN_LOOKS = 60


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a refresh when a file in data/raw appears, changes or goes. Looks once a minute.",
)
def raw_data_changed(context: dg.SensorEvaluationContext, run: Run) -> dg.SensorResult | dg.SkipReason:
    """The cursor is the fingerprint of all inputs and code; the first look only remembers it."""
    with reported():
        now = identify(run.settings).fingerprint  # afresh: a resource may outlive one look
    if context.cursor == now:
        return dg.SkipReason("nothing in data/raw changed")
    requests = [dg.RunRequest()] if context.cursor else []
    return dg.SensorResult(run_requests=requests, cursor=now)


daily = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    description="Every day at 06:00 UTC. Unchanged inputs publish nothing.",
    default_status=dg.DefaultScheduleStatus.RUNNING,  # safe: no network, and the same inputs change nothing
)

download = dg.define_asset_job(
    "download_prices",
    config=_QUIET,
    selection=dg.AssetSelection.groups("downloads"),
    description="Fetch today's price catalogues into data/raw; the next refresh takes them in.",
    run_tags={DOES: DOWNLOADING},
)

daily_download = dg.ScheduleDefinition(
    name="daily_download_prices",
    job=download,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    description="Every day at 05:00 UTC, an hour before the refresh. A dead network is a warning. Off at first.",
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
