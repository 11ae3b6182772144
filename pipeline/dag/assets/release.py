"""Checked tables -> a candidate that passed the gate -> a published release."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg

import pipeline.brief
import pipeline.quality
import pipeline.releases
import pipeline.releases.changes
import pipeline.releases.publishing
from pipeline.brief.writing import NAME as BRIEF
from pipeline.brief.writing import write
from pipeline.dag.links import CHECKS, checks_page, release_file
from pipeline.dag.resources import Run
from pipeline.dag.tables import progress, reported, shown_rows
from pipeline.dag.versions import code_version
from pipeline.errors import CheckError
from pipeline.quality.gate import Finding, run_gate
from pipeline.quality.page import check_files
from pipeline.quality.rules import recorded
from pipeline.releases.catalog import find, predecessor
from pipeline.releases.changes import headline, text
from pipeline.releases.compare import candidate_side, compare, previous, side
from pipeline.releases.manifest import json_bytes
from pipeline.releases.publishing import publish
from pipeline.releases.reproducing import CHANGES
from pipeline.releases.staging import candidate_path, stage
from pipeline.settings import SQL, Settings
from pipeline.store import write_bytes
from pipeline.tables import PUBLISHED

CANDIDATE, RELEASE, GATE = "release_candidate", "release", "release_gate"
CHANGES_ASSET = "release_changes"


def _queries(folder: str) -> list[str]:
    """Texts of the queries of a folder that a step runs by name."""
    return [file.read_text(encoding="utf-8") for file in sorted((SQL / folder).glob("*.sql"))]


@dg.multi_asset(
    name="stage_release",
    specs=[
        dg.AssetSpec(
            CANDIDATE,
            deps=list(PUBLISHED),
            group_name="release",
            kinds={"parquet", "greatexpectations"},
            description="All published tables, their dictionary and the results of all checks, set aside and complete.",
            code_version=code_version(pipeline.releases, pipeline.quality, pipeline.brief, *_queries("gate")),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            GATE,
            asset=CANDIDATE,
            blocking=True,
            description="Row counts, keys, ranges, rising quantiles, sums, changes against the previous release.",
        )
    ],
)
def stage_release(run: Run) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    """Run the gate; stage the candidate only if it passes."""
    started = time.perf_counter()
    with reported():
        results = recorded(run.store)
        tables = {name: run.store.existing(name) for name in PUBLISHED}
        findings = run_gate(tables, _latest_tables(run.settings), run.settings)
        files = check_files(results, findings)
        page = checks_page(run.settings)
        write_bytes(page, files["checks/index.html"])
        bad = [f for f in findings if not f.passed]
        yield _gate_result(findings, bad)
        if bad:
            raise CheckError(f"{len(bad)} of {len(findings)} expectations of the release gate failed; see {page}")
        files |= _told(run, tables)
        candidate = stage(run.settings, run.identity, run.store, files)
    progress.info(
        "%5.1f s  %d checks passed, release staged", time.perf_counter() - started, len(results) + len(findings)
    )
    yield dg.MaterializeResult(asset_key=CANDIDATE, metadata={"path": dg.MetadataValue.path(str(candidate))})


@dg.asset(
    name=RELEASE,
    deps=[CANDIDATE],
    group_name="release",
    kinds={"parquet", "duckdb"},
    description="The published release: immutable, content-addressed; `latest` switches to it last.",
    code_version=code_version(pipeline.releases.publishing, *_queries("star")),
    # The daily run materialises it even when nothing changed, so silence means that the schedule does not run.
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)),
)
def release(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Publish the candidate, unless a release of the same inputs stands already."""
    with reported():
        done = publish(run.settings, run.identity, candidate_path(run.settings, run.identity))
    context.instance.add_run_tags(context.run.run_id, {"pipeline/release": done.release_id})
    progress.info("release %s %s", done.release_id, "published" if done.new else "stands already")
    return dg.MaterializeResult(
        metadata={
            "release_id": done.release_id,
            "new": done.new,
            "path": dg.MetadataValue.path(str(done.path)),
            "brief": _link(done.release_id, BRIEF),
            "dictionary": _link(done.release_id, "dictionary.md"),
            "checks": _link(done.release_id, "checks/index.html"),
        },
        data_version=dg.DataVersion(done.release_id),
    )


@dg.asset(
    name=CHANGES_ASSET,
    deps=[RELEASE],
    group_name="release",
    kinds={"python", "markdown"},
    description="What the latest release says differently from the one made before it, as `pipeline diff` tells it.",
    code_version=code_version(pipeline.releases.changes),
)
def release_changes(run: Run) -> dg.MaterializeResult[None]:
    """Compare the latest release with the one before it; the first release has nothing to compare."""
    with reported():
        latest = find(run.settings)
        before = previous(run.settings, latest)
        if before is None:
            return dg.MaterializeResult(metadata={"changes": dg.MetadataValue.md("There is no release before it.")})
        changes = compare(side(before), side(latest))
    return dg.MaterializeResult(
        metadata={
            "changes": dg.MetadataValue.md(text(changes)),
            "made of different": headline(changes.causes),
            "tables_changed": len(changes.tables),
            "rows_added": sum(t.added for t in changes.tables),
            "rows_removed": sum(t.removed for t in changes.tables),
            "rows_changed": sum(t.changed for t in changes.tables),
        }
    )


def _told(run: Run, tables: dict[str, Path]) -> dict[str, bytes]:
    """The brief, and what changed since the release that is latest now; none for the first release."""
    before = predecessor(run.settings)
    changes = compare(side(before), candidate_side(run.identity, tables)) if before else None
    files = {BRIEF: write(run.identity, tables, changes)}
    return files if changes is None else files | {CHANGES: json_bytes(changes.to_json())}


def _link(release_id: str, path: str) -> dg.UrlMetadataValue:
    return dg.MetadataValue.url(release_file(release_id, path))


def _latest_tables(settings: Settings) -> dict[str, Path]:
    """The previous release's files by table; none for the first release."""
    before = predecessor(settings)
    return before.tables if before else {}


def _gate_result(findings: list[Finding], bad: list[Finding]) -> dg.AssetCheckResult:
    import polars as pl

    metadata: dict[str, Any] = {
        "expectations": len(findings),
        "failed": len(bad),
        "page": dg.MetadataValue.url(CHECKS),
    }
    if bad:
        metadata["rows"] = shown_rows(pl.DataFrame([f.to_json() for f in bad]))
    return dg.AssetCheckResult(check_name=GATE, asset_key=CANDIDATE, passed=not bad, metadata=metadata)


ASSETS = [stage_release, release, release_changes]
