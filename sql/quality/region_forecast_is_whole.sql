-- what: the two published member tables hold every row of member_forecast once, with the same mean value.
-- on: region_forecast
-- one row per: row that was lost, added or changed on the way
with published as (
    select market, scenario, dimension, segment as member, year, value_usd_bn_mean from segment_forecast
    union all
    select market, scenario, dimension, region as member, year, value_usd_bn_mean from region_forecast
)
select m.market, m.scenario, m.dimension, m.member, m.year, m.value_usd_bn_mean, p.value_usd_bn_mean as published_usd_bn
from member_forecast as m
full join published as p
    on m.market = p.market and m.scenario = p.scenario and m.dimension = p.dimension
    and m.member = p.member and m.year = p.year
where p.value_usd_bn_mean is distinct from m.value_usd_bn_mean
order by all
