-- what: every row of every price file is kept, rejected, merged or out of scope; none is lost or counted twice.
-- on: price_file_counts
-- One row per file whose numbers do not add up. Inputs: price_file_counts, price_rejects.
select
    c.source_file::varchar as source_file,
    c.rows_read::bigint as rows_read,
    c.rows_kept::bigint as rows_kept,
    c.rows_rejected::bigint as rows_rejected,
    c.rows_merged::bigint as rows_merged,
    count(r.source_file)::bigint as reject_rows
from price_file_counts as c
left join price_rejects as r on c.source_file = r.source_file
group by all
having c.rows_read <> c.rows_kept + c.rows_rejected + c.rows_merged or c.rows_rejected <> count(r.source_file)
order by source_file
