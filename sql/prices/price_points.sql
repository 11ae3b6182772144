-- price_points: comparable prices of one series a day, the rows behind the price index.
-- One row per series x day. Inputs: price_observations.
--
-- A series is provider x offer x region x purchase model x variant. Sources name offers unequally well: a row without an
-- instance type belongs to the one offer that is otherwise the same, if there is exactly one; with several it stays apart.
-- Prices of the accelerator alone (gpu_component_only) are left out. Where two rows of a series share a day, the one
-- that names the offer stands.
with comparable as (
    select
        *,
        case when macro_region = 'global' then 'global' else coalesce(region, 'unstated') end as place
    from price_observations
    where price_basis <> 'gpu_component_only'
),

named as (
    select
        c.*,
        coalesce(c.instance_type, case when n.names = 1 then n.name end) as offer
    from comparable as c
    left join (
        select
            provider, accelerator, accelerator_variant, accelerator_count, place, purchase_model,
            count(distinct instance_type) as names,
            min(instance_type) as name
        from comparable
        group by all
    ) as n
        on
            c.provider = n.provider
            and c.accelerator = n.accelerator
            and c.accelerator_variant is not distinct from n.accelerator_variant
            and c.accelerator_count is not distinct from n.accelerator_count
            and c.place = n.place
            and c.purchase_model = n.purchase_model
),

identified as (
    select
        *,
        substr(
            sha256(
                concat_ws(
                    '|', provider, provider_class, accelerator, coalesce(accelerator_variant, '-'),
                    coalesce(accelerator_count::varchar, '-'), coalesce(offer, '-'), place, purchase_model
                )
            ), 1, 16
        ) as series_id
    from named
)

select
    series_id::varchar as series_id,
    observed_on::date as observed_on,
    provider::varchar as provider,
    provider_class::varchar as provider_class,
    accelerator::varchar as accelerator,
    accelerator_variant::varchar as accelerator_variant,
    accelerator_count::double as accelerator_count,
    offer::varchar as instance_type,
    place::varchar as region,
    purchase_model::varchar as purchase_model,
    macro_region::varchar as macro_region,
    price_usd_per_accelerator_hour::double as price_usd_per_accelerator_hour,
    observation_id::varchar as observation_id
from identified
qualify
    row_number() over (
        partition by series_id, observed_on order by (instance_type is null)::integer, observation_id
    ) = 1
order by series_id, observed_on
