-- What: the regions of member_forecast, whose columns are cast there.
-- One row per: market x scenario x region x year.
-- Inputs: member_forecast.
-- Split by: market.
select * exclude (dimension_kind) rename (member as region)
from member_forecast
where dimension_kind = 'region'
order by market, scenario, region, year
