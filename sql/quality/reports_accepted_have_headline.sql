-- what: an accepted report has a base and a later forecast size in dollars, with a claim behind each; where it has not, a
-- flag or its currency says why (no forecast stated, another currency without a rate, no currency or base year printed).
-- on: reports
-- one row per: accepted report without them
select r.report_id, r.base_year, r.base_value_usd_bn, r.forecast_year, r.forecast_value_usd_bn, r.flags
from reports as r
where
    r.status = 'accepted'
    and not (
        coalesce(r.base_value_usd_bn, 0) > 0
        and exists (select 1 from claims as c where c.report_id = r.report_id and c.metric = 'market_value' and coalesce(c.year_to, r.base_year) = r.base_year)
        or r.currency is null or r.currency <> 'USD' or r.base_year is null
    )
    or r.status = 'accepted'
    and not (
        coalesce(r.forecast_value_usd_bn, 0) > 0
        and coalesce(r.forecast_year, 0) > coalesce(r.base_year, 0)
        and exists (select 1 from claims as c where c.report_id = r.report_id and c.metric = 'market_value' and c.year_to = r.forecast_year)
        or list_contains(string_split(r.flags, ';'), 'missing_forecast_value')
        or r.currency is null or r.currency <> 'USD'
    )
order by r.report_id
