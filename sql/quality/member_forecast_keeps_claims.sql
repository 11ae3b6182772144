-- what: what a claim says about a member holds in every draw: its share lies in the stated range, the largest of all is
-- what: always the largest in that year, the fastest of all always the fastest, its growth within the stated rate.
-- on: member_forecast
-- one row per: constraint x year that the forecast breaks
-- Claims about several members bind draws that this table does not show: share_draws_keep_claims.
with own as (select distinct market, scenario from constraints),
market as (
    select market, year, pow(value_usd_bn_mean / first_value(value_usd_bn_mean) over w, 1 / (year - first_value(year) over w)) as pace
    from market_forecast
    where scenario = 'as_reported'
    window w as (partition by market order by year)
)
select
    c.market, c.constraint_id, c.kind, f.scenario, f.year, c.low, c.high, f.share_p05, f.share_p95, f.p_largest, f.p_fastest,
    f.cagr_pct_p05, f.cagr_pct_p95
from member_forecast as f
left join own as o on f.market = o.market and f.scenario = o.scenario
inner join constraints as c
    on f.market = c.market and f.dimension = c.dimension and f.member = c.member
    and c.scenario = coalesce(o.scenario, 'as_reported') and c.other_member is null
left join market as m on f.market = m.market and f.year = m.year
where
    (
        c.kind = 'share_between' and f.year = c.year
        -- Shares of the base year are the draws themselves; later ones went through exp() and a sum on the way here.
        and greatest(c.low - f.share_p05, f.share_p95 - c.high) > case when f.cagr_pct_p05 is null then 1e-12 else 1e-9 end
    )
    or (c.kind = 'largest' and f.year = c.year and f.p_largest < 1)
    or (c.kind = 'fastest' and f.p_fastest < 1)
    or (
        c.kind = 'pace_between' and f.scenario = 'as_reported' and f.year = c.year
        and (
            1 + f.cagr_pct_p05 / 100 < coalesce(c.low, 0) * m.pace - 1e-9
            or 1 + f.cagr_pct_p95 / 100 > c.high * m.pace + 1e-9
        )
    )
order by c.market, c.constraint_id, f.scenario, f.year
