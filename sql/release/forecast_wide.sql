-- What: every member's forecast on one line with its report's facts, for tools that take one flat table.
-- One row per: market x scenario x dimension_kind x dimension x member x year.
-- Inputs: reports, market_forecast, segment_forecast, region_forecast.
-- Members of different dimensions are different cuts of the same money: sum within one dimension and scenario only.
with members as (
    select 'segment' as dimension_kind, segment as member, * exclude (segment) from segment_forecast
    union all by name
    select 'region' as dimension_kind, region as member, * exclude (region) from region_forecast
)
select
    m.market::varchar as market,
    r.market_name::varchar as market_name,
    r.vendor::varchar as vendor,
    m.scenario::varchar as scenario,
    m.dimension_kind::varchar as dimension_kind,
    m.dimension::varchar as dimension,
    m.member::varchar as member,
    m.position::bigint as position,
    m.year::bigint as year,
    m.evidence_grade::varchar as evidence_grade,
    m.value_usd_bn_mean::double as value_usd_bn_mean,
    m.value_usd_bn_p05::double as value_usd_bn_p05,
    m.value_usd_bn_p50::double as value_usd_bn_p50,
    m.value_usd_bn_p95::double as value_usd_bn_p95,
    m.share_mean::double as share_mean,
    m.share_p05::double as share_p05,
    m.share_p50::double as share_p50,
    m.share_p95::double as share_p95,
    m.cagr_pct_mean::double as cagr_pct_mean,
    m.cagr_pct_p05::double as cagr_pct_p05,
    m.cagr_pct_p50::double as cagr_pct_p50,
    m.cagr_pct_p95::double as cagr_pct_p95,
    m.p_largest::double as p_largest,
    m.p_fastest::double as p_fastest,
    t.value_usd_bn_mean::double as market_value_usd_bn_mean
from members as m
inner join reports as r on m.market = r.market
inner join market_forecast as t on m.market = t.market and m.scenario = t.scenario and m.year = t.year
order by market, scenario, dimension_kind, dimension, member, year
