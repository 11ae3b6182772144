-- price_panel: each series' price at the end of each month, held between two observations.
-- One row per series x month, for series seen in two months or more. Inputs: price_points.
--
-- List prices are steps: between two observations the price is taken to be the earlier one, so a change falls into the
-- month in which it was first seen. Nothing is carried past the last observation. is_observed tells the two apart.
with closing as (
    select
        *,
        date_trunc('month', observed_on)::date as seen_month
    from price_points
    qualify row_number() over (partition by series_id, date_trunc('month', observed_on) order by observed_on desc) = 1
),

spans as (
    select
        *,
        lead(seen_month) over (partition by series_id order by seen_month) as next_month
    from closing
    qualify count(*) over (partition by series_id) > 1
),

held as (
    select
        *,
        unnest(
            generate_series(seen_month, coalesce((next_month - interval 1 month)::date, seen_month), interval 1 month)
        )::date as month
    from spans
)

select
    series_id::varchar as series_id,
    month::date as month,
    provider_class::varchar as provider_class,
    accelerator::varchar as accelerator,
    purchase_model::varchar as purchase_model,
    (month = seen_month)::boolean as is_observed,
    ln(price_usd_per_accelerator_hour)::double as log_price,
    (ln(price_usd_per_accelerator_hour) - lag(ln(price_usd_per_accelerator_hour)) over (
        partition by series_id order by month
    ))::double as log_change
from held
order by series_id, month
