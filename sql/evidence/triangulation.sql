-- What: the report's size, growth and North America share beside the other public estimates, and its place among them.
-- One row per: market x metric x source. Inputs: reports, claims, peer_estimates.
-- A source is a group of sister sites and counts once: its value is the median of its estimates of the closest scope it
-- has (same, then near, then adjacent); low and high span all its estimates. Estimates of nobody known stand in the rows
-- 'unattributed: <site>' and have no rank. Sizes are ranked among sources of the same scope only: others are other markets.
with own as (
    select r.market, 'base_value_usd_bn' as metric, r.vendor as source, r.base_value_usd_bn as value, r.base_year as year
    from reports as r
    where r.status = 'accepted'
    union all
    select r.market, 'cagr_pct', r.vendor, r.cagr_pct, r.base_year
    from reports as r
    where r.status = 'accepted'
    union all
    select r.market, 'north_america_share_pct', r.vendor, min(c.value_low), min(c.year_from)
    from claims as c
    inner join reports as r on c.report_id = r.report_id
    where r.status = 'accepted' and c.metric = 'share' and c.member = 'North America' and c.value_low = c.value_high
    group by r.market, r.vendor
    having count(distinct c.value_low) = 1
),

peers as (
    select
        p.market, p.relation, p.base_year, p.north_america_share_year,
        p.base_value_usd_bn, p.cagr_pct, p.north_america_share_pct,
        coalesce(p.vendor_group, 'unattributed: ' || p.source_domain) as source,
        p.vendor_group is not null as is_independent,
        case p.relation when 'same' then 1 when 'near' then 2 when 'adjacent' then 3 else 4 end as distance
    from peer_estimates as p
    where
        not exists (
            select 1 from reports as r where r.market = p.market and r.vendor = p.vendor and p.relation = 'same'
        )
),

estimates as (
    select market, 'base_value_usd_bn' as metric, source, is_independent, distance, base_value_usd_bn as value, base_year as year
    from peers
    union all
    select market, 'cagr_pct', source, is_independent, distance, cagr_pct, base_year from peers
    union all
    select market, 'north_america_share_pct', source, is_independent, distance, north_america_share_pct, north_america_share_year
    from peers
),

closest as (
    select *, min(distance) over (partition by market, metric, source) as nearest from estimates where value is not null
),

grouped as (
    select
        market, metric, source, false as is_report, bool_and(is_independent) as is_independent, min(distance) as distance,
        quantile_cont(value, 0.5) filter (distance = nearest) as value,
        min(value) as low, max(value) as high, count(*) as estimates,
        min(year) filter (distance = nearest) as first_year, max(year) filter (distance = nearest) as last_year
    from closest
    group by market, metric, source
    union all
    select market, metric, coalesce(source, market), true, true, 1, value, value, value, 1, year, year
    from own
    where value is not null
),

ranked as (
    select
        *,
        is_independent and (metric <> 'base_value_usd_bn' or distance = 1) as counts
    from grouped
    where market in (select market from own)
),

placed as (
    select
        *,
        case when counts then rank() over (partition by market, metric, counts order by value desc) end as rank,
        case when counts then count(*) over (partition by market, metric, counts) end as sources,
        case
            when counts and count(*) over (partition by market, metric, counts) > 1
                then percent_rank() over (partition by market, metric, counts order by value)
        end as share_below
    from ranked
)

select
    market::varchar as market,
    metric::varchar as metric,
    source::varchar as source,
    is_report::boolean as is_report,
    case distance when 1 then 'same' when 2 then 'near' when 3 then 'adjacent' else 'broad' end::varchar as relation,
    value::double as value,
    low::double as value_low,
    high::double as value_high,
    estimates::bigint as estimates,
    first_year::bigint as first_year,
    last_year::bigint as last_year,
    rank::bigint as position_from_top,
    sources::bigint as sources,
    share_below::double as below_share
from placed
order by market, metric, source
