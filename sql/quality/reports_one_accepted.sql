-- what: at least one report must be usable; when every one is rejected there is nothing to publish.
-- on: reports
-- one row per: rejected report, when no other is accepted
select report_id, reasons
from reports
where not exists (select 1 from reports where status = 'accepted')
order by report_id
