-- what: what a claim says about a member holds in every draw: its share lies in the stated range, the largest is always
-- what: the largest in that year, the fastest always the fastest.
-- on: member_forecast
-- one row per: constraint x year that the forecast breaks
select c.market, c.constraint_id, c.kind, f.scenario, f.year, c.low, c.high, f.share_p05, f.share_p95, f.p_largest, f.p_fastest
from constraints as c
inner join member_forecast as f on c.market = f.market and c.dimension = f.dimension and c.member = f.member
where
    f.scenario = 'as_reported'
    and (
        (c.kind = 'share_between' and f.year = c.year and (f.share_p05 < c.low - 1e-12 or f.share_p95 > c.high + 1e-12))
        or (c.kind = 'largest' and f.year = c.year and f.p_largest < 1)
        or (c.kind = 'fastest' and f.p_fastest < 1)
    )
order by c.market, c.constraint_id, f.year
