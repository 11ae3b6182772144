-- What: value and growth of every member over the report's own total, in scenarios that move the total: in every draw
--   the share x base_factor x yearly_factor ^ years ahead, and the pace x yearly_factor.
-- One row per: market x scenario with draws of the total x dimension x position x year.
-- Inputs: reports, share_draws, total_draws.
-- A scenario without draws of its own for a dimension takes those of as_reported. Means over decimals, for the same
--   bytes at any number of threads.
with years as (
    select market, unnest(range(forecast_year - base_year + 1)) as ahead, base_year
    from reports
    where status = 'accepted'
),

scenarios as (
    select distinct market, scenario from total_draws
),

own as (
    select distinct market, scenario, dimension from share_draws
),

chosen as (
    select o.market, s.scenario, o.dimension, max(o.scenario = s.scenario) as has_own
    from own as o
    inner join scenarios as s on o.market = s.market and o.scenario in (s.scenario, 'as_reported')
    group by o.market, s.scenario, o.dimension
),

weighed as (
    select
        d.market, d.scenario, d.dimension, d.draw, d.growths, y.base_year, y.ahead,
        list_transform(d.base_shares, lambda share, i: share * exp(d.growths[i] * y.ahead)) as weights
    from share_draws as d
    inner join years as y on d.market = y.market
),

scaled as (
    select
        w.market, c.scenario, w.dimension, w.base_year, w.ahead, w.weights, w.growths,
        t.base_factor * pow(t.yearly_factor, w.ahead) / list_sum(w.weights) as scale,
        case when w.ahead > 0 then ln(t.yearly_factor) - ln(list_sum(w.weights)) / w.ahead end as drift
    from chosen as c
    inner join weighed as w
        on
            c.market = w.market and c.dimension = w.dimension
            and w.scenario = case when c.has_own then c.scenario else 'as_reported' end
    inner join total_draws as t on c.market = t.market and c.scenario = t.scenario and w.draw = t.draw
),

draws as (
    select
        market, scenario, dimension, base_year, ahead,
        generate_subscripts(weights, 1) as position,
        unnest(weights) * scale as value,
        exp(unnest(growths) + drift) as pace
    from scaled
),

moments as (
    select
        market, scenario, dimension, position, base_year + ahead as year,
        avg(value::decimal(18, 12)) as value_mean,
        quantile_cont(value, [0.05, 0.25, 0.5, 0.75, 0.95]) as value_at,
        avg(pace::decimal(18, 12)) as pace_mean,
        quantile_cont(pace, [0.05, 0.25, 0.5, 0.75, 0.95]) as pace_at
    from draws
    group by market, scenario, dimension, position, base_year, ahead
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    position::bigint as position,
    year::bigint as year,
    value_mean::double as value_mean,
    value_at[1]::double as value_p05,
    value_at[2]::double as value_p25,
    value_at[3]::double as value_p50,
    value_at[4]::double as value_p75,
    value_at[5]::double as value_p95,
    pace_mean::double as pace_mean,
    pace_at[1]::double as pace_p05,
    pace_at[2]::double as pace_p25,
    pace_at[3]::double as pace_p50,
    pace_at[4]::double as pace_p75,
    pace_at[5]::double as pace_p95
from moments
order by market, scenario, dimension, position, year
