-- what: at least one accepted report must be left to forecast; the model refused every one for the reasons shown.
-- on: model_rejects
-- one row per: refused market, when no other accepted one is left
select m.market, m.reason, m.detail
from model_rejects as m
where not exists (
    select 1 from reports as r
    where r.status = 'accepted' and r.market not in (select market from model_rejects)
)
order by m.market
