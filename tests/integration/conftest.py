"""Runs of the public commands, in this process, on copies of the real raw data."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.raw import SUFFIX, reseal
from pipeline.settings import ROOT

REPORT = Path("reports/ai-training-market/report.md")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def pipeline(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Call the `pipeline` command with arguments."""

    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["pipeline", *map(str, arguments)])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        printed = capfd.readouterr()
        return Said(code, printed.out, printed.err)

    return call


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """256 draws: enough for tests that do not look at numbers."""
    monkeypatch.setenv("PIPELINE_DRAWS", "256")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A copy of data/raw to spoil."""
    return Path(shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw"))


def add_report(raw: Path, report_id: str, text: str, *, sealed: bool = True) -> Path:
    """A further report folder with a text of our own; unsealed, its sidecar keeps the hash of another text."""
    home = raw / "reports" / report_id
    home.mkdir()
    file = home / "report.md"
    shutil.copy(raw / f"{REPORT}{SUFFIX}", f"{file}{SUFFIX}")
    file.write_text(text, encoding="utf-8")
    if sealed:
        reseal(file)
    return file


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The processed folder after one run of the main job on the real raw data."""
    from pipeline.dag.execute import run_all
    from pipeline.settings import Settings

    processed = tmp_path_factory.mktemp("main") / "processed"
    outcome = run_all(Settings.from_env(processed=processed))
    assert outcome.failures == ()
    return processed
