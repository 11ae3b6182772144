-- What: the years of the forecasts, for the star schema.
-- One row per: year.
-- Inputs: market_forecast.
select distinct
    year::bigint as year,
    make_date(year, 1, 1)::date as year_start,
    make_date(year, 12, 31)::date as year_end
from market_forecast
order by year
