-- What: the measures of every member and year, for the star schema: join on market, member_key and year.
-- One row per: market x scenario x member_key x year.
-- Inputs: forecast_wide.
-- Sum value_usd_bn_mean within one dimension and one scenario only; ends of ranges do not add up at all.
select
    market::varchar as market,
    concat_ws(' | ', market, dimension, member)::varchar as member_key,
    year::bigint as year,
    scenario::varchar as scenario,
    evidence_grade::varchar as evidence_grade,
    value_usd_bn_mean::double as value_usd_bn_mean,
    value_usd_bn_p05::double as value_usd_bn_p05,
    value_usd_bn_p50::double as value_usd_bn_p50,
    value_usd_bn_p95::double as value_usd_bn_p95,
    share_mean::double as share_mean,
    share_p05::double as share_p05,
    share_p95::double as share_p95,
    cagr_pct_mean::double as cagr_pct_mean,
    p_largest::double as p_largest,
    p_fastest::double as p_fastest
from forecast_wide
order by market, scenario, member_key, year
