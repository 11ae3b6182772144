-- what: how each market's size moved against the previous release; a unit slip shows as a factor of 1,000.
-- one row per: market x scenario x year of either release
-- inputs: market_forecast, previous_market_forecast
select
    coalesce(n.market, p.market) as market,
    coalesce(n.scenario, p.scenario) as scenario,
    coalesce(n.year, p.year) as year,
    cast(n.value_usd_bn_mean / p.value_usd_bn_mean as double) as new_over_previous
from market_forecast as n
inner join previous_market_forecast as p on n.market = p.market and n.scenario = p.scenario and n.year = p.year
order by all
