"""Reads a published release with nothing but DuckDB, as a user would, and compares it with numbers worked out by hand.

Usage: python tests/read_release.py PROCESSED_FOLDER. Run by CI on a release made by `pipeline run`; the same questions
are asked in tests/integration. Exits 1 at the first answer that is wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

NA, AP = "North America", "Asia Pacific"
CLOUD, TUNING = "Cloud-Hosted Training Service and Spot GPU", "Enterprise Domain-Specific Fine-Tuning"

# Question, answer. 12.00 and 86.24 are the report's; 12 x (86.24 / 12) ** (4 / 9) is 2029 on the geometric path; 6.72
# is 56 percent of 12.00; 10 years, 5 regions, 17 segments in 4 dimensions, 17 x 5 x 10 cells are counted in the report.
ANSWERS: dict[str, object] = {
    "select round(value_usd_bn_mean, 9) from market_forecast where year = 2025": 12.0,
    "select round(value_usd_bn_mean, 9) from market_forecast where year = 2034": 86.24,
    "select round(value_usd_bn_mean, 6) from market_forecast where year = 2029": round(12 * (86.24 / 12) ** (4 / 9), 6),
    "select count(*) from market_forecast": 10,
    "select count(distinct region) from region_forecast": 5,
    "select count(*) from region_forecast": 50,
    "select count(*) from segment_forecast": 170,
    "select count(*) from segment_region_forecast": 850,
    f"select round(value_usd_bn_mean, 2) from region_forecast where region = '{NA}' and year = 2025": 6.72,
    f"select share_p05 >= 0.55 and share_p95 <= 0.57 from region_forecast where region = '{NA}' and year = 2025": True,
    f"select evidence_grade from region_forecast where region = '{NA}' and year = 2025": "reported",
    f"select min(p_fastest) from region_forecast where region = '{AP}'": 1.0,
    f"select p_largest from segment_forecast where segment = '{CLOUD}' and year = 2025": 1.0,
    f"select min(p_fastest) from segment_forecast where segment = '{TUNING}'": 1.0,
    "select string_agg(distinct dimension, ', ' order by dimension) from segment_forecast group by dimension "
    "having bool_and(evidence_grade = 'prior') order by all limit 1": "End-User",
    "select max(abs(share_mean - 0.2)) < 0.01 from segment_forecast "
    "where dimension = 'Framework and Tooling' and year = 2025": True,
    "select max(abs(s / m.value_usd_bn_mean - 1)) < 1e-9 from (select market, year, dimension, "
    "sum(value_usd_bn_mean) as s from segment_forecast group by all) join market_forecast as m using (market, year)"
    "": True,
}  # fmt: skip


def main(processed: Path) -> int:
    """Ask every question through market.duckdb; return how many were answered."""
    with duckdb.connect(str(processed / "market.duckdb"), read_only=True) as con:
        for question, answer in ANSWERS.items():
            found = con.sql(question).fetchall()
            if found != [(answer,)]:
                sys.exit(f"{question}\n  found {found}, expected {answer}")
    return len(ANSWERS)


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))} answers read from the release are right\n")
