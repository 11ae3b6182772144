-- what: every market and dimension got all the draws it was asked for, and kept enough of the points tried.
-- on: draw_quality
-- one row per: market x dimension with too few
select market, dimension, points_tried, points_kept, kept_share, effective_draws
from draw_quality
where points_kept < $draws or effective_draws < $draws / 2
order by market, dimension
