"""Everything Dagster: assets, checks, the run resource, jobs, schedules and sensors. Thin: no computing here.

The rest of the project imports no Dagster (a linter rule enforces it), so every step can be used and tested without it.
"""
