-- What: every claim that was set beside other evidence, one list below the other.
-- One row per: market x check. Inputs: price_claim_checks, report_claim_checks.
with checks as (
    select * from price_claim_checks
    union all
    select * from report_claim_checks
)

select
    market::varchar as market,
    check_id::varchar as check_id,
    claim_id::varchar as claim_id,
    verdict::varchar as verdict,
    expected::varchar as expected,
    observed::varchar as observed,
    how::varchar as how,
    inputs::varchar as inputs
from checks
order by market, check_id
