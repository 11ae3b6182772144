-- What: size of each market, geometric between the sizes its report states (base, estimate where printed, forecast).
-- One row per: market x scenario x year, base year to forecast year.
-- Inputs: reports (accepted), model_rejects (their markets are left out), total_draws.
-- Split by: market.
-- The scenario as_reported takes the report's own total, so mean and quantiles are one number; the others multiply it
--   by base_factor x yearly_factor ^ years since the base year, draw by draw. Means over decimals, whose sum does not
--   depend on the order of the draws.
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
),

moved as (
    select
        s.market, d.scenario, s.year, s.value,
        avg((d.base_factor * pow(d.yearly_factor, s.year - a.base_year))::decimal(18, 12))::double as mean,
        quantile_cont(d.base_factor * pow(d.yearly_factor, s.year - a.base_year), [0.05, 0.25, 0.5, 0.75, 0.95]) as ranged,
        min(d.base_factor) = 1 and max(d.base_factor) = 1
        and (s.year = a.base_year or (min(d.yearly_factor) = 1 and max(d.yearly_factor) = 1)) as is_unmoved,
        s.is_stated
    from sizes as s
    inner join accepted as a on s.market = a.market
    inner join total_draws as d on s.market = d.market
    group by s.market, d.scenario, s.year, s.value, s.is_stated, a.base_year
),

everything as (
    select
        market, 'as_reported' as scenario, year, value, 1.0::double as mean,
        [1.0, 1.0, 1.0, 1.0, 1.0]::double[] as ranged, true as is_unmoved, is_stated
    from sizes
    union all
    select market, scenario, year, value, mean, ranged, is_unmoved, is_stated
    from moved
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    year::bigint as year,
    (value * mean)::double as value_usd_bn_mean,
    (value * ranged[1])::double as value_usd_bn_p05,
    (value * ranged[2])::double as value_usd_bn_p25,
    (value * ranged[3])::double as value_usd_bn_p50,
    (value * ranged[4])::double as value_usd_bn_p75,
    (value * ranged[5])::double as value_usd_bn_p95,
    case when is_stated and is_unmoved then 'reported' else 'bounded' end::varchar as evidence_grade
from everything
order by market, scenario, year
