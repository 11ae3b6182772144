"""What one default run costs over the least that Dagster takes for as many assets and checks, in the same run.

The floor is the job's own graph with nothing in it: the same steps, assets, dependencies and blocking checks, each
yielding an empty result, in a new process with an instance of its own, as `pipeline run` has. Both are warm: bytecode,
disk and instance. Prints `name: measured (target)`, one a line; fails where a target is missed.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.settings import ROOT

TARGET, PAIRS = 1.5, 5


def graph() -> list[dict[str, Any]]:
    """Every step of the refresh job: its name, the assets it makes with what they come after, and its checks."""
    import dagster as dg

    from pipeline.dag.automation import refresh
    from pipeline.dag.build import build_definitions

    definitions = build_definitions()
    nodes = {node.name for node in definitions.resolve_job_def(refresh.name).nodes}
    steps = []
    for made in [*(definitions.assets or []), *(definitions.asset_checks or [])]:
        if isinstance(made, dg.AssetsDefinition) and made.op.name in nodes:  # checks are a kind of them
            assets = {s.key.to_user_string(): [d.asset_key.to_user_string() for d in s.deps] for s in made.specs}
            checks = [
                [c.asset_key.to_user_string(), c.name, [d.asset_key.to_user_string() for d in c.additional_deps]]
                for c in made.check_specs
            ]
            steps.append({"name": made.op.name, "assets": assets, "checks": checks})
    return steps


def floor(place: Path, steps: list[dict[str, Any]]) -> None:
    """A child process: run the empty graph in an instance in `place`."""
    import dagster as dg

    def step(name: str, assets: dict[str, list[str]], checks: list[list[Any]]) -> Any:
        held = [
            dg.AssetCheckSpec(check, asset=asset, blocking=True, additional_deps=deps) for asset, check, deps in checks
        ]
        if not assets:

            @dg.multi_asset_check(name=name, specs=held)
            def only_checks() -> Any:
                for asset, check, _ in checks:
                    yield dg.AssetCheckResult(asset_key=asset, check_name=check, passed=True)

            return only_checks

        @dg.multi_asset(name=name, specs=[dg.AssetSpec(a, deps=d) for a, d in assets.items()], check_specs=held)
        def both() -> Any:
            for asset, check, _ in checks:
                yield dg.AssetCheckResult(asset_key=asset, check_name=check, passed=True)
            for asset in assets:
                yield dg.MaterializeResult(asset_key=asset)

        return both

    made = [step(**s) for s in steps]
    definitions = dg.Definitions(
        assets=[m for m in made if not isinstance(m, dg.AssetChecksDefinition)],
        asset_checks=[m for m in made if isinstance(m, dg.AssetChecksDefinition)],
        jobs=[dg.define_asset_job("refresh", selection="*")],
        executor=dg.in_process_executor,
    )
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.from_config(str(place)) as instance:
        result = definitions.resolve_job_def("refresh").execute_in_process(run_config=quiet, instance=instance)
    if not result.success:
        raise SystemExit("bench/run.py: the empty graph failed")


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a new process that must end well."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)  # noqa: S603  ours
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - started, spent


def unpublish(processed: Path) -> None:
    """Take the release away and leave the instance, so that the next run has everything to do again."""
    for old in [*processed.glob("release=*"), *processed.glob("latest"), *processed.glob("market.duckdb")]:
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    shutil.rmtree(processed / "work", ignore_errors=True)


def main() -> int:
    """Measure, print, and return 1 where the target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        place, processed = Path(folder) / "home", Path(folder) / "processed"
        steps = Path(folder) / "steps.json"
        steps.write_text(json.dumps(graph()))
        place.mkdir()
        shutil.copy(ROOT / "pipeline" / "dag" / "dagster.yaml", place)
        empty = [sys.executable, __file__, "floor", str(place), str(steps)]
        run = [sys.executable, "-m", "pipeline.cli", "run", "--processed", str(processed)]
        pairs = []
        for _ in range(PAIRS + 1):
            least = timed(empty)
            unpublish(processed)
            pairs.append((timed(run), least))
    del pairs[0]  # the first warms up
    wall = statistics.median(r[0] / f[0] for r, f in pairs)
    cpu = statistics.median(r[1] / f[1] for r, f in pairs)
    sys.stdout.write(f"default run over empty assets and checks, wall: {wall:.2f} (<= {TARGET:g})\n")
    sys.stdout.write(f"default run over empty assets and checks, processor: {cpu:.2f}\n")
    took = [f"{statistics.median(p[i][0] for p in pairs):.1f} s" for i in (0, 1)]
    sys.stdout.write(f"a run took {took[0]}, the floor {took[1]}\n")
    return int(wall > TARGET)


if __name__ == "__main__":
    if sys.argv[1:2] == ["floor"]:
        floor(Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text()))
        sys.exit(0)
    sys.exit(main())
