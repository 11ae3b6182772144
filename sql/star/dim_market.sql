-- What: the markets of a release, for the star schema in market.duckdb.
-- One row per: market (accepted report).
-- Inputs: reports.
select
    market::varchar as market,
    market_name::varchar as market_name,
    vendor::varchar as vendor,
    base_year::bigint as base_year,
    forecast_year::bigint as forecast_year,
    cagr_pct::double as cagr_pct
from reports
where status = 'accepted'
order by market
