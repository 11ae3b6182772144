-- what: how far each set of published members is from adding up to its market (1 is exact).
-- one row per: table x market x scenario x dimension x year
-- inputs: market_forecast, segment_forecast, region_forecast, segment_region_forecast
with parts as (
    select 'segment_forecast' as table_name, market, scenario, dimension, year, sum(value_usd_bn_mean) as members_usd_bn
    from segment_forecast group by all
    union all
    select 'region_forecast' as table_name, market, scenario, dimension, year, sum(value_usd_bn_mean) as members_usd_bn
    from region_forecast group by all
    union all
    select 'segment_region_forecast' as table_name, market, scenario, dimension, year, sum(value_usd_bn_mean) as members_usd_bn
    from segment_region_forecast group by all
)
select
    p.table_name, p.market, p.scenario, p.dimension, p.year,
    cast(p.members_usd_bn / m.value_usd_bn_mean as double) as members_over_market
from parts as p
inner join market_forecast as m on p.market = m.market and p.scenario = m.scenario and p.year = m.year
order by all
