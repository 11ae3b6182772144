"""What workspace.yaml loads: the definitions, and nothing else."""

from pipeline.dag.build import build_definitions

defs = build_definitions()
