-- what: a stated cell graded reported lies within what its source states; nothing else is graded reported.
-- on: segment_region_forecast
-- one row per: cell graded reported that no figure states, or whose range leaves the figure's own
with figures as (
    select
        c.market, c.dimension, c.segment, c.region, c.year, a.scenario,
        0.5 * pow(10, -coalesce(c.decimals, 0)) * case when c.hedge is null then 1 else a.value end as half,
        c.value, c.metric = 'share_of_market_pct' as is_share
    from cross_figures as c
    cross join (select scenario, value from assumptions where name = 'hedge_widening') as a
)
select f.market, f.scenario, f.dimension, f.segment, f.region, f.year
from segment_region_forecast as f
inner join market_forecast as m on f.market = m.market and f.scenario = m.scenario and f.year = m.year
left join figures as g
    on
        f.market = g.market and f.dimension = g.dimension and f.segment = g.segment and f.region = g.region
        and f.year = g.year and g.scenario = 'as_reported'
left join figures as o
    on
        f.market = o.market and f.dimension = o.dimension and f.segment = o.segment and f.region = o.region
        and f.year = o.year and f.scenario = o.scenario
where
    f.evidence_grade = 'reported'
    and (
        g.market is null
        or (
            -- Where a scenario moves the total, a stated share moves with it.
            m.value_usd_bn_p05 = m.value_usd_bn_p95
            and greatest(
                g.value - coalesce(o.half, g.half)
                - f.value_usd_bn_p05 * case when g.is_share then 100 / m.value_usd_bn_mean else 1 end,
                f.value_usd_bn_p95 * case when g.is_share then 100 / m.value_usd_bn_mean else 1 end
                - g.value - coalesce(o.half, g.half)
            ) > 1e-9
        )
    )
order by all
