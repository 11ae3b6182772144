-- what: the as_reported market must pass through every size its report states.
-- on: market_forecast
-- one row per: stated size that the forecast misses by more than 1e-9 relative
with stated as (
    select market, base_year as year, base_value_usd_bn as stated_usd_bn from reports where status = 'accepted'
    union all
    select market, estimate_year, estimate_value_usd_bn from reports
    where status = 'accepted' and estimate_year is not null
    union all
    select market, forecast_year, forecast_value_usd_bn from reports where status = 'accepted'
)
select f.market, f.year, s.stated_usd_bn, f.value_usd_bn_mean
from market_forecast as f
inner join stated as s on f.market = s.market and f.year = s.year
where
    f.scenario = 'as_reported'
    and s.stated_usd_bn is not null
    and abs(f.value_usd_bn_mean / s.stated_usd_bn - 1) > 1e-9
order by f.market, f.year
