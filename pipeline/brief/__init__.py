"""brief.html: one page that says what a release holds, for people who open no table.

Belongs here: writing.py (gathering what the page shows from the tables), pictures.py (charts), templates/.
Does not belong here: computing anything that a table does not hold, or Dagster's previews (pipeline/charts.py).

The page is one file that works offline: chart library, styles and data are inside it, and its own policy forbids it to
load anything. A section appears when its table is in the release.
"""
