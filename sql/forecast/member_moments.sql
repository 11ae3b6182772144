-- What: value and growth of every member over the report's own total, from the draws. A member's weight in a year is its
--   base share x exp(growth x years ahead), its share the weight over the sum of weights: in every draw members add up to
--   the market. Its value is the share x base_factor x yearly_factor ^ years ahead of the total. Its yearly growth factor
--   since the base year is the market's times yearly_factor x exp(growth) x (sum of weights) ^ (-1 / years ahead); that
--   factor over the market's is its pace.
-- One row per: market x dimension x scenario of the total x scenario of the shares x position x year.
-- Inputs: reports, share_draws, total_draws.
-- Split by: market, dimension.
-- Every set of share draws goes with the report's own total, where the value is the share; each scenario that moves the
--   total goes with its own share draws where it has them, else with those of as_reported.
-- Means are taken over whole numbers of 1e-15, whose sum does not depend on the order of the draws: the same bytes at
--   any number of threads. A world is one pair of total and shares; its number stands for four names where there are
--   many rows.
with spans as (
    select market, base_year, forecast_year - base_year as years
    from reports
    where status = 'accepted'
),

own as (
    select distinct market, dimension, scenario from share_draws
),

pairs as (
    select market, dimension, 'as_reported' as scenario, scenario as shares_scenario
    from own
    union all
    select o.market, o.dimension, t.scenario, max_by(o.scenario, o.scenario = t.scenario)
    from own as o
    inner join (select distinct market, scenario from total_draws) as t
        on o.market = t.market and o.scenario in (t.scenario, 'as_reported')
    group by o.market, o.dimension, t.scenario
),

worlds as (
    select p.*, s.base_year, s.years, row_number() over (order by p.market, p.dimension, p.scenario, p.shares_scenario)::integer as world
    from pairs as p
    inner join spans as s on p.market = s.market
),

ahead_of as (
    select
        d.market, d.dimension, d.scenario, d.draw, d.base_shares, d.growths,
        list_transform(d.growths, lambda growth: exp(growth)) as paces,
        unnest(range(s.years + 1)) as ahead
    from share_draws as d
    inner join spans as s on d.market = s.market
),

years as (
    select
        market, dimension, scenario, draw, paces, ahead::usmallint as ahead,
        list_transform(base_shares, lambda share, i: share * exp(growths[i] * ahead)) as weights
    from ahead_of
),

normed as (
    select
        market, dimension, scenario, draw, ahead, weights, paces,
        list_max(weights) as top_weight,
        list_max(paces) as top_pace,
        list_sum(weights) as norm
    from years
),

factors as (
    select w.world, t.draw, t.base_factor, ln(t.yearly_factor) as yearly
    from total_draws as t
    inner join worlds as w on t.market = w.market and t.scenario = w.scenario
),

scaled as (
    select
        w.world, d.ahead, d.weights, d.paces, d.top_weight, d.top_pace,
        coalesce(f.base_factor, 1) * exp(coalesce(f.yearly, 0) * d.ahead) / d.norm as scale,
        case when d.ahead > 0 then exp(coalesce(f.yearly, 0) - ln(d.norm) / d.ahead) end as drift
    from normed as d
    inner join worlds as w
        on d.market = w.market and d.dimension = w.dimension and d.scenario = w.shares_scenario
    left join factors as f on w.world = f.world and d.draw = f.draw
),

draws as (
    select
        world, ahead,
        generate_subscripts(weights, 1)::usmallint as position,
        unnest(weights) as weight,
        unnest(paces) as pace,
        top_weight, top_pace, scale, drift
    from scaled
),

moments as (
    select
        world, position, ahead,
        avg((weight * scale * 1e15)::bigint) / 1e15 as value_mean,
        quantile_cont(weight * scale, [0.05, 0.25, 0.5, 0.75, 0.95]) as value_at,
        avg((pace * drift * 1e15)::bigint) / 1e15 as pace_mean,
        quantile_cont(pace * drift, [0.05, 0.25, 0.5, 0.75, 0.95]) as pace_at,
        count_if(weight = top_weight) / count(*) as p_largest,
        case when ahead > 0 then count_if(pace = top_pace) / count(*) end as p_fastest
    from draws
    group by world, position, ahead
)

select
    w.market::varchar as market,
    w.dimension::varchar as dimension,
    w.scenario::varchar as scenario,
    w.shares_scenario::varchar as shares_scenario,
    m.position::bigint as position,
    (w.base_year + m.ahead)::bigint as year,
    m.value_mean::double as value_mean,
    m.value_at[1]::double as value_p05,
    m.value_at[2]::double as value_p25,
    m.value_at[3]::double as value_p50,
    m.value_at[4]::double as value_p75,
    m.value_at[5]::double as value_p95,
    m.pace_mean::double as pace_mean,
    m.pace_at[1]::double as pace_p05,
    m.pace_at[2]::double as pace_p25,
    m.pace_at[3]::double as pace_p50,
    m.pace_at[4]::double as pace_p75,
    m.pace_at[5]::double as pace_p95,
    m.p_largest::double as p_largest,
    m.p_fastest::double as p_fastest
from moments as m
inner join worlds as w on m.world = w.world
order by market, dimension, scenario, shares_scenario, position, year
