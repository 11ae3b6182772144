-- what: who leads each dimension: the largest member of the base year and the fastest growing one to the forecast year.
-- A member is named only where more than half of the draws agree; elsewhere the columns are null, never a coin toss.
-- one row per: market x scenario x dimension
-- inputs: member_forecast
-- Split by: market.
with years as (
    select market, min(year) as base_year, max(year) as forecast_year from member_forecast group by market
),
largest as (
    select f.* from member_forecast as f
    inner join years as y on f.market = y.market and f.year = y.base_year
    where f.p_largest > 0.5
),
fastest as (
    select f.* from member_forecast as f
    inner join years as y on f.market = y.market and f.year = y.forecast_year
    where f.p_fastest > 0.5
),
dimensions as (select distinct market, scenario, dimension, dimension_kind from member_forecast)
select
    cast(d.market as varchar) as market,
    cast(d.scenario as varchar) as scenario,
    cast(d.dimension as varchar) as dimension,
    cast(d.dimension_kind as varchar) as dimension_kind,
    cast(y.base_year as bigint) as base_year,
    cast(l.member as varchar) as largest_member,
    cast(l.p_largest as double) as p_largest,
    cast(l.share_mean as double) as largest_share_mean,
    cast(l.share_p05 as double) as largest_share_p05,
    cast(l.share_p95 as double) as largest_share_p95,
    cast(y.forecast_year as bigint) as forecast_year,
    cast(f.member as varchar) as fastest_member,
    cast(f.p_fastest as double) as p_fastest,
    cast(f.cagr_pct_mean as double) as fastest_cagr_pct_mean,
    cast(f.cagr_pct_p05 as double) as fastest_cagr_pct_p05,
    cast(f.cagr_pct_p95 as double) as fastest_cagr_pct_p95
from dimensions as d
inner join years as y on d.market = y.market
left join largest as l on d.market = l.market and d.scenario = l.scenario and d.dimension = l.dimension
left join fastest as f on d.market = f.market and d.scenario = f.scenario and d.dimension = f.dimension
order by market, scenario, dimension
