-- company_coverage: who of the report's top companies has an hourly price, who another unit, who none, and since when.
-- One row per company. Inputs: providers, price_observations, non_hourly_prices.
-- What there is no price for is null, never 0. A licence, a cap on spending and free software are no prices of compute.
with hourly as (
    select
        provider,
        count(*) as n_observations,
        count(distinct accelerator) as n_accelerators,
        min(observed_on) as since,
        max(observed_on) as until
    from price_observations
    group by provider
),

other as (
    select provider, string_agg(distinct unit, ';' order by unit) as units, min(as_of) as since
    from non_hourly_prices
    where kind = 'price' and price_usd is not null
    group by provider
)

select
    p.top_company::varchar as top_company,
    p.provider::varchar as provider,
    case when h.provider is not null then 'hourly' when o.provider is not null then 'other_unit' else 'none' end::varchar
        as coverage,
    h.n_observations::bigint as n_observations,
    h.n_accelerators::bigint as n_accelerators,
    h.since::date as hourly_since,
    h.until::date as hourly_until,
    o.units::varchar as other_units,
    o.since::varchar as other_since
from providers as p
left join hourly as h on p.provider = h.provider
left join other as o on p.provider = o.provider
where p.top_company is not null
order by top_company
