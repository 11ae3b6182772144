-- What: value of every segment in every region. Dimensions are independent: a cell's share in a draw is the segment's
--   share times the region's share of the same draw. So a cell's mean is the segment's mean times the region's over the
--   market's, which keeps both margins exactly.
-- One row per: market x scenario x dimension x segment x region x year.
-- Inputs: market_forecast, member_forecast, cross_moments, reports, share_draws, total_draws; $cross_draws.
-- Split by: market.
-- Quantiles are over the first $cross_draws draws, as evenly spread as all of them but fewer. A scenario without draws of
--   its own for a dimension takes those of as_reported, one without draws of the total the report's own total.
-- Where a source states a cell, the whole table is the one fitted to it (cross_moments, pipeline/model/cross.py).
with spans as (
    select market, base_year, forecast_year - base_year as years
    from reports
    where status = 'accepted'
),

own as (
    select distinct market, dimension, dimension_kind, scenario from share_draws
),

chosen as (
    select
        o.market, o.dimension, o.dimension_kind, f.scenario,
        max_by(o.scenario, o.scenario = f.scenario) as shares_scenario
    from own as o
    inner join (select distinct market, scenario from market_forecast) as f
        on o.market = f.market and o.scenario in (f.scenario, 'as_reported')
    group by o.market, o.dimension, o.dimension_kind, f.scenario
),

-- A world is a segment dimension beside a region dimension in a scenario; its number stands for their names.
worlds as (
    select
        s.market, s.scenario, p.base_year, p.years,
        s.dimension, s.shares_scenario, r.dimension as region_dimension, r.shares_scenario as region_shares_scenario,
        row_number() over (order by s.market, s.scenario, s.dimension, r.dimension)::integer as world
    from chosen as s
    inner join chosen as r on s.market = r.market and s.scenario = r.scenario
    inner join spans as p on s.market = p.market
    where s.dimension_kind = 'segment' and r.dimension_kind = 'region'
),

drawn as (
    select * from share_draws where draw < $cross_draws
),

paired as (
    select
        w.world, unnest(range(w.years + 1)) as ahead,
        s.base_shares, s.growths, r.base_shares as region_shares, r.growths as region_growths,
        coalesce(t.base_factor, 1) as base_factor, coalesce(t.yearly_factor, 1) as yearly_factor
    from drawn as s
    inner join worlds as w
        on s.market = w.market and s.dimension = w.dimension and s.scenario = w.shares_scenario
    inner join drawn as r
        on
            w.market = r.market and w.region_dimension = r.dimension and w.region_shares_scenario = r.scenario
            and s.draw = r.draw
    left join total_draws as t on w.market = t.market and w.scenario = t.scenario and s.draw = t.draw
),

weighed as (
    select
        world, ahead::usmallint as ahead, base_factor * pow(yearly_factor, ahead) as factor,
        list_transform(base_shares, lambda share, i: share * exp(growths[i] * ahead)) as segment_weights,
        list_transform(region_shares, lambda share, i: share * exp(region_growths[i] * ahead)) as region_weights
    from paired
),

by_segment as (
    select
        world, ahead, region_weights,
        generate_subscripts(segment_weights, 1)::usmallint as segment_position,
        unnest(segment_weights) as segment_weight,
        factor / (list_sum(segment_weights) * list_sum(region_weights)) as scale
    from weighed
),

cells as (
    select
        world, ahead, segment_position,
        generate_subscripts(region_weights, 1)::usmallint as region_position,
        segment_weight * scale * unnest(region_weights) as share
    from by_segment
),

moments as (
    select
        world, ahead, segment_position, region_position,
        quantile_cont(share, [0.05, 0.25, 0.5, 0.75, 0.95]) as share_at
    from cells
    group by world, ahead, segment_position, region_position
),

ranges as (
    select
        w.market, w.scenario, w.dimension, w.region_dimension, w.base_year + m.ahead as year,
        m.segment_position, m.region_position, m.share_at
    from moments as m
    inner join worlds as w on m.world = w.world
),

products as (
    select
        f.market, f.scenario, m.dimension, s.member as segment, r.member as region, f.year,
        m.segment_position, m.region_position,
        t.value_usd_bn_mean as reported_total, m.share_at,
        s.value_usd_bn_mean * (r.value_usd_bn_mean / f.value_usd_bn_mean) as value_mean,
        case when 'prior' in (s.evidence_grade, r.evidence_grade) then 'prior' else 'bounded' end as evidence_grade
    from ranges as m
    inner join market_forecast as f on m.market = f.market and m.scenario = f.scenario and m.year = f.year
    inner join market_forecast as t on f.market = t.market and f.year = t.year and t.scenario = 'as_reported'
    inner join member_forecast as s
        on
            f.market = s.market and f.scenario = s.scenario and f.year = s.year
            and m.dimension = s.dimension and m.segment_position = s.position
    inner join member_forecast as r
        on
            f.market = r.market and f.scenario = r.scenario and f.year = r.year
            and m.region_dimension = r.dimension and m.region_position = r.position
),

rows as (
    select
        p.market, p.scenario, p.dimension, p.segment, p.region, p.year, p.reported_total,
        coalesce(p.reported_total * c.value_mean, p.value_mean) as value_mean,
        case
            when c.market is null then p.share_at
            else [c.value_p05, c.value_p25, c.value_p50, c.value_p75, c.value_p95]
        end as share_at,
        coalesce(c.evidence_grade, p.evidence_grade) as evidence_grade
    from products as p
    left join cross_moments as c
        on
            p.market = c.market and p.scenario = c.scenario and p.dimension = c.dimension and p.year = c.year
            and p.segment_position = c.segment_position and p.region_position = c.region_position
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    segment::varchar as segment,
    region::varchar as region,
    year::bigint as year,
    value_mean::double as value_usd_bn_mean,
    (reported_total * share_at[1])::double as value_usd_bn_p05,
    (reported_total * share_at[2])::double as value_usd_bn_p25,
    (reported_total * share_at[3])::double as value_usd_bn_p50,
    (reported_total * share_at[4])::double as value_usd_bn_p75,
    (reported_total * share_at[5])::double as value_usd_bn_p95,
    evidence_grade::varchar as evidence_grade
from rows
order by market, scenario, dimension, segment, region, year
