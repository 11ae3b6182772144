-- what: every market, scenario and dimension got all the draws it was asked for, worth at least half as many independent ones.
-- on: draw_quality
-- one row per: market x scenario x dimension with too few
select market, scenario, dimension, method, points_tried, points_kept, kept_share, effective_draws
from draw_quality
where points_kept < $draws or effective_draws < $draws / 2
order by market, scenario, dimension
