-- price_levels: what an accelerator-hour costs, from each offer's latest comparable price.
-- One row per accelerator x provider_class x macro_region x purchase_model.
-- Inputs: price_observations, accelerators. Parameters: $stale_days.
--
-- Comparable: prices of the accelerator alone (gpu_component_only) are left out; nothing is mixed across the key.
-- Latest: one price per offer, and only of offers seen within $stale_days before the newest price of the same row, so
-- that an offer last seen in 2022 does not stand beside one of today. The as-of day of is_stale is the newest
-- observation of all, never the clock.
with comparable as (
    select
        o.*,
        case o.accelerator_variant
            when 'PCIe' then coalesce(a.bf16_dense_pcie_tflops, a.bf16_dense_tflops)
            when 'NVL' then coalesce(a.bf16_dense_nvl_tflops, a.bf16_dense_tflops)
            else a.bf16_dense_tflops
        end as tflops
    from price_observations as o
    inner join accelerators as a on o.accelerator = a.accelerator
    where o.price_basis <> 'gpu_component_only'
),

latest as (
    select
        *,
        max(observed_on) over (partition by accelerator, provider_class, macro_region, purchase_model) as newest
    from comparable
    qualify row_number() over (partition by offer_id order by observed_on desc) = 1
),

as_of as (
    select max(observed_on) as day from price_observations
)

select
    accelerator::varchar as accelerator,
    provider_class::varchar as provider_class,
    macro_region::varchar as macro_region,
    purchase_model::varchar as purchase_model,
    quantile_cont(price_usd_per_accelerator_hour, 0.5)::double as price_usd_per_accelerator_hour_median,
    quantile_cont(price_usd_per_accelerator_hour, 0.25)::double as price_usd_per_accelerator_hour_q1,
    quantile_cont(price_usd_per_accelerator_hour, 0.75)::double as price_usd_per_accelerator_hour_q3,
    min(price_usd_per_accelerator_hour)::double as price_usd_per_accelerator_hour_min,
    max(price_usd_per_accelerator_hour)::double as price_usd_per_accelerator_hour_max,
    count(*)::bigint as n_offers,
    count(distinct provider)::bigint as n_providers,
    quantile_cont(price_usd_per_accelerator_hour / tflops * 1000, 0.5)::double as price_usd_per_pflop_hour_median,
    max(newest)::date as last_observed,
    (max(newest) < (select day from as_of) - $stale_days::integer)::boolean as is_stale
from latest
where observed_on >= newest - $stale_days::integer
group by accelerator, provider_class, macro_region, purchase_model
order by accelerator, provider_class, macro_region, purchase_model
