-- what: the matched-model index and the time-product-dummy index of one accelerator differ by no more than their errors.
-- on: price_index
-- One row per index value that breaks this. Inputs: price_index. Parameters: $index_gap_errors.
--
-- Both estimate the same month effect, so their difference has mean 0 and, however they depend on each other, a standard
-- error of at most the sum of the two. Errors are read off the published 90 percent intervals (3.29 of them wide). The
-- last term is rounding: prices that never move have errors of 0 and indices of 6 decimals.
select
    provider_class::varchar as provider_class,
    accelerator::varchar as accelerator,
    purchase_model::varchar as purchase_model,
    month::date as month,
    index_jevons::double as index_jevons,
    index_tpd::double as index_tpd
from price_index
where
    abs(ln(index_jevons / index_tpd))
    > $index_gap_errors::double * (ln(index_jevons_p95 / index_jevons_p05) + ln(index_tpd_high / index_tpd_low)) / 3.2897
    + 1e-6
order by provider_class, accelerator, purchase_model, month
