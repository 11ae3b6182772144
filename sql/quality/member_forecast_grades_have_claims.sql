-- what: a row graded reported or bounded needs a constraint on its dimension; a row graded prior may have none that binds it.
-- on: member_forecast
-- one row per: row whose grade no constraint explains
with own as (select distinct market, scenario from constraints),
bound as (
    select market, scenario, dimension, bool_or(kind <> 'fastest') as base, bool_or(kind = 'fastest') as growth
    from constraints group by market, scenario, dimension
),
first_year as (select market, min(year) as year from market_forecast group by market)
select f.market, f.scenario, f.dimension, f.member, f.year, f.evidence_grade
from member_forecast as f
inner join first_year as y on f.market = y.market
left join own as o on f.market = o.market and f.scenario = o.scenario
left join bound as b
    on f.market = b.market and b.scenario = coalesce(o.scenario, 'as_reported') and f.dimension = b.dimension
where (f.evidence_grade = 'prior') = (coalesce(b.base, false) or (coalesce(b.growth, false) and f.year > y.year))
order by all
