-- what: every observation's accelerator, provider and region stand in the reference tables.
-- on: price_observations
-- One row per observation that refers to something unknown. Inputs: price_observations, accelerators, providers, regions.
select
    o.observation_id::varchar as observation_id,
    o.accelerator::varchar as accelerator,
    o.provider::varchar as provider,
    o.region::varchar as region
from price_observations as o
left join accelerators as a on o.accelerator = a.accelerator
left join providers as p on o.provider = p.provider
left join regions as r on o.region = r.region
where a.accelerator is null or p.provider is null or (o.region is not null and r.region is null)
order by observation_id
