-- what: an offer has one price a day, and its id is the offer and the day.
-- on: price_observations
-- One row per offer and day that breaks this. Inputs: price_observations.
select
    offer_id::varchar as offer_id,
    observed_on::date as observed_on,
    count(*)::bigint as n_prices,
    min(observation_id)::varchar as observation_id
from price_observations
group by offer_id, observed_on
having count(*) > 1 or min(observation_id) <> offer_id || '-' || observed_on::varchar
order by offer_id, observed_on
