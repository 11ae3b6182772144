"""Puts the definitions together; tests call it for fresh ones."""

import dagster as dg

from pipeline.dag import alerts, automation
from pipeline.dag.assets import evidence, model, prices, release, reports, sql
from pipeline.dag.checks import rule_checks
from pipeline.dag.resources import Run


def build_definitions(run: Run | None = None) -> dg.Definitions:
    """Fresh definitions. `run` overrides the folders; by default they come from the environment."""
    modules = (reports, prices, evidence, model, sql, release)
    return dg.Definitions(
        assets=[asset for module in modules for asset in module.ASSETS],
        asset_checks=rule_checks(),
        jobs=[automation.refresh, automation.download],
        schedules=[automation.daily, automation.daily_download],
        sensors=[automation.raw_data_changed, alerts.report_failures],
        resources={"run": run or Run()},
        executor=dg.in_process_executor,
    )
