-- price_series: what became of each price that was seen more than once or once: first, lowest, highest, latest, changes.
-- One row per series (provider x offer x region x purchase model x variant). Inputs: price_points.
-- Parameters: $same_price_tolerance.
--
-- Prices that differ by less than the tolerance are one price: sources round.
with steps as (
    select
        *,
        lag(price_usd_per_accelerator_hour) over of_series as before
    from price_points
    window of_series as (partition by series_id order by observed_on)
),

changes as (
    select
        *,
        coalesce(abs(price_usd_per_accelerator_hour / before - 1) > $same_price_tolerance::double, false) as is_change
    from steps
),

summed as (
    select
        series_id,
        count(*) as n_observations,
        sum(is_change::integer) as n_changes,
        min(observed_on) as first_seen,
        max(observed_on) as last_seen,
        arg_min(price_usd_per_accelerator_hour, observed_on) as first_price,
        arg_max(price_usd_per_accelerator_hour, observed_on) as latest_price,
        min(price_usd_per_accelerator_hour) as low_price,
        max(price_usd_per_accelerator_hour) as high_price,
        max(case when is_change then observed_on end) as last_changed_on
    from changes
    group by series_id
),

lows as (
    select c.series_id, min(c.observed_on) as low_since
    from changes as c
    inner join summed as s on c.series_id = s.series_id and c.price_usd_per_accelerator_hour = s.low_price
    group by c.series_id
)

select
    s.series_id::varchar as series_id,
    p.provider::varchar as provider,
    p.provider_class::varchar as provider_class,
    p.accelerator::varchar as accelerator,
    p.accelerator_variant::varchar as accelerator_variant,
    p.accelerator_count::double as accelerator_count,
    p.instance_type::varchar as instance_type,
    p.region::varchar as region,
    p.purchase_model::varchar as purchase_model,
    s.n_observations::bigint as n_observations,
    s.n_changes::bigint as n_changes,
    s.first_seen::date as first_seen,
    s.last_seen::date as last_seen,
    l.low_since::date as low_since,
    s.last_changed_on::date as last_changed_on,
    s.first_price::double as first_price_usd_per_accelerator_hour,
    s.low_price::double as low_price_usd_per_accelerator_hour,
    s.high_price::double as high_price_usd_per_accelerator_hour,
    s.latest_price::double as latest_price_usd_per_accelerator_hour,
    ((s.low_price / s.first_price - 1) * 100)::double as change_first_to_low_pct,
    ((s.latest_price / s.low_price - 1) * 100)::double as change_low_to_latest_pct,
    ((s.latest_price / s.first_price - 1) * 100)::double as change_first_to_latest_pct
from summed as s
inner join lows as l on s.series_id = l.series_id
inner join price_points as p on s.series_id = p.series_id and s.last_seen = p.observed_on
order by series_id
