-- what: every accepted report is forecast for every year from base to forecast year, or is among the refused rows.
-- on: market_forecast
-- one row per: accepted market with missing years that nothing accounts for
select r.market, r.base_year, r.forecast_year, count(f.year) as years_found
from reports as r
left join market_forecast as f on r.market = f.market and f.scenario = 'as_reported'
where r.status = 'accepted' and r.market not in (select market from model_rejects)
group by r.market, r.base_year, r.forecast_year
having count(f.year) <> r.forecast_year - r.base_year + 1
order by r.market
