"""Claims, other sources and assumptions -> evidence and the constraints every draw must meet."""

from collections.abc import Mapping

import polars as pl

import pipeline.evidence
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset


def _assumptions(run: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    raw = run.settings.raw
    return {
        "assumptions": pipeline.evidence.read_assumptions(raw),
        "scenarios": pipeline.evidence.read_scenarios(raw),
    }


def _peers(run: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"peer_estimates": pipeline.evidence.read_peer_estimates(run.settings.raw)}


def _cross(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"cross_figures": pipeline.evidence.read_cross_figures(run.settings.raw, given["segments"])}


def _evidence(_: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"evidence": pipeline.evidence.make_evidence(**given)}


def _constraints(_: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"constraints": pipeline.evidence.make_constraints(**given)}


ASSETS = [
    table_asset(
        name="read_assumptions",
        tables=["assumptions", "scenarios"],
        inputs=[],
        compute=_assumptions,
        code=pipeline.evidence,
    ),
    table_asset(
        name="read_peer_estimates", tables=["peer_estimates"], inputs=[], compute=_peers, code=pipeline.evidence
    ),
    table_asset(
        name="read_cross_figures",
        tables=["cross_figures"],
        inputs=["segments"],
        compute=_cross,
        code=pipeline.evidence,
    ),
    table_asset(
        name="gather_evidence",
        tables=["evidence"],
        inputs=["reports", "claims", "peer_estimates"],
        compute=_evidence,
        code=pipeline.evidence,
    ),
    table_asset(
        name="derive_constraints",
        tables=["constraints"],
        inputs=["reports", "claims", "segments", "assumptions", "scenarios", "peer_estimates", "cross_figures"],
        compute=_constraints,
        code=pipeline.evidence,
    ),
]
