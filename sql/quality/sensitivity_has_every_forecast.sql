-- what: every forecast with a range says what moves it.
-- on: sensitivity
-- one row per: market x scenario x dimension x member whose value in the last year has a range and no factor
with last_year as (select market, max(year) as year from member_forecast group by market)
select f.market, f.scenario, f.dimension, f.member
from member_forecast as f
inner join last_year as y on f.market = y.market and f.year = y.year
left join sensitivity as s
    on
        f.market = s.market and f.scenario = s.scenario and f.dimension = s.dimension and f.member = s.member
        and s.quantity = 'value_usd_bn'
where s.market is null and f.value_usd_bn_p95 > f.value_usd_bn_p05
order by all
