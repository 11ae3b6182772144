-- what: every segment of a forecast market meets every region of it in every year.
-- on: segment_region_forecast
-- one row per: cell that is missing
select s.market, s.scenario, s.dimension, s.segment, r.region, s.year
from segment_forecast as s
inner join region_forecast as r on s.market = r.market and s.scenario = r.scenario and s.year = r.year
left join segment_region_forecast as x
    on s.market = x.market and s.scenario = x.scenario and s.dimension = x.dimension
    and s.segment = x.segment and r.region = x.region and s.year = x.year
where x.market is null
order by all
