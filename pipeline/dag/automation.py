"""The jobs that refresh everything and that fetch prices, and when they run by themselves."""

import dagster as dg

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("downloads"),
    description="Read all raw files, check, compute, and publish a release if anything changed.",
)

daily = dg.ScheduleDefinition(
    name="daily_refresh",
    job=refresh,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    description="Every day at 06:00 UTC. Unchanged inputs publish nothing.",
)

download = dg.define_asset_job(
    "download_prices",
    selection=dg.AssetSelection.groups("downloads"),
    description="Fetch today's price catalogues into data/raw; the next refresh takes them in.",
)

daily_download = dg.ScheduleDefinition(
    name="daily_download_prices",
    job=download,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    description="Every day at 05:00 UTC, an hour before the refresh. A dead network is a warning.",
)
