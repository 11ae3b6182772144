"""The job that refreshes everything, and when it runs by itself."""

import dagster as dg

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Read all raw files, check, compute, and publish a release if anything changed.",
)

daily = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    description="Every day at 06:00 UTC. Unchanged inputs publish nothing.",
)
