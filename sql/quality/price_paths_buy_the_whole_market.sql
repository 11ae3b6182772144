-- what: under every price path the regions' compute spending adds up to the market times the mean share of compute,
-- what: exactly where the total has no spread, within 1 percent where total and share are both drawn.
-- on: compute_forecast
-- One row per market, scenario, path and year that breaks this. Inputs: compute_forecast, market_forecast, price_path_draws.
with shares as (
    select price_path, avg(compute_share::decimal(18, 16)) as compute_share
    from price_path_draws
    group by price_path
)

select
    c.market::varchar as market,
    c.scenario::varchar as scenario,
    c.price_path::varchar as price_path,
    c.year::bigint as year,
    sum(c.compute_usd_bn_mean order by c.region)::double as compute_usd_bn,
    (any_value(m.value_usd_bn_mean) * any_value(s.compute_share))::double as expected_usd_bn
from compute_forecast as c
inner join market_forecast as m on c.market = m.market and c.scenario = m.scenario and c.year = m.year
inner join shares as s on c.price_path = s.price_path
group by c.market, c.scenario, c.price_path, c.year
having
    abs(sum(c.compute_usd_bn_mean order by c.region) / (any_value(m.value_usd_bn_mean) * any_value(s.compute_share)) - 1)
    -- The mean of a product of two drawn numbers is the product of their means only up to sampling error.
    > case when any_value(m.value_usd_bn_p05) = any_value(m.value_usd_bn_p95) then 1e-9 else 0.01 end
order by market, scenario, price_path, year
