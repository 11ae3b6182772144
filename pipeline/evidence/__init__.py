"""What is known beside the reports' own tables, and what all of it demands of the model.

Belongs here: assumptions, other sources' figures, and turning claims into constraints on shares and growth. Does not
belong here: finding claims in a text (pipeline/reports) or drawing numbers that obey them (pipeline/model).
"""

from pipeline.evidence.assumptions import read_assumptions, read_scenarios
from pipeline.evidence.constraints import make_constraints
from pipeline.evidence.cross import read_cross_figures
from pipeline.evidence.figures import make_evidence, read_peer_estimates

__all__ = [
    "make_constraints",
    "make_evidence",
    "read_assumptions",
    "read_cross_figures",
    "read_peer_estimates",
    "read_scenarios",
]
