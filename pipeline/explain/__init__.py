"""Where a published number comes from: formula, claims, assumptions, query, price rows.

Belongs here: putting together what a release already holds (answer.py), and what each table's formula is (formulas.py).
Does not belong here: computing anything that is not in the release.
"""

from pipeline.explain.answer import Explanation, explain
from pipeline.explain.render import render_text

__all__ = ["Explanation", "explain", "render_text"]
