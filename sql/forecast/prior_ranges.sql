-- What: the range of a member's share before any claim is heard, pooled over members, which the prior does not tell
--   apart; the measure of how much claims narrow a range.
-- One row per: scenario with a prior of its own x number of members x years since the base year.
-- Inputs: prior_draws, reports.
with years as (
    select unnest(range(max(forecast_year - base_year) + 1)) as ahead
    from reports
    where status = 'accepted'
),

weighed as (
    select
        p.scenario, p.members, y.ahead,
        list_transform(p.base_shares, lambda share, i: share * exp(p.growths[i] * y.ahead)) as weights
    from prior_draws as p
    cross join years as y
),

shares as (
    select scenario, members, ahead, unnest(weights) / list_sum(weights) as share from weighed
)

select
    scenario::varchar as scenario,
    members::bigint as members,
    ahead::bigint as years_ahead,
    quantile_cont(share, 0.05)::double as share_p05,
    quantile_cont(share, 0.95)::double as share_p95
from shares
group by scenario, members, ahead
order by scenario, members, years_ahead
