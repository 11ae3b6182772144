-- price_region_pairs: what a hyperscaler charges for an accelerator in another region of the report and in North America.
-- One row per provider x accelerator x board x region. Inputs: price_points. Parameters: $stale_days.
--
-- Like with like: on demand, the same named machine of the same size, both seen in the last $stale_days before the newest
-- price of all. A machine's price in a region is the median over its places there; the ratio is the geometric mean over
-- machines, so that a provider who lists one accelerator in twenty sizes counts once. Hyperscalers only: the others print
-- one price for everywhere, which says that their prices do not differ.
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
),

matched as (
    select
        r.macro_region, r.provider, r.accelerator, r.board,
        ln(r.price / b.price) as log_ratio,
        r.n_places,
        b.n_places as n_base_places,
        least(r.oldest, b.oldest) as oldest,
        greatest(r.newest, b.newest) as newest
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
)

select
    macro_region::varchar as macro_region,
    provider::varchar as provider,
    accelerator::varchar as accelerator,
    board::varchar as board,
    -- Over decimals, whose sum does not depend on the order of the machines.
    exp(avg(log_ratio::decimal(18, 15)))::double as ratio,
    count(*)::bigint as n_machines,
    max(n_places)::bigint as n_places,
    max(n_base_places)::bigint as n_north_america_places,
    min(oldest)::date as oldest_observed_on,
    max(newest)::date as newest_observed_on
from matched
group by macro_region, provider, accelerator, board
order by macro_region, provider, accelerator, board
