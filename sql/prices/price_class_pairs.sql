-- price_class_pairs: like-with-like prices of the report's hyperscalers and of GPU-only clouds, every pair of them.
-- One row per accelerator x board x hyperscaler x specialised provider.
-- Inputs: price_points, providers, regions. Parameters: $stale_days.
--
-- Like with like: the same accelerator and board (a row that names no board is taken as the commonest one of its
-- accelerator), on demand, listed for the United States or everywhere (a row without region is a list price), seen in the
-- last $stale_days before the newest price of all. One price a provider: eight accelerators or the nearest size, then the
-- newest, then the lowest. All-region medians would mix in dear regions that only some providers have.
with eligible as (
    select
        p.*,
        r.report_group
    from price_points as p
    inner join providers as r on p.provider = r.provider
    left join regions as g on p.region = g.region
    where
        r.report_group is not null
        and p.provider_class <> 'marketplace'
        and p.purchase_model = 'on_demand'
        and (p.macro_region in ('global', 'unstated') or g.country = 'US')
        and p.observed_on >= (select max(observed_on) from price_points) - $stale_days::integer
),

boards as (
    select accelerator, arg_max(accelerator_variant, (offers, accelerator_variant)) as board
    from (
        select accelerator, accelerator_variant, count(*) as offers
        from eligible
        where accelerator_variant is not null
        group by accelerator, accelerator_variant
    )
    group by accelerator
),

candidates as (
    select
        e.*,
        coalesce(e.accelerator_variant, b.board, 'unstated') as board
    from eligible as e
    left join boards as b on e.accelerator = b.accelerator
),

chosen as (
    select *
    from candidates
    qualify
        row_number() over (
            partition by accelerator, board, provider
            order by
                abs(ln(accelerator_count / 8)) nulls last, observed_on desc, price_usd_per_accelerator_hour, series_id
        ) = 1
)

select
    h.accelerator::varchar as accelerator,
    h.board::varchar as board,
    h.provider::varchar as hyperscaler,
    s.provider::varchar as specialised,
    h.price_usd_per_accelerator_hour::double as hyperscaler_usd_per_accelerator_hour,
    s.price_usd_per_accelerator_hour::double as specialised_usd_per_accelerator_hour,
    (h.price_usd_per_accelerator_hour / s.price_usd_per_accelerator_hour)::double as ratio,
    h.accelerator_count::double as hyperscaler_accelerator_count,
    s.accelerator_count::double as specialised_accelerator_count,
    h.observed_on::date as hyperscaler_observed_on,
    s.observed_on::date as specialised_observed_on,
    h.observation_id::varchar as hyperscaler_observation_id,
    s.observation_id::varchar as specialised_observation_id
from chosen as h
inner join chosen as s on h.accelerator = s.accelerator and h.board = s.board
where h.report_group = 'hyperscaler' and s.report_group = 'specialised'
order by accelerator, board, hyperscaler, specialised
