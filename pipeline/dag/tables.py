"""How a table becomes a Dagster asset: its spec from the registry, its contract check, its metadata.

Belongs here: the one factory for assets that make tables. Does not belong here: which tables there are or how they are
made (pipeline/dag/assets/).
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import polars as pl

from pipeline import contracts
from pipeline.dag import charts
from pipeline.dag.resources import Run
from pipeline.dag.versions import code_version
from pipeline.errors import PipelineError
from pipeline.lineage import column_lineage
from pipeline.queries import table_queries
from pipeline.releases.manifest import file_sha256
from pipeline.schema import Column
from pipeline.store import Growing
from pipeline.tables import TABLES

PREVIEW_ROWS = 24
CONTRACT = "contract"
CHECKED_BYTES = 16 * 2**20
"""What is checked at a time of a table that comes in parts."""
DOWNLOADS = "price_catalogues"
"""The asset that adds to data/raw; what reads raw files comes after it, so that no run sees them change under it."""
DOES, DOWNLOADING = "pipeline/does", "download"
"""The run tag that says what a run is for, and its value for a run that only downloads."""
PROMISE = "Columns, types, nulls, allowed values, bounds, finite numbers and the key, as the registry has them."
progress = logging.getLogger("pipeline.progress")

Frames = Mapping[str, pl.DataFrame]
Compute = Callable[[Run, Frames], Frames | Iterator[Frames]]


def table_asset(
    *,
    name: str,
    tables: Sequence[str],
    inputs: Sequence[str],
    compute: Compute,
    code: ModuleType | str,
    load: bool = True,
) -> dg.AssetsDefinition:
    """One step that makes one or more tables of the registry from others.

    `compute` gets the run and the input frames by name (none when `load` is False: it reads the store itself) and
    returns the made frames by name, or yields such parts one after another (whole keys each, in key order), of which
    only one is in memory at a time. Each is checked against its contract (a blocking check) and handed over through the
    store. `code` is what the step runs: a module, a package, or the text of a query (see code_version).
    """
    version = code_version(code)

    @dg.multi_asset(
        name=name,
        specs=[table_spec(table, inputs or [DOWNLOADS], version) for table in tables],
        check_specs=[dg.AssetCheckSpec(CONTRACT, asset=t, blocking=True, description=PROMISE) for t in tables],
    )
    def step(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        started = time.perf_counter()
        with reported(), contextlib.ExitStack() as stack:
            made = compute(run, {n: run.store.read(n) for n in inputs} if load else {})
            growing = {t: _HandOver(t, stack.enter_context(run.store.growing(t))) for t in tables}
            for part in [made] if isinstance(made, Mapping) else made:
                for table, frame in part.items():
                    yield from growing[table].add(frame)
            for table in tables:
                yield from growing[table].keep()
        rows = ", ".join(f"{t} {g.rows:,}" for t, g in growing.items())
        progress.info("%5.1f s  %s", time.perf_counter() - started, rows)

    return step


def table_spec(table: str, inputs: Sequence[str], version: str) -> dg.AssetSpec:
    """The asset spec of a registry table: description, group, kinds, columns with units and constraints."""
    entry = TABLES[table]
    return dg.AssetSpec(
        table,
        deps=list(inputs),
        description=f"{entry.description}\n\nOne row per {entry.grain}.",
        group_name=entry.stage,
        kinds={"duckdb", "sql", "parquet"} if table in table_queries() else {"python", "polars", "parquet"},
        code_version=version,
        metadata={"dagster/column_schema": column_schema(table), "published": entry.published},
    )


def column_schema(table: str) -> dg.TableSchema:
    """The registry's columns in Dagster's form; the unit leads the description, bounds become constraint chips."""
    entry = TABLES[table]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=c.name,
                type=c.kind,
                description=f"[{c.unit}] {c.description}" if c.unit else c.description,
                constraints=dg.TableColumnConstraints(
                    nullable=c.nullable, unique=entry.key == (c.name,), other=_chips(c)
                ),
            )
            for c in entry.columns
        ]
    )


@contextlib.contextmanager
def reported() -> Iterator[None]:
    """Shows an error of ours as one line in Dagster: what is wrong, where, what to do; and does not retry it."""
    try:
        yield
    except PipelineError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None


def shown_rows(frame: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """Some rows as a markdown table, for check results and previews."""
    with pl.Config(tbl_formatting="MARKDOWN", tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True,
                   tbl_cols=-1, tbl_rows=-1, fmt_str_lengths=80, tbl_width_chars=-1):  # fmt: skip
        return dg.MetadataValue.md(str(frame.head(PREVIEW_ROWS)))


class _HandOver:
    """A table on its way to the store: what came is checked before it is written; the first part is kept for previews.

    Small parts wait until there are CHECKED_BYTES of them: a check costs the same for ten rows as for ten thousand.
    """

    def __init__(self, table: str, file: Growing) -> None:
        self.table, self.file, self.rows = table, file, 0
        self.first: pl.DataFrame = TABLES[table].frame([])
        self._waiting: list[pl.DataFrame] = []

    def add(self, part: pl.DataFrame) -> Iterator[dg.AssetCheckResult]:
        """Yields the check's result, and raises ContractError, when rows that came so far break the contract."""
        if part.is_empty():  # no rows break no contract; that there are none at all is seen at the end
            return
        self._waiting.append(part)
        if sum(p.estimated_size() for p in self._waiting) > CHECKED_BYTES:
            yield from self._check_waiting()

    def _check_waiting(self) -> Iterator[dg.AssetCheckResult]:
        part, self._waiting = pl.concat(self._waiting), []
        yield from self._refuse(contracts.failures(self.table, part))
        self.first = part if self.first.is_empty() else self.first
        self.rows += part.height
        self.file.add(part)

    def keep(self) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        """Check and write what waits, and tell Dagster of the table. Raises ContractError, StoreError."""
        if self._waiting:
            yield from self._check_waiting()
        if self.rows == 0:
            yield from self._refuse(contracts.failures(self.table, self.first))
            self.file.add(self.first)
        yield self._checked(passed=True)
        self.file.keep()
        yield dg.MaterializeResult(
            asset_key=self.table,
            metadata=_metadata(self.table, self.first, self.rows, self.file.path),
            data_version=dg.DataVersion(file_sha256(self.file.path)[:16]),
        )

    def _refuse(self, broken: pl.DataFrame) -> Iterator[dg.AssetCheckResult]:
        if not broken.is_empty():
            yield self._checked(passed=False, broken=shown_rows(broken))
        contracts.refuse(self.table, broken)

    def _checked(self, *, passed: bool, **more: Any) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            check_name=CONTRACT, asset_key=self.table, passed=passed, metadata={"rows": self.rows} | more
        )


def _preview(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The first rows; of a forecast the first scenario's first and last year, with its first quantity only."""
    stems = [c.removesuffix("_p05") for c in frame.columns if c.endswith("_p05")]
    if frame.is_empty() or not stems or "year" not in frame.columns:
        return frame.head(8)
    ends = pl.col("year").is_in([frame["year"].min(), frame["year"].max()])
    first = frame.filter(ends, pl.col("scenario") == frame["scenario"][0])
    shown = [*TABLES[table].key[2:], *(f"{stems[0]}_{s}" for s in ("p05", "mean", "p95"))]
    shown += ["evidence_grade"] if "evidence_grade" in frame.columns else []
    return first.select(shown).sort("year", maintain_order=True)


def _metadata(table: str, frame: pl.DataFrame, rows: int, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "dagster/row_count": rows,
        "path": dg.MetadataValue.path(str(path)),
        "preview": shown_rows(_preview(table, frame)),
    }
    picture = charts.markdown(table, frame)
    if picture:
        found["chart"] = dg.MetadataValue.md(picture)
    query = table_queries().get(table)
    if query:
        found["sql"] = dg.MetadataValue.md(f"```sql\n{query.text}\n```")
        found["dagster/column_lineage"] = dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(asset_key=source, column_name=name) for source, name in sources]
                for column, sources in column_lineage(query).items()
            }
        )
    return found


def _chips(column: Column) -> list[str]:
    chips = [f"one of {', '.join(column.allowed)}"] if column.allowed else []
    chips += [f"at least {column.minimum:g}"] if column.minimum is not None else []
    chips += [f"at most {column.maximum:g}"] if column.maximum is not None else []
    return chips
