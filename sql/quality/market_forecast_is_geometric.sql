-- what: between two stated sizes the as_reported market must grow by the same factor every year.
-- on: market_forecast
-- one row per: year whose growth factor differs from the year before without a stated size in between
with steps as (
    select
        f.market,
        f.year,
        f.value_usd_bn_mean / lag(f.value_usd_bn_mean) over w as factor,
        lag(f.value_usd_bn_mean) over w / lag(f.value_usd_bn_mean, 2) over w as factor_before
    from market_forecast as f
    where f.scenario = 'as_reported'
    window w as (partition by f.market order by f.year)
)
select s.market, s.year, s.factor, s.factor_before
from steps as s
inner join reports as r on s.market = r.market
where s.factor_before is not null and abs(s.factor / s.factor_before - 1) > 1e-9 and s.year - 1 is distinct from r.estimate_year
order by s.market, s.year
