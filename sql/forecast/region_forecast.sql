-- What: the regions of member_forecast.
-- One row per: market x scenario x region x year.
-- Inputs: member_forecast.
select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    member::varchar as region,
    position::bigint as position,
    year::bigint as year,
    value_usd_bn_mean::double as value_usd_bn_mean,
    value_usd_bn_p05::double as value_usd_bn_p05,
    value_usd_bn_p25::double as value_usd_bn_p25,
    value_usd_bn_p50::double as value_usd_bn_p50,
    value_usd_bn_p75::double as value_usd_bn_p75,
    value_usd_bn_p95::double as value_usd_bn_p95,
    share_mean::double as share_mean,
    share_p05::double as share_p05,
    share_p25::double as share_p25,
    share_p50::double as share_p50,
    share_p75::double as share_p75,
    share_p95::double as share_p95,
    cagr_pct_mean::double as cagr_pct_mean,
    cagr_pct_p05::double as cagr_pct_p05,
    cagr_pct_p25::double as cagr_pct_p25,
    cagr_pct_p50::double as cagr_pct_p50,
    cagr_pct_p75::double as cagr_pct_p75,
    cagr_pct_p95::double as cagr_pct_p95,
    p_largest::double as p_largest,
    p_fastest::double as p_fastest,
    evidence_grade::varchar as evidence_grade,
    narrowing::double as narrowing
from member_forecast
where dimension_kind = 'region'
order by market, scenario, region, year
