"""brief.html: one page that says what a release holds, for people who open no table.

Belongs here: choosing what each section shows (forecasts.py, costs.py, sources.py), how numbers are written (words.py),
what charts look like (pictures.py), the page (writing.py, templates/). Does not belong here: computing anything that a
table does not hold, or Dagster's previews (pipeline/charts.py).

The page is one file that works offline: chart library, styles and data are inside it, and its own policy forbids it to
load anything. A section appears when its table is in the release.
"""
