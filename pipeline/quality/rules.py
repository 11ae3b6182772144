"""Reconciliation rules: each file of sql/quality/ is one rule; the rows it returns are the rows that break it.

Belongs here: running a rule and keeping its result. Does not belong here: any rule (write a .sql file), or deciding
what a failure stops (pipeline/dag/checks.py makes every rule a blocking check on the table its header names).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from pipeline import queries
from pipeline.errors import CheckError
from pipeline.store import Store, write_bytes

SHOWN = 20


@dataclass(frozen=True)
class Rule:
    """One rule: what it promises, the table it is a check on, and its query."""

    name: str
    promise: str
    table: str
    query: queries.Query


@dataclass(frozen=True)
class RuleResult:
    """What a rule found. `failing` holds at most SHOWN rows, `count` how many there are."""

    rule: Rule
    count: int
    failing: pl.DataFrame

    @property
    def passed(self) -> bool:
        """Whether no row breaks the rule."""
        return self.count == 0

    def to_json(self) -> dict[str, object]:
        """The result as plain values, for checks/ in the release."""
        rows = json.loads(self.failing.write_json()) if self.count else []
        return {
            "rule": self.rule.name,
            "promise": self.rule.promise,
            "table": self.rule.table,
            "passed": self.passed,
            "failing_rows": self.count,
            "shown": rows,
        }


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name. Raises CheckError when a file lacks its `-- what:` or `-- on:` line."""
    return tuple(_rule(query) for query in queries.quality_rules().values())


def check(rule: Rule, store: Store, params: Mapping[str, object]) -> RuleResult:
    """Run one rule on the tables handed over so far."""
    inputs = {name: store.existing(name) for name in rule.query.inputs}
    found = queries.run(rule.query, inputs, params)
    return RuleResult(rule, found.height, found.head(SHOWN))


def record(result: RuleResult, store: Store) -> None:
    """Keep a result beside the hand-over tables, so that the release can show it."""
    write_bytes(store.check_path(result.rule.name), json.dumps(result.to_json(), indent=1).encode())


def recorded(store: Store) -> list[dict[str, object]]:
    """Every rule's kept result for the present inputs. Raises CheckError when a rule has not run or has failed."""
    results = []
    for rule in rules():
        path = store.check_path(rule.name)
        if not path.is_file():
            raise CheckError(
                f"{rule.name}: has not been run on the present inputs; run the checks of {rule.table} first"
            )
        result: dict[str, object] = json.loads(path.read_bytes())
        if not result["passed"]:
            raise CheckError(f"{rule.name}: {result['failing_rows']} rows break it: {rule.promise} ({rule.query.path})")
        results.append(result)
    return results


def _rule(query: queries.Query) -> Rule:
    promise = " ".join(re.findall(r"^-- what: *(.+)$", query.text, flags=re.M))
    table = re.search(r"^-- on: *(\w+)$", query.text, flags=re.M)
    if not promise or not table:
        raise CheckError(f"{query.path}: needs the header lines '-- what: ...' and '-- on: <table>'")
    return Rule(query.name, promise, table.group(1), query)
