-- What: shares and growth of every member, from the draws. A member's weight in a year is its base share x exp(growth x
--   years ahead), its share the weight over the sum of weights: in every draw members add up to the market.
-- One row per: market x scenario with draws of its own x dimension x position x year.
-- Inputs: reports, share_draws.
-- Means are taken over decimals, whose sum does not depend on the order of the draws: the same bytes at any number of
--   threads. A member's yearly growth factor since the base year is the market's times exp(growth) x (sum of weights) ^
--   (-1 / years ahead); that factor over the market's is its pace.
with years as (
    select market, unnest(range(forecast_year - base_year + 1)) as ahead, base_year
    from reports
    where status = 'accepted'
),

weighed as (
    select
        d.market, d.scenario, d.dimension, d.growths, y.base_year, y.ahead,
        list_transform(d.base_shares, lambda share, i: share * exp(d.growths[i] * y.ahead)) as weights
    from share_draws as d
    inner join years as y on d.market = y.market
),

normed as (
    select
        market, scenario, dimension, base_year, ahead, weights, growths,
        list_sum(weights) as norm,
        list_max(weights) as top_weight,
        list_max(growths) as top_growth
    from weighed
),

draws as (
    select
        market, scenario, dimension, base_year, ahead,
        generate_subscripts(weights, 1) as position,
        unnest(weights) as weight,
        unnest(growths) as growth,
        unnest(weights) / norm as share,
        exp(unnest(growths) - case when ahead > 0 then ln(norm) / ahead end) as pace,
        top_weight,
        top_growth
    from normed
),

moments as (
    select
        market, scenario, dimension, position, base_year + ahead as year,
        avg(share::decimal(18, 17)) as share_mean,
        quantile_cont(share, [0.05, 0.25, 0.5, 0.75, 0.95]) as share_at,
        avg(pace::decimal(18, 12)) as pace_mean,
        quantile_cont(pace, [0.05, 0.25, 0.5, 0.75, 0.95]) as pace_at,
        count_if(weight = top_weight) / count(*) as p_largest,
        case when ahead > 0 then count_if(growth = top_growth) / count(*) end as p_fastest
    from draws
    group by market, scenario, dimension, position, base_year, ahead
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    position::bigint as position,
    year::bigint as year,
    share_mean::double as share_mean,
    share_at[1]::double as share_p05,
    share_at[2]::double as share_p25,
    share_at[3]::double as share_p50,
    share_at[4]::double as share_p75,
    share_at[5]::double as share_p95,
    pace_mean::double as pace_mean,
    pace_at[1]::double as pace_p05,
    pace_at[2]::double as pace_p25,
    pace_at[3]::double as pace_p50,
    pace_at[4]::double as pace_p75,
    pace_at[5]::double as pace_p95,
    p_largest::double as p_largest,
    p_fastest::double as p_fastest
from moments
order by market, scenario, dimension, position, year
