-- What: value of every segment in every region. Dimensions are independent: a cell's share in a draw is the segment's
--   share times the region's share of the same draw, so both margins are kept in every draw, and by the means.
-- One row per: market x scenario x dimension x segment x region x year.
-- Inputs: market_forecast, member_forecast (for the grades), reports, share_draws.
-- Means over decimals, for the same bytes at any number of threads; quantiles of value are total x quantiles of share.
with years as (
    select distinct r.market, m.year, (m.year - r.base_year)::double as ahead
    from market_forecast as m
    inner join reports as r on m.market = r.market
),

paired as (
    select
        s.market, s.dimension, r.dimension as region_dimension, y.year,
        list_transform(list_zip(s.base_shares, s.growths), lambda m: m[1] * exp(m[2] * y.ahead)) as segment_weights,
        list_transform(list_zip(r.base_shares, r.growths), lambda m: m[1] * exp(m[2] * y.ahead)) as region_weights
    from share_draws as s
    inner join share_draws as r on s.market = r.market and s.draw = r.draw
    inner join years as y on s.market = y.market
    where s.dimension_kind = 'segment' and r.dimension_kind = 'region'
),

by_segment as (
    select
        market, dimension, region_dimension, year,
        generate_subscripts(segment_weights, 1) as segment_position,
        unnest(segment_weights) / (list_sum(segment_weights) * list_sum(region_weights)) as segment_weight,
        region_weights
    from paired
),

cells as (
    select
        market, dimension, region_dimension, year, segment_position,
        generate_subscripts(region_weights, 1) as region_position,
        segment_weight * unnest(region_weights) as share
    from by_segment
),

moments as (
    select
        market, dimension, region_dimension, year, segment_position, region_position,
        avg(share::decimal(18, 17)) as share_mean,
        quantile_cont(share, [0.05, 0.25, 0.5, 0.75, 0.95]) as share_at
    from cells
    group by market, dimension, region_dimension, year, segment_position, region_position
),

rows as (
    select
        f.market, f.scenario, m.dimension, s.member as segment, r.member as region, m.year,
        f.value_usd_bn_mean as total, m.share_mean, m.share_at,
        case when 'prior' in (s.evidence_grade, r.evidence_grade) then 'prior' else 'bounded' end as evidence_grade
    from moments as m
    inner join market_forecast as f on m.market = f.market and m.year = f.year
    inner join member_forecast as s
        on f.market = s.market and f.scenario = s.scenario and m.year = s.year
        and m.dimension = s.dimension and m.segment_position = s.position
    inner join member_forecast as r
        on f.market = r.market and f.scenario = r.scenario and m.year = r.year
        and m.region_dimension = r.dimension and m.region_position = r.position
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    segment::varchar as segment,
    region::varchar as region,
    year::bigint as year,
    (total * share_mean)::double as value_usd_bn_mean,
    (total * share_at[1])::double as value_usd_bn_p05,
    (total * share_at[2])::double as value_usd_bn_p25,
    (total * share_at[3])::double as value_usd_bn_p50,
    (total * share_at[4])::double as value_usd_bn_p75,
    (total * share_at[5])::double as value_usd_bn_p95,
    evidence_grade::varchar as evidence_grade
from rows
order by market, scenario, dimension, segment, region, year
