"""The docs site builds with every link checked, and speaks of commands that exist."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.settings import ROOT
from pipeline.tables import PUBLISHED, TABLES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    environment = os.environ | {"PIPELINE_PROCESSED": str(folder.parent / "processed")}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@pytest.mark.slow
def test_every_published_table_has_a_page_with_its_grain_and_lineage(site: Path) -> None:
    for name in PUBLISHED:
        page = html.unescape((site / "tables" / name / "index.html").read_text())
        assert f"One row per {TABLES[name].grain}" in page
        assert f'aria-label="{name}: what it is made from, and what is made from it"' in page
    whole = (site / "tables" / "index.html").read_text()
    assert whole.count('<g class="box') == len(TABLES)
    leads = set(re.findall(r'<a href="([a-z_]+)/"><g class="box', whole))
    assert leads == set(PUBLISHED)


@pytest.mark.slow
def test_the_site_asks_nobody_else_for_anything(site: Path) -> None:
    pages = {p: p.read_text() for p in site.rglob("*.html")}
    loaded = r"<(?:script|img|iframe|source|audio|video)[^>]*\ssrc=\"?([^\" >]+)"
    linked = r"<link[^>]*rel=\"?(?:stylesheet|preconnect|preload|icon|modulepreload)[^>]*href=\"?([^\" >]+)"
    asked = {found for text in pages.values() for pattern in (loaded, linked) for found in re.findall(pattern, text)}
    assert len(asked) > 3
    assert [a for a in asked if "//" in a] == []
    assert [
        p for p in site.rglob("*.css") if re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", p.read_text())
    ] == []
    # What would make the theme fetch its drawing library.
    assert [p for p, text in pages.items() if 'class="mermaid"' in text] == []


def test_every_command_the_docs_speak_of_exists() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    said = {
        m
        for p in (ROOT / "docs").glob("*.md")
        for m in re.findall(r"(?:^|[`/])pipeline ([a-z-]+)", p.read_text(), re.M)
    }
    assert {"releases", "diff", "verify", "reproduce", "prune", "rollback", "export", "ui"} <= said
    assert said <= commands
