"""Makes what a Superset user would click together: the connection, a dataset on region_forecast, a chart.

    superset.py http://127.0.0.1:8088 PASSWORD /path/to/market.duckdb

What is there already is left as it is. Belongs here: calls of Superset's API (https://superset.apache.org/docs/api).
Does not belong here: installing or starting it (superset.sh). Runs in Superset's own environment, on the standard
library alone.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

COLUMNS = ["value_usd_bn_p05", "value_usd_bn_mean", "value_usd_bn_p95"]


class Superset:
    """One session of the API."""

    def __init__(self, base: str, password: str) -> None:
        self.base, self.headers = base, {"Content-Type": "application/json", "Referer": base}
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        login = {"username": "admin", "password": password, "provider": "db", "refresh": False}
        self.headers["Authorization"] = f"Bearer {self.call('POST', 'security/login', login)['access_token']}"
        self.headers["X-CSRFToken"] = self.call("GET", "security/csrf_token/")["result"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request; its JSON. A refusal ends the program with what Superset said."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  an address the user gave
            f"{self.base}/api/v1/{path}", data, self.headers, method=method
        )
        try:
            with self.opener.open(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()[:500]}") from None

    def ensure(self, kind: str, field: str, content: dict[str, Any]) -> int:
        """The id of the one whose `field` is as in `content`, made if there is none."""
        query = urllib.parse.quote(f"(filters:!((col:{field},opr:eq,value:'{content[field]}')))")
        found = self.call("GET", f"{kind}/?q={query}")["result"]
        return int(found[0]["id"] if found else self.call("POST", f"{kind}/", content)["id"])


def main(base: str, password: str, database: str) -> None:
    """Connect, describe, draw, and print where to look."""
    superset = Superset(base, password)
    connection = superset.ensure(
        "database",
        "database_name",
        {
            "database_name": "Market releases",
            "sqlalchemy_uri": f"duckdb:///{database}",
            # Views only, and nobody but a publisher writes the file.
            "extra": json.dumps({"engine_params": {"connect_args": {"read_only": True}}}),
            "expose_in_sqllab": True,
        },
    )
    dataset = superset.ensure(
        "dataset", "table_name", {"database": connection, "schema": "main", "table_name": "region_forecast"}
    )
    params = {
        "datasource": f"{dataset}__table",
        "viz_type": "table",
        "query_mode": "raw",
        "all_columns": ["region", "year", *COLUMNS, "evidence_grade"],
        "adhoc_filters": [_where("scenario", "as_reported"), _where("year", 2034)],
        "order_by_cols": ['["value_usd_bn_mean", false]'],
        "row_limit": 50,
        "column_config": {c: {"d3NumberFormat": ".1f"} for c in COLUMNS}
        | {"year": {"d3NumberFormat": "d", "showCellBars": False}},
    }
    chart = superset.ensure(
        "chart",
        "slice_name",
        {
            "slice_name": "Regions in 2034, with ranges and grades",
            "viz_type": "table",
            "datasource_id": dataset,
            "datasource_type": "table",
            "params": json.dumps(params),
        },
    )
    print(f"{base}/explore/?slice_id={chart}")  # noqa: T201  what the program is for


def _where(column: str, value: object) -> dict[str, object]:
    return {"clause": "WHERE", "expressionType": "SIMPLE", "subject": column, "operator": "==", "comparator": value}


if __name__ == "__main__":
    main(*sys.argv[1:])
