"""The docs site builds with every link checked, and speaks of commands that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.settings import ROOT
from pipeline.tables import PUBLISHED, TABLES


@pytest.mark.slow
def test_the_site_builds_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    page = (tmp_path / "site" / "dictionary" / "index.html").read_text()
    for name in PUBLISHED:
        assert f"One row per {TABLES[name].grain}" in page.replace("&amp;", "&")


def test_every_command_the_docs_speak_of_exists() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    said = {
        m
        for p in (ROOT / "docs").glob("*.md")
        for m in re.findall(r"(?:^|[`/])pipeline ([a-z-]+)", p.read_text(), re.M)
    }
    assert {"releases", "diff", "verify", "reproduce", "prune", "rollback", "export", "ui"} <= said
    assert said <= commands
