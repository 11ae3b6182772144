-- price_region_pairs: what the same machine of a hyperscaler costs in another region of the report and in North America.
-- One row per machine (provider x accelerator x board x size x instance type) x region. Inputs: price_points. Parameters:
-- $stale_days.
--
-- Like with like: on demand, the same named machine, both seen in the last $stale_days before the newest price of all. A
-- machine's price in a region is the median over its places there. Hyperscalers only: the others print one price for
-- everywhere, which says that their prices do not differ.
with latest as (
    select *
    from price_points
    where
        provider_class = 'hyperscaler'
        and purchase_model = 'on_demand'
        and instance_type is not null
        and accelerator_count is not null
        and macro_region not in ('global', 'multi', 'unstated')
        and observed_on >= (select max(observed_on) from price_points) - $stale_days::integer
    qualify row_number() over (partition by series_id order by observed_on desc) = 1
),

machines as (
    select
        provider, accelerator, accelerator_count, instance_type, macro_region,
        coalesce(accelerator_variant, 'unstated') as board,
        quantile_cont(price_usd_per_accelerator_hour, 0.5) as price,
        count(*) as n_places,
        min(observed_on) as oldest,
        max(observed_on) as newest
    from latest
    group by all
)

select
    r.macro_region::varchar as macro_region,
    r.provider::varchar as provider,
    r.accelerator::varchar as accelerator,
    r.board::varchar as board,
    r.accelerator_count::double as accelerator_count,
    r.instance_type::varchar as instance_type,
    r.price::double as price_usd_per_accelerator_hour,
    b.price::double as north_america_usd_per_accelerator_hour,
    (r.price / b.price)::double as ratio,
    r.n_places::bigint as n_places,
    b.n_places::bigint as n_north_america_places,
    least(r.oldest, b.oldest)::date as oldest_observed_on,
    greatest(r.newest, b.newest)::date as newest_observed_on
from machines as r
inner join machines as b
    on
        b.macro_region = 'North America'
        and r.provider = b.provider
        and r.accelerator = b.accelerator
        and r.board = b.board
        and r.accelerator_count = b.accelerator_count
        and r.instance_type = b.instance_type
where r.macro_region <> 'North America'
order by macro_region, provider, accelerator, board, accelerator_count, instance_type
