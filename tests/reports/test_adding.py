"""Taking a report into data/raw: whole or not at all, never over another, with what is left to do."""

from __future__ import annotations

import dagster as dg
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.dag.automation import raw_data_changed
from pipeline.dag.resources import Run
from pipeline.errors import RawDataError, ReportError
from pipeline.raw import read_verified
from pipeline.reports import Limits, read_reports
from pipeline.reports.adding import Origin, add_report, slug_id
from pipeline.reports.segmentation import load_segmentation
from tests.reports.helpers import PAGE, write

RUN_ON = PAGE.replace("Steel Widgets; Brass Widgets; Plastic Widgets", "Steel Widgets Brass Widgets Plastic Widgets")


def test_a_report_is_taken_in_with_its_sidecar(tmp_path):
    file = write(tmp_path / "page.md", PAGE)
    added = add_report(file, tmp_path / "raw", Origin(source="https://a.example/x", licence="own"), limits=Limits())
    assert added.home == tmp_path / "raw" / "reports" / "widget-market"
    data, sidecar = read_verified(added.home / "report.md")
    assert data == file.read_bytes()
    assert (sidecar.title, sidecar.source, sidecar.licence) == ("Widget Market", "https://a.example/x", "own")
    assert added.todo == ()
    assert read_reports(tmp_path / "raw" / "reports").reports["status"].to_list() == ["accepted"]


def test_nothing_is_overwritten(tmp_path):
    file = write(tmp_path / "page.md", PAGE)
    home = add_report(file, tmp_path, Origin(), report_id="a", limits=Limits()).home
    before = sorted((p.name, p.read_bytes()) for p in home.iterdir())
    with pytest.raises(RawDataError, match="never overwritten"):
        add_report(write(tmp_path / "other.md", "# Other\n"), tmp_path, Origin(), report_id="a", limits=Limits())
    assert sorted((p.name, p.read_bytes()) for p in home.iterdir()) == before


@pytest.mark.parametrize("bad", ["", "..", "a/b", "A", "a--b", "-a", "a b", "a" * 81, "a\n"])
def test_an_unsafe_id_is_refused(tmp_path, bad):
    with pytest.raises(RawDataError, match="--id"):
        add_report(write(tmp_path / "page.md", PAGE), tmp_path, Origin(), report_id=bad, limits=Limits())
    assert not (tmp_path / "reports").exists()


@given(st.text(min_size=1, max_size=120))
def test_a_slug_is_safe_or_refused(text):
    try:
        slug = slug_id(text)
    except RawDataError:
        return
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 0 < len(slug) <= 80
    assert "--" not in slug
    assert slug.strip("-") == slug


def test_run_together_cells_come_with_a_skeleton_to_cut(tmp_path):
    added = add_report(write(tmp_path / "page.md", RUN_ON), tmp_path, Origin(), limits=Limits())
    todo = added.home / ".segmentation.yaml.todo"
    assert any(str(todo) in line for line in added.todo)
    assert load_segmentation(todo).members == {"Material": ("Steel Widgets Brass Widgets Plastic Widgets",)}


def test_a_file_that_is_no_report_leaves_nothing(tmp_path):
    with pytest.raises(ReportError):
        add_report(write(tmp_path / "page.exe", PAGE), tmp_path, Origin(), limits=Limits())
    assert not (tmp_path / "reports").exists()


def test_the_command(tmp_path):
    file = write(tmp_path / "page.md", PAGE.replace("USD", "EUR"))
    done = CliRunner().invoke(
        app, ["add-report", str(file), "--id", "widgets", "--raw", str(tmp_path), "--accessed", "2026-01-02"]
    )
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "reports" / "widgets") in done.stdout
    assert "add the rate of its base year to reference/fx.csv" in done.stderr
    sidecar = yaml.safe_load((tmp_path / "reports" / "widgets" / "report.md.meta.yaml").read_text(encoding="utf-8"))
    assert str(sidecar["accessed"]) == "2026-01-02"


def test_the_sensor_starts_a_refresh_only_when_the_raw_data_changed(tmp_path):
    raw = tmp_path / "raw"
    add_report(write(tmp_path / "page.md", PAGE), raw, Origin(), report_id="a", limits=Limits())
    run = Run(raw=str(raw), processed=str(tmp_path / "processed"))

    def look(cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        return raw_data_changed(dg.build_sensor_context(cursor=cursor, resources={"run": run}))

    first = look(None)
    assert isinstance(first, dg.SensorResult)
    assert not first.run_requests
    assert isinstance(look(first.cursor), dg.SkipReason)
    add_report(write(tmp_path / "page.md", RUN_ON), raw, Origin(), report_id="b", limits=Limits())
    second = look(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert len(second.run_requests or []) == 1
    assert second.cursor != first.cursor
