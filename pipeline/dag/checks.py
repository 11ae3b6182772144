"""Every reconciliation rule of sql/quality/ as a blocking asset check on the table its header names.

Belongs here: turning a rule's result into a check result. Does not belong here: any rule.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipeline.dag.resources import Run
from pipeline.dag.tables import reported, shown_rows
from pipeline.quality.rules import Rule, check, record, rules


def rule_checks() -> list[dg.AssetChecksDefinition]:
    """One op a table, which runs all rules on it and reports each as a check of its own."""
    by_table: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules():
        by_table[rule.table].append(rule)
    return [_checks_of(table, group) for table, group in by_table.items()]


def _checks_of(table: str, group: list[Rule]) -> dg.AssetChecksDefinition:
    others = sorted({name for rule in group for name in rule.query.inputs} - {table})

    @dg.multi_asset_check(
        name=f"{table}_rules",
        specs=[
            dg.AssetCheckSpec(r.name, asset=table, blocking=True, description=r.promise, additional_deps=others)
            for r in group
        ],
    )
    def run_rules(run: Run) -> Iterator[dg.AssetCheckResult]:
        with reported():
            for rule in group:
                result = check(rule, run.store, run.settings.hashed())
                record(result, run.store)
                metadata: dict[str, Any] = {
                    "failing_rows": result.count,
                    "sql": dg.MetadataValue.md(f"```sql\n{rule.query.text}\n```"),
                }
                if not result.passed:
                    metadata["rows"] = shown_rows(result.failing)
                yield dg.AssetCheckResult(
                    check_name=rule.name,
                    asset_key=table,
                    passed=result.passed,
                    metadata=metadata,
                    description=rule.promise,
                )

    return run_rules
