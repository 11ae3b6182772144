from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import queries
from pipeline.errors import ContractError
from pipeline.lineage import column_lineage
from pipeline.tables import TABLES


def lineage_of(tmp_path: Path, sql: str) -> dict[str, list[tuple[str, str]]]:
    path = tmp_path / "made.sql"
    path.write_text(sql)
    queries.parse.cache_clear()
    return column_lineage(queries.parse(path))


def test_values_are_followed_through_ctes_joins_and_windows(tmp_path: Path) -> None:
    sql = """
    with wide as (
        select d.market, s.member, d.base_shares[s.position] * exp(d.growths[s.position]) as weight
        from share_draws as d join segments as s on s.report_id = d.market
    )
    select market, member, weight / sum(weight) over (partition by market) as share, 1 as one, count(*) over () as n
    from wide
    """
    weight = [("segments", "position"), ("share_draws", "base_shares"), ("share_draws", "growths")]
    assert lineage_of(tmp_path, sql) == {
        "market": [("share_draws", "market")],
        "member": [("segments", "member")],
        "share": [*weight, ("share_draws", "market")],
        "one": [],
        "n": [],
    }


def test_a_star_and_a_union_are_followed(tmp_path: Path) -> None:
    found = lineage_of(tmp_path, "select * from price_rejects union all select * from rejected_rows")
    assert list(found) == list(TABLES["rejected_rows"].column_names)
    assert found["reason"] == [("price_rejects", "reason"), ("rejected_rows", "reason")]


@pytest.mark.parametrize("sql", ["select nope from market_forecast", "pivot market_forecast on year using sum(year)"])
def test_what_cannot_be_followed_is_an_error_naming_the_file(tmp_path: Path, sql: str) -> None:
    with pytest.raises(ContractError, match=r"made\.sql"):
        lineage_of(tmp_path, sql)


@pytest.mark.parametrize("name", sorted(queries.table_queries()))
def test_every_column_of_every_query_is_accounted_for(name: str) -> None:
    found = column_lineage(queries.table_queries()[name])
    assert list(found) == list(TABLES[name].column_names)
