-- What: every segment and region of every market, for the star schema. The key is text that reads as what it names.
-- One row per: member_key (market, dimension, member).
-- Inputs: forecast_wide.
select distinct
    concat_ws(' | ', market, dimension, member)::varchar as member_key,
    market::varchar as market,
    dimension_kind::varchar as dimension_kind,
    dimension::varchar as dimension,
    member::varchar as member,
    position::bigint as position
from forecast_wide
order by member_key
