"""From constraints to draws: joint samples of base-year shares and growth that obey every claim.

Belongs here: the prior, conditioning on constraints, contradictions, and how well each dimension was sampled. Does not
belong here: what claims mean (pipeline/evidence) or anything after the draws, which is SQL (sql/forecast).

The prior of one dimension with K members: shares in the base year are Dirichlet (share_concentration, 1 for uniform on
the simplex; Devroye, Non-Uniform Random Variate Generation, 1986, XI.4); yearly log growths are independent Normal(0,
sigma) with sigma over the range of growth_spread; share(t) is proportional to share(0) exp(growth x t). Dimensions are
independent of each other.
"""

from pipeline.model.draws import Draws, draw, draw_parts

__all__ = ["Draws", "draw", "draw_parts"]
