"""Every published number has an answer: where it comes from, by claims, assumptions and the query that made it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import PipelineError
from pipeline.explain import explain, render_text
from pipeline.releases.catalog import find
from pipeline.settings import Settings
from pipeline.tables import PUBLISHED, TABLES
from tests.integration.conftest import Command


@pytest.mark.parametrize("table", PUBLISHED)
def test_every_table_answers_for_its_first_and_last_row(table: str, released: Path) -> None:
    release = find(Settings.from_env(processed=released))
    rows = pl.read_parquet(release.tables[table])
    for row in (rows.head(1).to_dicts() + rows.tail(1).to_dicts())[:2]:
        found = explain(release, table, {name: str(row[name]) for name in TABLES[table].key if row[name] is not None})
        text = render_text(found)
        assert release.id in text
        assert json.loads(json.dumps(found.to_json(), default=str))


def test_a_forecast_names_claims_with_place_and_assumptions(released: Path, pipeline: Command) -> None:
    said = pipeline("explain", "region_forecast", "region=Asia Pacific", "year=2034", "--processed", released)
    assert said.code == 0, said.err
    assert "region_fastest.asia_pacific.2034" in said.out
    assert "characters" in said.out
    assert "growth_spread" in said.out
    assert "sql/forecast/region_forecast.sql" in said.out
    as_json = pipeline(
        "explain", "region_forecast", "region=Asia Pacific", "year=2034", "--json", "--processed", released
    )
    assert json.loads(as_json.out)


def test_a_row_that_is_not_there_is_one_line(released: Path, pipeline: Command) -> None:
    said = pipeline("explain", "region_forecast", "region=Atlantis", "year=2034", "--processed", released)
    assert said.code != 0
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    with pytest.raises(PipelineError):
        explain(find(Settings.from_env(processed=released)), "no_such_table", {})
