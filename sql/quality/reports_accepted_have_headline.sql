-- what: an accepted report has a base and a later forecast size, and a claim behind each.
-- on: reports
-- one row per: accepted report without them
select r.report_id, r.base_year, r.base_value_usd_bn, r.forecast_year, r.forecast_value_usd_bn
from reports as r
where
    r.status = 'accepted'
    and (
        coalesce(r.base_value_usd_bn, 0) <= 0 or coalesce(r.forecast_value_usd_bn, 0) <= 0
        or coalesce(r.forecast_year, 0) <= coalesce(r.base_year, 0)
        or not exists (select 1 from claims as c where c.report_id = r.report_id and c.metric = 'market_value' and c.year_to = r.base_year)
        or not exists (select 1 from claims as c where c.report_id = r.report_id and c.metric = 'market_value' and c.year_to = r.forecast_year)
    )
order by r.report_id
