-- what: in every dimension and year the members' mean values add up to the market's mean value.
-- on: member_forecast
-- one row per: market x scenario x dimension x year whose sum is off by more than 1e-9 relative
select
    s.market, s.scenario, s.dimension, s.year,
    sum(s.value_usd_bn_mean) as members_usd_bn,
    m.value_usd_bn_mean as market_usd_bn
from member_forecast as s
inner join market_forecast as m on s.market = m.market and s.scenario = m.scenario and s.year = m.year
group by s.market, s.scenario, s.dimension, s.year, m.value_usd_bn_mean
having abs(sum(s.value_usd_bn_mean) / m.value_usd_bn_mean - 1) > 1e-9
order by s.market, s.scenario, s.dimension, s.year
