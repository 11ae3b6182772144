-- what: a region has a price level of its own only where three pairs of two providers carry it; else North America's, 1.
-- on: price_region_levels
-- One row per region that breaks this. Inputs: price_region_levels, price_region_pairs.
with carried as (
    select macro_region, count(*) as n_pairs, count(distinct provider) as n_providers
    from price_region_pairs
    group by macro_region
)

select
    l.macro_region::varchar as macro_region,
    l.price_region::varchar as price_region,
    l.ratio::double as ratio,
    coalesce(c.n_pairs, 0)::bigint as n_pairs,
    coalesce(c.n_providers, 0)::bigint as n_providers
from price_region_levels as l
left join carried as c on l.macro_region = c.macro_region
where
    l.n_pairs <> coalesce(c.n_pairs, 0)
    or l.n_providers <> coalesce(c.n_providers, 0)
    or (coalesce(c.n_pairs, 0) >= 3 and coalesce(c.n_providers, 0) >= 2)
    <> (l.price_region = l.macro_region and l.macro_region <> 'North America')
    or (l.price_region <> l.macro_region and l.price_region <> 'North America')
    or (l.price_region = 'North America' and l.ratio <> 1)
    or l.ratio_p05 > l.ratio_p95
order by macro_region
