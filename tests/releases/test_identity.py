from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import RawDataError
from pipeline.releases import identity as module
from pipeline.releases.identity import identify
from pipeline.settings import Settings
from tests.releases.conftest import World, add_raw


def test_id_is_newest_day_and_first_twelve_digits(world: World) -> None:
    identity = identify(world.settings)
    assert identity.as_of == "2026-08-25"
    assert identity.release_id == f"2026-08-25-{identity.fingerprint[:12]}"
    assert len(identity.fingerprint) == 64


def test_same_inputs_elsewhere_give_the_same_identity(world: World, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    add_raw(other, "prices/sheet.csv", "a,b\n1,2\n", published="2026-08-25")
    add_raw(other, "reports/one/report.md", "# A market\n")
    assert identify(Settings(raw=other, processed=tmp_path)) == identify(world.settings)


@pytest.mark.parametrize("name", ["prices/sheet.csv", "prices/sheet.csv.meta.yaml", "reports/one/report.md"])
def test_every_input_byte_moves_the_id(world: World, name: str) -> None:
    before = identify(world.settings)
    (world.settings.raw / name).write_bytes((world.settings.raw / name).read_bytes() + b"\n")
    assert identify(world.settings).fingerprint != before.fingerprint


def test_a_renamed_input_a_setting_code_and_a_version_move_the_id(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {identify(world.settings).fingerprint, identify(replace(world.settings, draws=16)).fingerprint}
    (world.settings.raw / "reports/one").rename(world.settings.raw / "reports/two")
    seen.add(identify(world.settings).fingerprint)
    root = tmp_path / "checkout"
    (root / "pipeline").mkdir(parents=True)
    (root / "sql").mkdir()
    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(module, "SQL", root / "sql")
    for path in ("pipeline/a.py", "pipeline/page.html.j2", "sql/b.sql", "requirements.lock"):
        (root / path).write_text("x")
        seen.add(identify(world.settings).fingerprint)
    monkeypatch.setattr(module, "_version", lambda _: "0")  # it is asked for once a process
    seen.add(identify(world.settings).fingerprint)
    assert len(seen) == 8


def test_by_products_and_folders_do_not_move_the_id(world: World) -> None:
    before = identify(world.settings)
    (world.settings.raw / ".DS_Store").write_text("x")
    (world.settings.raw / "empty").mkdir()
    assert identify(replace(world.settings, processed=Path("/elsewhere"))) == before
    assert not any("__pycache__" in path for path in before.code)
    assert {"pipeline/releases/identity.py", "sql/release/rejected_rows.sql"} <= before.code.keys()


@pytest.mark.parametrize(
    ("sidecar", "says"),
    [
        ("title: [", "YAML"),
        ("just text", "mapping"),
        ("title: t\n", "lacks producer"),
        (None, "missing"),
        ("title: t\nproducer: p\nsource: s\naccessed: 2027-01-01\nlicence: l\nsha256: abc\n", "sealed for abc"),
    ],
)
def test_a_broken_sidecar_is_bytes_and_says_nothing_about_the_day(world: World, sidecar: str | None, says: str) -> None:
    path = add_raw(world.settings.raw, "reports/late/report.md", "late", published="2026-11-01")
    assert identify(world.settings).as_of == "2026-11-01"
    place = path.with_name("report.md.meta.yaml")
    place.unlink() if sidecar is None else place.write_text(sidecar)
    identity = identify(world.settings)
    assert identity.as_of == "2026-08-25"
    entry = next(i for i in identity.inputs if i.path == "reports/late/report.md")
    assert says in (entry.problem or "")
    assert str(world.settings.raw) not in (entry.problem or "")


def test_no_usable_sidecar_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    with pytest.raises(RawDataError, match="seal"):
        identify(Settings(raw=tmp_path, processed=tmp_path))
    with pytest.raises(RawDataError, match="no such folder"):
        identify(Settings(raw=tmp_path / "none", processed=tmp_path))


def test_naming_a_release_loads_no_heavy_library() -> None:
    """The second run of unchanged inputs costs reading and hashing; imports would cost more."""
    code = (
        "import sys, pipeline.releases.identity, pipeline.releases.catalog, pipeline.releases.query;"
        "print([m for m in ('polars', 'pandera', 'dagster', 'pandas', 'numpy', 'sqlglot') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
