-- what: minimum, quartiles, median and maximum of a price level come in that order, counts agree.
-- on: price_levels
-- One row per price level that breaks this. Inputs: price_levels.
select
    accelerator::varchar as accelerator,
    provider_class::varchar as provider_class,
    macro_region::varchar as macro_region,
    purchase_model::varchar as purchase_model,
    n_offers::bigint as n_offers,
    n_providers::bigint as n_providers
from price_levels
where
    not (
        price_usd_per_accelerator_hour_min <= price_usd_per_accelerator_hour_q1
        and price_usd_per_accelerator_hour_q1 <= price_usd_per_accelerator_hour_median
        and price_usd_per_accelerator_hour_median <= price_usd_per_accelerator_hour_q3
        and price_usd_per_accelerator_hour_q3 <= price_usd_per_accelerator_hour_max
    )
    or n_providers > n_offers
order by accelerator, provider_class, macro_region, purchase_model
