-- What: the segments of member_forecast, whose columns are cast there.
-- One row per: market x scenario x dimension x segment x year.
-- Inputs: member_forecast.
-- Split by: market.
select * exclude (dimension_kind) rename (member as segment)
from member_forecast
where dimension_kind = 'segment'
order by market, scenario, dimension, segment, year
