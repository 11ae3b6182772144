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

AS_REPORTED = "scenario = 'as_reported'"
MARKET = f"market_forecast where {AS_REPORTED}"
REGION = f"region_forecast where {AS_REPORTED}"
SEGMENT = f"segment_forecast where {AS_REPORTED}"

# Question, answer. 12.00 and 86.24 are the report's; 12 x (86.24 / 12) ** (4 / 9) is 2029 on the geometric path; 6.72
# is 56 percent of 12.00; 10 years, 5 regions, 17 segments in 4 dimensions, 17 x 5 x 10 cells are counted in the report.
ANSWERS: dict[str, object] = {
    f"select round(value_usd_bn_mean, 9) from {MARKET} and year = 2025": 12.0,
    f"select round(value_usd_bn_mean, 9) from {MARKET} and year = 2034": 86.24,
    f"select round(value_usd_bn_mean, 6) from {MARKET} and year = 2029": round(12 * (86.24 / 12) ** (4 / 9), 6),
    f"select count(*) from {MARKET}": 10,
    f"select count(distinct region) from {REGION}": 5,
    f"select count(*) from {REGION}": 50,
    f"select count(*) from {SEGMENT}": 170,
    f"select count(*) from segment_region_forecast where {AS_REPORTED}": 850,
    f"select round(value_usd_bn_mean, 2) from {REGION} and region = '{NA}' and year = 2025": 6.72,
    f"select share_p05 >= 0.55 and share_p95 <= 0.57 from {REGION} and region = '{NA}' and year = 2025": True,
    f"select evidence_grade from {REGION} and region = '{NA}' and year = 2025": "reported",
    f"select min(p_fastest) from {REGION} and region = '{AP}'": 1.0,
    f"select p_largest from {SEGMENT} and segment = '{CLOUD}' and year = 2025": 1.0,
    f"select min(p_fastest) from {SEGMENT} and segment = '{TUNING}'": 1.0,
    f"select string_agg(distinct dimension, ', ') from {SEGMENT} and dimension = 'End-User' "
    "having bool_and(evidence_grade = 'prior')": "End-User",
    f"select max(abs(share_mean - 0.2)) < 0.01 from {SEGMENT} "
    "and dimension = 'Framework and Tooling' and year = 2025": True,
    "select max(abs(s / m.value_usd_bn_mean - 1)) < 1e-9 from (select market, scenario, year, dimension, "
    "sum(value_usd_bn_mean) as s from segment_forecast group by all) "
    "join market_forecast as m using (market, scenario, year)": True,
}


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
