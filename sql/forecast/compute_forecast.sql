-- What: what the forecast spending buys: H100-hours and exaFLOP by region and year, under each price path.
-- One row per: market x scenario x price path x region x year.
-- Inputs: market_forecast, segments, share_draws, total_draws, price_path_draws, price_region_draws, accelerators.
-- Split by: market.
-- Draw by draw: market x share of the region x share of spending that is compute / price of an H100-hour that year. Draws
-- of shares and of prices are independent of each other, so draw n of one goes with draw n of the other. Means are taken
-- over decimals, whose sum does not depend on the order of the draws. exaFLOP are at the peak dense BF16 rate.
-- A region of the report that is one of price_region_draws has the price level there; any other has North America's.
with spans as (
    select
        market,
        list(year order by year) as years,
        list(year - first_year order by year) as aheads,
        list(value_usd_bn_mean order by year) as reported
    from (select *, min(year) over (partition by market) as first_year from market_forecast)
    where scenario = 'as_reported'
    group by market
),

-- A scenario without draws of its own for the regions takes those of as_reported.
own as (
    select distinct market, dimension, scenario from share_draws where dimension_kind = 'region'
),

pairs as (
    select o.market, o.dimension, m.scenario, max_by(o.scenario, o.scenario = m.scenario) as shares_scenario
    from own as o
    inner join (select distinct market, scenario from market_forecast) as m
        on o.market = m.market and o.scenario in (m.scenario, 'as_reported')
    group by o.market, o.dimension, m.scenario
),

-- A world is a market in a scenario; its number stands for its names where there are many rows.
worlds as (
    select
        p.market, p.dimension, p.scenario, p.shares_scenario, s.years, s.aheads, s.reported,
        row_number() over (order by p.market, p.dimension, p.scenario)::integer as world
    from pairs as p
    inner join spans as s on p.market = s.market
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
        w.world, s.position, s.member,
        coalesce(p.macro_region, 'North America') as macro_region,
        coalesce(p.price_region, 'North America') as price_region
    from worlds as w
    inner join segments as s on w.market = s.report_id and w.dimension = s.dimension
    left join priced as p on regexp_replace(lower(s.member), '\b(and|the)\b|[^a-z]', '', 'g') = p.letters
),

-- The share of spending that is compute is the same draw in every path.
compute_shares as (
    select draw, min(compute_share) as compute_share from price_path_draws group by draw
),

-- Per draw and year, what turns a weight into USD billion of compute: the total x the share of it that is compute over
-- the sum of weights. A scenario without draws of the total keeps the report's.
scaled as (
    select
        w.world, w.years, w.aheads, d.draw, d.base_shares, d.growths,
        list_transform(
            w.reported,
            lambda value, i:
            value * coalesce(t.base_factor * pow(t.yearly_factor, w.aheads[i]), 1) * c.compute_share
            / list_inner_product(d.base_shares, list_transform(d.growths, lambda g: exp(g * w.aheads[i])))
        ) as scales
    from share_draws as d
    inner join worlds as w
        on d.market = w.market and d.dimension = w.dimension and d.scenario = w.shares_scenario
    inner join compute_shares as c on d.draw = c.draw
    left join total_draws as t on w.market = t.market and w.scenario = t.scenario and d.draw = t.draw
),

drawn as (
    select
        world, years, aheads, draw, scales,
        generate_subscripts(growths, 1) as position,
        unnest(base_shares) as base_share,
        unnest(growths) as growth
    from scaled
),

by_year as (
    select
        d.world, d.position, d.draw, d.base_share, d.growth, f.price_factor,
        unnest(d.years) as year,
        unnest(d.aheads) as ahead,
        unnest(d.scales) as scale
    from drawn as d
    inner join members as m on d.world = m.world and d.position = m.position
    inner join price_region_draws as f on m.macro_region = f.macro_region and d.draw = f.draw
),

spent as (
    select world, position, draw, year, price_factor, base_share * exp(growth * ahead) * scale as compute
    from by_year
),

prices as (
    select
        p.price_path, p.draw, y.year,
        p.prices_usd_per_accelerator_hour[
            least(greatest(y.year - p.price_year, 0), len(p.prices_usd_per_accelerator_hour) - 1) + 1
        ] as price
    from price_path_draws as p
    cross join (select distinct year from market_forecast) as y
),

compute_moments as (
    select
        world, position, year,
        avg(compute::decimal(28, 15)) as mean,
        quantile_cont(compute, [0.05, 0.25, 0.5, 0.75, 0.95]) as at
    from spent
    group by world, position, year
),

price_moments as (
    select
        f.macro_region, p.price_path, p.year,
        avg((p.price * f.price_factor)::decimal(28, 12)) as mean,
        quantile_cont(p.price * f.price_factor, [0.05, 0.25, 0.5, 0.75, 0.95]) as at
    from prices as p
    inner join price_region_draws as f on p.draw = f.draw
    where f.macro_region in (select macro_region from members)
    group by f.macro_region, p.price_path, p.year
),

hours as (
    select
        s.world, s.position, s.year, p.price_path,
        s.compute * 1e9 / (p.price * s.price_factor) as hours
    from spent as s
    inner join prices as p on s.draw = p.draw and s.year = p.year
),

hours_moments as (
    select
        world, position, year, price_path,
        avg(hours::decimal(28, 6)) as mean,
        quantile_cont(hours, [0.05, 0.25, 0.5, 0.75, 0.95]) as at
    from hours
    group by world, position, year, price_path
),

rate as (
    -- exaFLOP of one H100-hour at the peak dense rate: TFLOP/s x 3600 s / 1e6.
    select bf16_dense_tflops * 3600 / 1e6 as exaflop_per_hour
    from accelerators
    where accelerator = 'H100'
)

select
    w.market::varchar as market,
    w.scenario::varchar as scenario,
    h.price_path::varchar as price_path,
    m.member::varchar as region,
    m.position::bigint as position,
    h.year::bigint as year,
    m.price_region::varchar as price_region,
    c.mean::double as compute_usd_bn_mean,
    c.at[1]::double as compute_usd_bn_p05,
    c.at[2]::double as compute_usd_bn_p25,
    c.at[3]::double as compute_usd_bn_p50,
    c.at[4]::double as compute_usd_bn_p75,
    c.at[5]::double as compute_usd_bn_p95,
    p.mean::double as price_usd_per_accelerator_hour_mean,
    p.at[1]::double as price_usd_per_accelerator_hour_p05,
    p.at[2]::double as price_usd_per_accelerator_hour_p25,
    p.at[3]::double as price_usd_per_accelerator_hour_p50,
    p.at[4]::double as price_usd_per_accelerator_hour_p75,
    p.at[5]::double as price_usd_per_accelerator_hour_p95,
    h.mean::double as accelerator_hours_mean,
    h.at[1]::double as accelerator_hours_p05,
    h.at[2]::double as accelerator_hours_p25,
    h.at[3]::double as accelerator_hours_p50,
    h.at[4]::double as accelerator_hours_p75,
    h.at[5]::double as accelerator_hours_p95,
    (h.mean * r.exaflop_per_hour)::double as compute_exaflop_mean,
    (h.at[1] * r.exaflop_per_hour)::double as compute_exaflop_p05,
    (h.at[2] * r.exaflop_per_hour)::double as compute_exaflop_p25,
    (h.at[3] * r.exaflop_per_hour)::double as compute_exaflop_p50,
    (h.at[4] * r.exaflop_per_hour)::double as compute_exaflop_p75,
    (h.at[5] * r.exaflop_per_hour)::double as compute_exaflop_p95,
    'prior'::varchar as evidence_grade
from hours_moments as h
inner join compute_moments as c on h.world = c.world and h.position = c.position and h.year = c.year
inner join worlds as w on h.world = w.world
inner join members as m on h.world = m.world and h.position = m.position
inner join price_moments as p on m.macro_region = p.macro_region and h.price_path = p.price_path and h.year = p.year
cross join rate as r
order by market, scenario, price_path, region, year
