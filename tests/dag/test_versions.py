"""Code versions follow the code that a step runs, however far down it stands."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import pipeline.brief
import pipeline.evidence
import pipeline.prices.build
import pipeline.prices.fetch
import pipeline.prices.index
import pipeline.quality
import pipeline.releases
from pipeline.dag.assets.release import stage_release
from pipeline.dag.versions import code_version, source_files
from pipeline.settings import ROOT


def test_the_version_of_a_query_is_its_texts() -> None:
    assert code_version("select 1") == code_version("select 1")
    assert code_version("select 1") != code_version("select 2")


FILES = {
    "sample/__init__.py": "",
    "sample/top.py": "from sample.middle import low\nimport sample_other\nimport json\n",
    "sample/middle/__init__.py": "",
    "sample/middle/low.py": "def f():\n    import sample.helpers.deep\n",
    "sample/helpers/__init__.py": "",
    "sample/helpers/deep.py": "from sample import top\nPackageLoader('sample.helpers')\n",  # a circle, as Python allows
    "sample/stranger.py": "",
    "sample_other.py": "",
    "sample/templates/not_loaded.j2": "",
    "sample/helpers/templates/parts/loaded.j2": "",
}


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("sample/top.py", True),
        ("sample/middle/low.py", True),
        ("sample/helpers/deep.py", True),
        ("sample/stranger.py", False),
        ("sample_other.py", False),
        ("sample/templates/not_loaded.j2", False),
        ("sample/helpers/templates/parts/loaded.j2", True),
    ],
)
def test_the_version_of_a_module_changes_with_what_it_imports_and_with_nothing_else(
    tmp_path: Path, file: str, changes: bool
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    top = ModuleType("sample.top")
    top.__file__ = str(tmp_path / "sample/top.py")
    before = code_version(top)
    (tmp_path / file).write_text(FILES[file] + "# changed\n")
    assert (code_version(top) != before) == changes


@pytest.mark.parametrize(
    ("module", "runs", "not_run"),
    [
        (pipeline.prices.build, ["rows/csvtext", "rows/rejects", "prices/readers/sheet", "raw"], ["prices/fetch"]),
        (pipeline.prices.fetch, ["rows/csvtext", "prices/live", "prices/gate", "store"], ["prices/index"]),
        (pipeline.prices.index, ["tables/price_levels", "schema"], ["prices/names", "rows/csvtext"]),
        (pipeline.evidence, ["rows/csvtext", "evidence/peers", "tables/words"], ["prices/build", "model/draws"]),
    ],
)
def test_our_steps_run_the_helpers_they_share(module: ModuleType, runs: list[str], not_run: list[str]) -> None:
    found = {f.relative_to(ROOT / "pipeline").with_suffix("").as_posix() for f in source_files(module)}
    assert found >= set(runs)
    assert not found & set(not_run)


def test_the_candidate_covers_the_brief_the_gate_and_their_templates() -> None:
    modules = (pipeline.releases, pipeline.quality, pipeline.brief)
    found = {f.relative_to(ROOT / "pipeline").as_posix() for module in modules for f in source_files(module)}
    templates = {f for f in (ROOT / "pipeline").glob("*/templates/**/*") if f.is_file()}
    assert len(templates) > 5
    assert found >= {f.relative_to(ROOT / "pipeline").as_posix() for f in templates}
    assert found >= {"brief/costs.py", "quality/gate.py", "releases/staging.py", "schema.py"}
    every_query = [f.read_text(encoding="utf-8") for f in sorted((ROOT / "sql/gate").glob("*.sql"))]
    (spec,) = stage_release.specs
    assert spec.code_version == code_version(*modules, *every_query)
    assert spec.code_version != code_version(*modules)
