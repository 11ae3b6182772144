-- what: summed over regions the cross table gives the segments' means, summed over segments the regions' means.
-- on: segment_region_forecast
-- one row per: margin that is off by more than 1e-9 relative
with over_regions as (
    select market, scenario, dimension, segment as member, year, sum(value_usd_bn_mean) as summed_usd_bn
    from segment_region_forecast group by all
),
over_segments as (
    select market, scenario, dimension, region as member, year, sum(value_usd_bn_mean) as summed_usd_bn
    from segment_region_forecast group by all
)
select 'segment' as margin, o.*, f.value_usd_bn_mean as margin_usd_bn
from over_regions as o
inner join segment_forecast as f
    on o.market = f.market and o.scenario = f.scenario and o.dimension = f.dimension and o.member = f.segment and o.year = f.year
where abs(o.summed_usd_bn / f.value_usd_bn_mean - 1) > 1e-9
union all
select 'region' as margin, o.*, f.value_usd_bn_mean as margin_usd_bn
from over_segments as o
inner join region_forecast as f
    on o.market = f.market and o.scenario = f.scenario and o.member = f.region and o.year = f.year
where abs(o.summed_usd_bn / f.value_usd_bn_mean - 1) > 1e-9
order by all
