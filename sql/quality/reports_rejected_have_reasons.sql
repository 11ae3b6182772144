-- what: a rejected report says why, an accepted one has no reason to be rejected.
-- on: reports
-- one row per: report whose status and reasons disagree
select report_id, status, reasons
from reports
where (status = 'rejected') = (reasons = '')
order by report_id
