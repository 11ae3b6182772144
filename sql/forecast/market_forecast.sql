-- What: size of each market, geometric between the sizes its report states (base, estimate where printed, forecast).
-- One row per: market x scenario x year, base year to forecast year.
-- Inputs: reports (accepted), model_rejects (their markets are left out).
-- The scenario as_reported takes the report's own total, so mean and quantiles are one number.
with accepted as (
    select
        market, base_year, base_value_usd_bn, estimate_year, estimate_value_usd_bn, forecast_year, forecast_value_usd_bn
    from reports
    where status = 'accepted' and market not in (select market from model_rejects)
),

stated as (
    select market, base_year as year, base_value_usd_bn as value from accepted
    union all
    select market, forecast_year, forecast_value_usd_bn from accepted
    union all
    select market, estimate_year, estimate_value_usd_bn
    from accepted
    where estimate_value_usd_bn > 0 and estimate_year > base_year and estimate_year < forecast_year
),

spans as (
    select
        market, year, value,
        lead(year) over (partition by market order by year) as next_year,
        lead(value) over (partition by market order by year) as next_value
    from stated
),

sizes as (
    select
        market, year + step as year, step = 0 as is_stated,
        case
            when step = 0 then value
            else value * pow(next_value / value, step::double / (next_year - year))
        end as value
    from (
        select market, year, value, next_year, next_value, unnest(range(coalesce(next_year, year + 1) - year)) as step
        from spans
    )
)

select
    market::varchar as market,
    'as_reported'::varchar as scenario,
    year::bigint as year,
    value::double as value_usd_bn_mean,
    value::double as value_usd_bn_p05,
    value::double as value_usd_bn_p25,
    value::double as value_usd_bn_p50,
    value::double as value_usd_bn_p75,
    value::double as value_usd_bn_p95,
    case when is_stated then 'reported' else 'bounded' end::varchar as evidence_grade
from sizes
order by market, scenario, year
