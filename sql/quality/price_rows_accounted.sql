-- what: every row of every price file is kept, rejected, merged or out of scope; none is lost or counted twice.
-- on: price_file_counts
-- One row per file whose numbers do not add up. Inputs: price_file_counts, price_observations, price_rejects.
-- A row that holds two prices counts as kept if one of them is.
with kept as (
    select source_file, count(distinct source_row) as n
    from price_observations
    group by source_file
),

refused as (
    select r.source_file, count(distinct r.source_row) as n
    from price_rejects as r
    left join price_observations as o
        on r.table_name = 'price_observations' and r.source_file = o.source_file and r.source_row = o.source_row
    where o.source_row is null
    group by r.source_file
)

select
    c.source_file::varchar as source_file,
    c.rows_read::bigint as rows_read,
    c.rows_kept::bigint as rows_kept,
    c.rows_rejected::bigint as rows_rejected,
    c.rows_merged::bigint as rows_merged,
    c.rows_out_of_scope::bigint as rows_out_of_scope,
    coalesce(k.n, 0)::bigint as observed_rows,
    coalesce(r.n, 0)::bigint as reject_rows
from price_file_counts as c
left join kept as k on c.source_file = k.source_file
left join refused as r on c.source_file = r.source_file
where
    c.rows_read <> c.rows_kept + c.rows_rejected + c.rows_merged + c.rows_out_of_scope
    or c.rows_rejected <> coalesce(r.n, 0)
    or (k.n is not null and c.rows_kept <> k.n)
order by source_file
