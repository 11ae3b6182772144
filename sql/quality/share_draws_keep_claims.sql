-- what: a claim about several members holds in every draw: sums of shares, margins, and ranks of size or growth among some.
-- on: share_draws
-- one row per: constraint x scenario with draws that break it
-- Claims about one member are held against the published ranges (member_forecast_keeps_claims). Base-year shares are the
-- draws themselves; those of later years go through exp() here again, which is why 1e-9 is forgiven them.
with own as (select distinct market, scenario from constraints),
drawn as (select distinct market, scenario, dimension from share_draws),
binding as (
    select
        d.scenario as drawn_scenario, c.market, c.dimension, c.constraint_id, c.kind, c.low, c.high, m.position,
        case when c.kind = 'fastest' then 0 else coalesce(c.year - r.base_year, 0) end as ahead,
        unnest(string_split(c.other_member, '; ')) as other
    from drawn as d
    left join own as o on d.market = o.market and d.scenario = o.scenario
    inner join constraints as c
        on d.market = c.market and d.dimension = c.dimension and c.scenario = coalesce(o.scenario, 'as_reported')
    inner join reports as r on c.market = r.market
    inner join segments as m on r.report_id = m.report_id and c.dimension = m.dimension and c.member = m.member
    where c.other_member is not null
),
placed as (
    select b.* exclude (other), list(s.position) as others
    from binding as b
    inner join reports as r on b.market = r.market
    inner join segments as s on r.report_id = s.report_id and b.dimension = s.dimension and b.other = s.member
    group by all
),
weighed as (
    select
        p.*, d.growths,
        list_transform(d.base_shares, lambda share, i: share * exp(d.growths[i] * p.ahead)) as weights,
        case when p.ahead = 0 then 1e-12 else 1e-9 end as slack
    from placed as p
    inner join share_draws as d
        on p.market = d.market and p.drawn_scenario = d.scenario and p.dimension = d.dimension
),
compared as (
    select
        market, drawn_scenario, dimension, constraint_id, kind, low, high, slack,
        weights[position] / list_sum(weights) as share,
        list_sum(list_transform(others, lambda o: weights[o])) / list_sum(weights) as other_shares,
        list_max(list_transform(others, lambda o: weights[o])) / list_sum(weights) as largest_other,
        growths[position] - list_max(list_transform(others, lambda o: growths[o])) as lead
    from weighed
)
select market, drawn_scenario as scenario, dimension, constraint_id, kind, count(*) as draws
from compared
where
    (kind = 'share_between' and greatest(coalesce(low, 0) - share - other_shares, share + other_shares - coalesce(high, 1)) > slack)
    or (kind = 'margin_over' and share < low * other_shares - slack)
    or (kind = 'largest' and share < largest_other - slack)
    or (kind = 'fastest' and lead < 0)
group by all
order by all
