-- What: what the forecast spending buys: H100-hours and exaFLOP by region and year, under each price path.
-- One row per: market x scenario x price path x region x year.
-- Inputs: market_forecast, reports, segments, share_draws, total_draws, price_path_draws, price_region_draws, accelerators.
-- Split by: market.
-- Draw by draw: market x share of the region x share of spending that is compute / price of an H100-hour that year. Draws
-- of shares and of prices are independent of each other, so draw n of one goes with draw n of the other. Means are taken
-- over decimals, whose sum does not depend on the order of the draws. exaFLOP are at the peak dense BF16 rate.
-- A region of the report that is one of price_region_draws has the price level there; any other has North America's.
with years as (
    select m.market, m.year, m.value_usd_bn_mean as reported, (m.year - r.base_year)::double as ahead
    from market_forecast as m
    inner join reports as r on m.market = r.market and r.status = 'accepted'
    where m.scenario = 'as_reported'
),

-- A scenario without draws of its own for the regions takes those of as_reported.
own as (
    select distinct market, scenario, dimension from share_draws where dimension_kind = 'region'
),

chosen as (
    select o.market, m.scenario, o.dimension, max(o.scenario = m.scenario) as has_own
    from own as o
    inner join (select distinct market, scenario from market_forecast) as m
        on o.market = m.market and o.scenario in (m.scenario, 'as_reported')
    group by o.market, m.scenario, o.dimension
),

-- A scenario without draws of the total keeps the report's.
norms as (
    select
        d.market, d.dimension, d.draw, d.base_shares, d.growths, c.scenario, y.year, y.ahead,
        y.reported * coalesce(t.base_factor * pow(t.yearly_factor, y.ahead), 1) as value,
        list_inner_product(d.base_shares, list_transform(d.growths, lambda g: exp(g * y.ahead))) as norm
    from chosen as c
    inner join share_draws as d
        on
            c.market = d.market and c.dimension = d.dimension
            and d.scenario = case when c.has_own then c.scenario else 'as_reported' end
    inner join years as y on c.market = y.market
    left join total_draws as t on c.market = t.market and c.scenario = t.scenario and d.draw = t.draw
),

regions as (
    select
        market, dimension, draw, scenario, year, value, ahead, norm,
        generate_subscripts(growths, 1) as position,
        unnest(base_shares) as base_share,
        unnest(growths) as growth
    from norms
),

-- Regions by the letters of their names alone: "Middle East & Africa" is "Middle East and Africa".
priced as (
    select
        macro_region,
        any_value(price_region) as price_region,
        regexp_replace(lower(macro_region), '\b(and|the)\b|[^a-z]', '', 'g') as letters
    from price_region_draws
    group by macro_region
),

members as (
    select
        s.report_id as market, s.dimension, s.position, s.member,
        coalesce(p.macro_region, 'North America') as macro_region,
        coalesce(p.price_region, 'North America') as price_region
    from segments as s
    left join priced as p on regexp_replace(lower(s.member), '\b(and|the)\b|[^a-z]', '', 'g') = p.letters
),

bought as (
    select
        r.market, r.dimension, r.scenario, p.price_path, r.position, r.year,
        r.value * r.base_share * exp(r.growth * r.ahead) / r.norm * p.compute_share as compute,
        p.prices_usd_per_accelerator_hour[
            least(greatest(r.year - p.price_year, 0), len(p.prices_usd_per_accelerator_hour) - 1) + 1
        ] * f.price_factor as price
    from regions as r
    inner join members as m on r.market = m.market and r.dimension = m.dimension and r.position = m.position
    inner join price_path_draws as p on r.draw = p.draw
    inner join price_region_draws as f on r.draw = f.draw and m.macro_region = f.macro_region
),

moments as (
    select
        market, dimension, scenario, price_path, position, year,
        avg(compute::decimal(28, 15)) as compute_mean,
        quantile_cont(compute, [0.05, 0.25, 0.5, 0.75, 0.95]) as compute_q,
        avg(price::decimal(28, 12)) as price_mean,
        quantile_cont(price, [0.05, 0.25, 0.5, 0.75, 0.95]) as price_q,
        avg((compute * 1e9 / price)::decimal(28, 6)) as hours_mean,
        quantile_cont(compute * 1e9 / price, [0.05, 0.25, 0.5, 0.75, 0.95]) as hours_q
    from bought
    group by market, dimension, scenario, price_path, position, year
),

rate as (
    -- exaFLOP of one H100-hour at the peak dense rate: TFLOP/s x 3600 s / 1e6.
    select bf16_dense_tflops * 3600 / 1e6 as exaflop_per_hour
    from accelerators
    where accelerator = 'H100'
)

select
    m.market::varchar as market,
    m.scenario::varchar as scenario,
    m.price_path::varchar as price_path,
    s.member::varchar as region,
    m.position::bigint as position,
    m.year::bigint as year,
    s.price_region::varchar as price_region,
    m.compute_mean::double as compute_usd_bn_mean,
    m.compute_q[1]::double as compute_usd_bn_p05,
    m.compute_q[2]::double as compute_usd_bn_p25,
    m.compute_q[3]::double as compute_usd_bn_p50,
    m.compute_q[4]::double as compute_usd_bn_p75,
    m.compute_q[5]::double as compute_usd_bn_p95,
    m.price_mean::double as price_usd_per_accelerator_hour_mean,
    m.price_q[1]::double as price_usd_per_accelerator_hour_p05,
    m.price_q[2]::double as price_usd_per_accelerator_hour_p25,
    m.price_q[3]::double as price_usd_per_accelerator_hour_p50,
    m.price_q[4]::double as price_usd_per_accelerator_hour_p75,
    m.price_q[5]::double as price_usd_per_accelerator_hour_p95,
    m.hours_mean::double as accelerator_hours_mean,
    m.hours_q[1]::double as accelerator_hours_p05,
    m.hours_q[2]::double as accelerator_hours_p25,
    m.hours_q[3]::double as accelerator_hours_p50,
    m.hours_q[4]::double as accelerator_hours_p75,
    m.hours_q[5]::double as accelerator_hours_p95,
    (m.hours_mean * r.exaflop_per_hour)::double as compute_exaflop_mean,
    (m.hours_q[1] * r.exaflop_per_hour)::double as compute_exaflop_p05,
    (m.hours_q[2] * r.exaflop_per_hour)::double as compute_exaflop_p25,
    (m.hours_q[3] * r.exaflop_per_hour)::double as compute_exaflop_p50,
    (m.hours_q[4] * r.exaflop_per_hour)::double as compute_exaflop_p75,
    (m.hours_q[5] * r.exaflop_per_hour)::double as compute_exaflop_p95,
    'prior'::varchar as evidence_grade
from moments as m
inner join members as s on m.market = s.market and m.dimension = s.dimension and m.position = s.position
cross join rate as r
order by market, scenario, price_path, region, year
