-- What: the same forecasts in long form, one number a row, for tools that filter on the statistic.
-- One row per: market x scenario x dimension_kind x dimension x member x year x measure x statistic.
-- Inputs: forecast_wide.
with long as (
    unpivot (
        from forecast_wide
        select
            market, scenario, dimension_kind, dimension, member, year, evidence_grade,
            columns('^(value_usd_bn|share|cagr_pct)_(mean|p05|p50|p95)$')
    )
    on columns('^(value_usd_bn|share|cagr_pct)_(mean|p05|p50|p95)$')
    into name quantity value number
)
select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension_kind::varchar as dimension_kind,
    dimension::varchar as dimension,
    member::varchar as member,
    year::bigint as year,
    regexp_extract(quantity, '^(.*)_[^_]+$', 1)::varchar as measure,
    regexp_extract(quantity, '_([^_]+)$', 1)::varchar as statistic,
    number::double as value,
    evidence_grade::varchar as evidence_grade
from long
order by market, scenario, dimension_kind, dimension, member, year, measure, statistic
