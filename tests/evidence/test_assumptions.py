from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import contracts
from pipeline.errors import AssumptionError, RawDataError
from pipeline.evidence import read_assumptions
from pipeline.evidence.assumptions import NEEDED, assumption
from pipeline.settings import ROOT
from tests.source_claims import assumption_rows

ENTRIES: dict[str, dict[str, Any]] = {
    row["name"]: {key: row[key] for key in row if key not in ("scenario", "name")} for row in assumption_rows()
}


def raw_with(folder: Path, content: object) -> Path:
    text = content if isinstance(content, bytes) else yaml.safe_dump(content, sort_keys=False).encode()
    (folder / "assumptions.yaml").write_bytes(text)
    (folder / "assumptions.yaml.meta.yaml").write_text(
        "title: t\nproducer: p\nsource: s\nlicence: l\naccessed: 2026-01-01\n"
        f"sha256: {hashlib.sha256(text).hexdigest()}\n"
    )
    return folder


def test_the_projects_own_file_keeps_its_contract_and_holds_what_the_model_needs() -> None:
    table = contracts.validate("assumptions", read_assumptions(ROOT / "data" / "raw"))
    assert set(NEEDED) <= set(table["name"])


def test_entries_are_read_as_written(tmp_path: Path) -> None:
    table = read_assumptions(raw_with(tmp_path, ENTRIES))
    assert table["name"].to_list() == sorted(ENTRIES)
    assert assumption(table, "substantial_margin")["value"] == 1.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": 3.0, "low": 1.0, "high": 2.0}, r"growth_spread: value 3 is outside its own range 1 to 2"),
        ({"value": float("nan")}, r"growth_spread\.value: must be a finite number"),
        ({"high": float("inf")}, r"growth_spread\.high: must be a finite number"),
        ({"value": "0.1"}, r"growth_spread\.value: must be a finite number; got '0\.1'"),
        ({"low": True}, r"growth_spread\.low: must be a finite number"),
        ({"distribution": "normal"}, r"growth_spread: distribution must be one of fixed, uniform, loguniform"),
        ({"distribution": "loguniform", "low": 0.0}, r"growth_spread: a loguniform range must start above 0"),
        ({"high": 5.0}, r"growth_spread: the model can use 0\.001 to 1; got the range 0\.05 to 5"),
        ({"why": " "}, r"growth_spread\.why: must be text"),
        ({"note": "x"}, r"growth_spread: must have exactly the keys"),
    ],
)
def test_a_wrong_entry_is_named_with_file_and_key(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    entries = ENTRIES | {"growth_spread": ENTRIES["growth_spread"] | change}
    with pytest.raises(AssumptionError, match=rf"assumptions\.yaml: {said}"):
        read_assumptions(raw_with(tmp_path, entries))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({k: v for k, v in ENTRIES.items() if k != "hedge_widening"}, "lacks hedge_widening"),
        (["a"], "must be a mapping"),
        (b"a: [", "cannot be read as YAML"),
        (b"\xff\xfe\x00", "cannot be read as YAML"),
        (b"a: 1\na: 2\n", "a is given twice"),
        (b"!!python/object/apply:os.getcwd []", "cannot be read as YAML"),
        ({**ENTRIES, "growth_spread": 0.05}, "growth_spread: must have exactly the keys"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(AssumptionError, match=said):
        read_assumptions(raw_with(tmp_path, content))


def test_a_changed_file_is_refused_by_its_hash(tmp_path: Path) -> None:
    raw = raw_with(tmp_path, ENTRIES)
    (raw / "assumptions.yaml").write_text("{}")
    with pytest.raises(RawDataError, match="sha256"):
        read_assumptions(raw)
