-- what: every listed member of a forecast market has a row for every year of the market.
-- on: member_forecast
-- one row per: member x year that is missing
select g.report_id as market, g.dimension, g.member, m.scenario, m.year
from segments as g
inner join market_forecast as m on g.report_id = m.market
left join member_forecast as f
    on g.report_id = f.market and g.dimension = f.dimension and g.member = f.member and m.scenario = f.scenario and m.year = f.year
where f.market is null
order by all
