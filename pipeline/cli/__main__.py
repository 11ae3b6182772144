"""`python -m pipeline.cli`, the same as the installed `pipeline`."""

from pipeline.cli import main

main()
