-- what: the matched-model index and the time-product-dummy index of one accelerator stay within a set distance.
-- on: price_index
-- One row per index value that breaks this. Inputs: price_index. Parameters: $index_gap (natural log).
select
    provider_class::varchar as provider_class,
    accelerator::varchar as accelerator,
    purchase_model::varchar as purchase_model,
    month::date as month,
    index_jevons::double as index_jevons,
    index_tpd::double as index_tpd
from price_index
where abs(ln(index_jevons / index_tpd)) > $index_gap::double
order by provider_class, accelerator, purchase_model, month
