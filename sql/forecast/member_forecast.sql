-- What: value, share and growth of every member, segment or region, in every scenario of its market.
-- One row per: market x scenario x dimension x member x year.
-- Inputs: market_forecast, reports, segments, constraints, member_moments, prior_ranges.
-- Split by: market.
-- Where the total has no spread, quantiles of value are the total times quantiles of share. A member's yearly growth
--   factor is the market's times its pace. Narrowing is 1 less the width of the share's 90 percent range over the
--   prior's: 0 is no narrower than what one assumes before any claim, 1 is a point.
with members as (
    select r.market, r.base_year, s.dimension, s.dimension_kind, s.member, s.position,
        count(*) over (partition by r.market, s.dimension) as members
    from reports as r
    inner join segments as s on r.report_id = s.report_id
),

-- A scenario without rows of its own takes those of as_reported: constraints by market, shares by dimension, prior.
bound_for as (
    select f.market, f.scenario, max(coalesce(c.scenario, 'as_reported') = f.scenario) as has_own
    from (select distinct market, scenario from market_forecast) as f
    left join (select distinct market, scenario from constraints) as c
        on f.market = c.market and f.scenario = c.scenario
    group by f.market, f.scenario
),

binding as (
    select b.market, b.scenario, c.dimension, c.member, c.year, c.kind, c.stated_share
    from bound_for as b
    inner join constraints as c
        on b.market = c.market and c.scenario = case when b.has_own then b.scenario else 'as_reported' end
),

-- Which claims bear on a dimension: ranks of growth on all years but the base year, all others on every year.
bound as (
    select
        market, scenario, dimension,
        bool_or(kind <> 'fastest') as shares_bound,
        bool_or(kind = 'fastest') as growth_bound
    from binding
    group by market, scenario, dimension
),

stated as (
    select distinct market, scenario, dimension, member, year from binding where stated_share is not null
),

drawn as (
    select distinct market, dimension, shares_scenario as scenario from member_moments
),

rows as (
    select
        f.market, f.scenario, n.dimension, n.dimension_kind, n.member, n.position, f.year, f.value_usd_bn_mean as total,
        t.value_usd_bn_mean as reported_total,
        case
            when f.year > n.base_year then pow(t.value_usd_bn_mean / o.value_usd_bn_mean, 1 / (f.year - n.base_year))
        end as market_pace,
        m.value_mean as share_mean, m.value_p05 as share_p05, m.value_p25 as share_p25, m.value_p50 as share_p50,
        m.value_p75 as share_p75, m.value_p95 as share_p95, m.p_largest, m.p_fastest,
        v.value_mean, v.value_p05, v.value_p25, v.value_p50, v.value_p75, v.value_p95,
        coalesce(v.pace_mean, m.pace_mean) as pace_mean,
        coalesce(v.pace_p05, m.pace_p05) as pace_p05,
        coalesce(v.pace_p25, m.pace_p25) as pace_p25,
        coalesce(v.pace_p50, m.pace_p50) as pace_p50,
        coalesce(v.pace_p75, m.pace_p75) as pace_p75,
        coalesce(v.pace_p95, m.pace_p95) as pace_p95,
        p.share_p95 - p.share_p05 as prior_width,
        case
            when s.member is not null then 'reported'
            when b.shares_bound or (b.growth_bound and f.year <> n.base_year) then 'bounded'
            else 'prior'
        end as evidence_grade
    from market_forecast as f
    inner join members as n on f.market = n.market
    inner join market_forecast as t on f.market = t.market and f.year = t.year and t.scenario = 'as_reported'
    inner join market_forecast as o on f.market = o.market and n.base_year = o.year and o.scenario = 'as_reported'
    left join drawn as d on f.market = d.market and f.scenario = d.scenario and n.dimension = d.dimension
    inner join member_moments as m
        on
            f.market = m.market and m.scenario = 'as_reported' and n.dimension = m.dimension
            and m.shares_scenario = coalesce(d.scenario, 'as_reported') and n.position = m.position and f.year = m.year
    left join member_moments as v
        on
            f.market = v.market and f.scenario = v.scenario and f.scenario <> 'as_reported'
            and n.dimension = v.dimension and n.position = v.position and f.year = v.year
    left join prior_ranges as w
        on f.scenario = w.scenario and n.members = w.members and f.year - n.base_year = w.years_ahead
    inner join prior_ranges as p
        on
            p.scenario = coalesce(w.scenario, 'as_reported') and n.members = p.members
            and f.year - n.base_year = p.years_ahead
    left join bound as b on f.market = b.market and f.scenario = b.scenario and n.dimension = b.dimension
    left join stated as s
        on
            f.market = s.market and f.scenario = s.scenario and n.dimension = s.dimension and n.member = s.member
            and f.year = s.year
)

select
    market::varchar as market,
    scenario::varchar as scenario,
    dimension::varchar as dimension,
    dimension_kind::varchar as dimension_kind,
    member::varchar as member,
    position::bigint as position,
    year::bigint as year,
    coalesce(reported_total * value_mean, total * share_mean)::double as value_usd_bn_mean,
    coalesce(reported_total * value_p05, total * share_p05)::double as value_usd_bn_p05,
    coalesce(reported_total * value_p25, total * share_p25)::double as value_usd_bn_p25,
    coalesce(reported_total * value_p50, total * share_p50)::double as value_usd_bn_p50,
    coalesce(reported_total * value_p75, total * share_p75)::double as value_usd_bn_p75,
    coalesce(reported_total * value_p95, total * share_p95)::double as value_usd_bn_p95,
    share_mean::double as share_mean,
    share_p05::double as share_p05,
    share_p25::double as share_p25,
    share_p50::double as share_p50,
    share_p75::double as share_p75,
    share_p95::double as share_p95,
    (100 * (market_pace * pace_mean - 1))::double as cagr_pct_mean,
    (100 * (market_pace * pace_p05 - 1))::double as cagr_pct_p05,
    (100 * (market_pace * pace_p25 - 1))::double as cagr_pct_p25,
    (100 * (market_pace * pace_p50 - 1))::double as cagr_pct_p50,
    (100 * (market_pace * pace_p75 - 1))::double as cagr_pct_p75,
    (100 * (market_pace * pace_p95 - 1))::double as cagr_pct_p95,
    p_largest::double as p_largest,
    p_fastest::double as p_fastest,
    evidence_grade::varchar as evidence_grade,
    case when prior_width > 0 then greatest(0, 1 - (share_p95 - share_p05) / prior_width) else 1 end::double as narrowing
from rows
order by market, scenario, dimension, member, year
