-- What: value of every segment in every region. Dimensions are independent: a cell's share in a draw is the segment's
--   share times the region's share of the same draw. So a cell's mean is the segment's mean times the region's over the
--   market's, which keeps both margins exactly.
-- One row per: market x scenario x dimension x segment x region x year.
-- Inputs: market_forecast, member_forecast, reports, share_draws, total_draws; $cross_draws.
-- Split by: market.
-- Quantiles are over the first $cross_draws draws, as evenly spread as all of them but fewer. A scenario without draws of
--   its own for a dimension takes those of as_reported, one without draws of the total the report's own total.
with years as (
    select market, unnest(range(forecast_year - base_year + 1)) as ahead, base_year
    from reports
    where status = 'accepted'
),

own as (
    select distinct market, scenario, dimension from share_draws
),

chosen as (
    select o.market, s.scenario, o.dimension, max(o.scenario = s.scenario) as has_own
    from own as o
    inner join (select distinct market, scenario from market_forecast) as s
        on o.market = s.market and o.scenario in (s.scenario, 'as_reported')
    group by o.market, s.scenario, o.dimension
),

shares as (
    select c.market, c.scenario, c.dimension, d.dimension_kind, d.draw, d.base_shares, d.growths
    from chosen as c
    inner join share_draws as d
        on
            c.market = d.market and c.dimension = d.dimension
            and d.scenario = case when c.has_own then c.scenario else 'as_reported' end
    where d.draw < $cross_draws
),

weighed as (
    select
        s.market, s.scenario, s.dimension, s.dimension_kind, s.draw, y.base_year, y.ahead,
        list_transform(s.base_shares, lambda share, i: share * exp(s.growths[i] * y.ahead)) as weights
    from shares as s
    inner join years as y on s.market = y.market
),

paired as (
    select
        s.market, s.scenario, s.dimension, r.dimension as region_dimension, s.base_year, s.ahead,
        s.weights as segment_weights, r.weights as region_weights,
        coalesce(t.base_factor * pow(t.yearly_factor, s.ahead), 1) / (list_sum(s.weights) * list_sum(r.weights)) as scale
    from weighed as s
    inner join weighed as r
        on s.market = r.market and s.scenario = r.scenario and s.draw = r.draw and s.ahead = r.ahead
    left join total_draws as t on s.market = t.market and s.scenario = t.scenario and s.draw = t.draw
    where s.dimension_kind = 'segment' and r.dimension_kind = 'region'
),

by_segment as (
    select
        market, scenario, dimension, region_dimension, base_year, ahead,
        generate_subscripts(segment_weights, 1) as segment_position,
        unnest(segment_weights) * scale as segment_weight,
        region_weights
    from paired
),

cells as (
    select
        market, scenario, dimension, region_dimension, base_year + ahead as year, segment_position,
        generate_subscripts(region_weights, 1) as region_position,
        segment_weight * unnest(region_weights) as share
    from by_segment
),

ranges as (
    select
        market, scenario, dimension, region_dimension, year, segment_position, region_position,
        quantile_cont(share, [0.05, 0.25, 0.5, 0.75, 0.95]) as share_at
    from cells
    group by market, scenario, dimension, region_dimension, year, segment_position, region_position
),

rows as (
    select
        f.market, f.scenario, m.dimension, s.member as segment, r.member as region, f.year,
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
