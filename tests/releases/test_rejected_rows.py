from __future__ import annotations

from pathlib import Path

from pipeline import queries
from pipeline.schema import Table
from pipeline.tables import TABLES
from pipeline.tables.words import REJECT_COLUMNS

QUERY = "rejected_rows"


def reject_tables() -> list[Table]:
    return [t for t in TABLES.values() if t.columns == REJECT_COLUMNS and t.name != QUERY]


def row(table: str, number: int, reason: str, detail: str) -> dict[str, object]:
    return {"table_name": table, "source_file": "f.csv", "source_row": number, "reason": reason, "detail": detail}


def test_every_list_of_refused_rows_is_read() -> None:
    assert {t.name for t in reject_tables()} <= set(queries.table_queries()[QUERY].inputs)


def test_rows_of_all_stages_are_there_and_one_refusal_is_one_row(tmp_path: Path) -> None:
    query = queries.table_queries()[QUERY]
    inputs = {}
    for name in query.inputs:
        rows = [row(name, 2, "bad", "late"), row(name, 1, "bad", "b"), row(name, 1, "bad", "a"), row(name, 1, "x", "c")]
        inputs[name] = tmp_path / f"{name}.parquet"
        TABLES[QUERY].frame(rows).write_parquet(inputs[name])
    result = queries.run(query, inputs, {})
    expected = [
        row(name, *rest)
        for name in sorted(query.inputs)
        for rest in ((1, "bad", "a; b"), (1, "x", "c"), (2, "bad", "late"))
    ]
    assert result.to_dicts() == expected
