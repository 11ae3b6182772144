-- What: value, share and growth of every member, from the draws. A member's weight in a year is its base
--   share x exp(growth x years ahead), its share the weight over the sum of weights: in every draw members add up to the market.
-- One row per: market x scenario x dimension x member x year.
-- Inputs: market_forecast, reports, segments, constraints, share_draws.
-- Means are taken over decimals, whose sum does not depend on the order of the draws: the same bytes at any number of
--   threads. The total has no spread, so quantiles of value are the total times quantiles of share. A member's yearly
--   growth factor since the base year is the market's times exp(growth) x (sum of weights) ^ (-1 / years ahead).
with years as (
    select distinct r.market, m.year, (m.year - r.base_year)::double as ahead
    from market_forecast as m
    inner join reports as r on m.market = r.market
),

weighed as (
    select
        d.market, d.dimension, d.growths, y.year, y.ahead,
        list_transform(list_zip(d.base_shares, d.growths), lambda m: m[1] * exp(m[2] * y.ahead)) as weights
    from share_draws as d
    inner join years as y on d.market = y.market
),

draws as (
    select
        market, dimension, year,
        generate_subscripts(weights, 1) as position,
        unnest(weights) as weight,
        unnest(growths) as growth,
        list_sum(weights) as norm,
        list_max(weights) as top_weight,
        list_max(growths) as top_growth,
        case when ahead > 0 then pow(list_sum(weights), -1 / ahead) end as norm_per_year
    from weighed
),

moments as (
    select
        market, dimension, year, position,
        avg((weight / norm)::decimal(18, 17)) as share_mean,
        quantile_cont(weight / norm, [0.05, 0.25, 0.5, 0.75, 0.95]) as share_at,
        avg((exp(growth) * norm_per_year)::decimal(18, 12)) as pace_mean,
        quantile_cont(exp(growth) * norm_per_year, [0.05, 0.25, 0.5, 0.75, 0.95]) as pace_at,
        count_if(weight = top_weight) / count(*) as p_largest,
        count_if(growth = top_growth) / count(*) as p_fastest
    from draws
    group by market, dimension, year, position
),

-- Which claims bear on a dimension: those about shares on every year, those about growth on all but the base year.
bound as (
    select market, dimension, bool_or(kind <> 'fastest') as shares_bound, bool_or(kind = 'fastest') as growth_bound
    from constraints
    group by market, dimension
),

stated as (
    select distinct market, dimension, member, year from constraints where stated_share is not null
),

rows as (
    select
        f.market, f.scenario, m.dimension, s.dimension_kind, s.member, s.position, m.year,
        f.value_usd_bn_mean as total,
        case
            when m.year > r.base_year then pow(f.value_usd_bn_mean / r.base_value_usd_bn, 1 / (m.year - r.base_year))
        end as total_pace,
        m.share_mean, m.share_at, m.pace_mean, m.pace_at, m.p_largest,
        case when m.year > r.base_year then m.p_fastest end as p_fastest,
        case
            when t.member is not null then 'reported'
            when b.shares_bound or (b.growth_bound and m.year <> r.base_year) then 'bounded'
            else 'prior'
        end as evidence_grade
    from moments as m
    inner join market_forecast as f on m.market = f.market and m.year = f.year
    inner join reports as r on m.market = r.market
    inner join segments as s
        on r.report_id = s.report_id and m.dimension = s.dimension and m.position = s.position
    left join bound as b on m.market = b.market and m.dimension = b.dimension
    left join stated as t
        on m.market = t.market and m.dimension = t.dimension and s.member = t.member and m.year = t.year
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    dimension_kind::varchar as dimension_kind,
    member::varchar as member,
    position::bigint as position,
    year::bigint as year,
    (total * share_mean)::double as value_usd_bn_mean,
    (total * share_at[1])::double as value_usd_bn_p05,
    (total * share_at[2])::double as value_usd_bn_p25,
    (total * share_at[3])::double as value_usd_bn_p50,
    (total * share_at[4])::double as value_usd_bn_p75,
    (total * share_at[5])::double as value_usd_bn_p95,
    share_mean::double as share_mean,
    share_at[1]::double as share_p05,
    share_at[2]::double as share_p25,
    share_at[3]::double as share_p50,
    share_at[4]::double as share_p75,
    share_at[5]::double as share_p95,
    (100 * (total_pace * pace_mean - 1))::double as cagr_pct_mean,
    (100 * (total_pace * pace_at[1] - 1))::double as cagr_pct_p05,
    (100 * (total_pace * pace_at[2] - 1))::double as cagr_pct_p25,
    (100 * (total_pace * pace_at[3] - 1))::double as cagr_pct_p50,
    (100 * (total_pace * pace_at[4] - 1))::double as cagr_pct_p75,
    (100 * (total_pace * pace_at[5] - 1))::double as cagr_pct_p95,
    p_largest::double as p_largest,
    p_fastest::double as p_fastest,
    evidence_grade::varchar as evidence_grade
from rows
order by market, scenario, dimension, member, year
