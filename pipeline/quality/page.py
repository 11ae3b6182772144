"""What the checks found, as the files that a release keeps in checks/: JSON for machines, one page for people.

The page is one self-contained file: no script, no font, no style from anywhere else; everything in it is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, select_autoescape

from pipeline.quality.gate import Finding


def check_files(rules: Sequence[dict[str, object]], findings: Sequence[Finding]) -> dict[str, bytes]:
    """checks/quality.json, checks/gate.json and checks/index.html, by path within the release."""
    gate = [finding.to_json() for finding in findings]
    return {
        "checks/quality.json": _json(list(rules)),
        "checks/gate.json": _json(gate),
        "checks/index.html": render(rules, findings).encode(),
    }


def render(rules: Sequence[dict[str, object]], findings: Sequence[Finding]) -> str:
    """The page: a count at the top, what failed first, then every rule and every expectation."""
    environment = Environment(loader=PackageLoader("pipeline.quality"), autoescape=select_autoescape(["html", "j2"]))
    failed = sum(not r["passed"] for r in rules) + sum(not f.passed for f in findings)
    template = environment.get_template("checks.html.j2")
    ordered = sorted(findings, key=lambda f: f.passed)
    return template.render(rules=rules, findings=ordered, failed=failed, total=len(rules) + len(findings))


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode()
