-- what: a price index is 100 where its chain starts, lies within its own interval, and counts no more than it matched.
-- on: price_index
-- One row per index value that breaks this. Inputs: price_index.
select
    provider_class::varchar as provider_class,
    accelerator::varchar as accelerator,
    purchase_model::varchar as purchase_model,
    month::date as month,
    index_jevons::double as index_jevons
from price_index
where
    (month = chain_start and (index_jevons <> 100 or n_matched <> 0))
    or month < chain_start
    or (month > chain_start and (n_observed > n_matched or n_matched < 1))
    or coalesce(index_jevons_p05 > index_jevons_p95, false)
    or coalesce(index_tpd_low > index_tpd_high, false)
    or n_matched > n_series
order by provider_class, accelerator, purchase_model, month
