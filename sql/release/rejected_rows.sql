-- Every row that was refused anywhere, with its reason: the stages' own lists of refused rows, one below the other.
-- One row per table_name, source_file, source_row, reason (details of the same refusal are joined by '; ').
-- Inputs: price_rejects, model_rejects.
with refused as (
    select table_name, source_file, source_row, reason, detail from price_rejects
    union all
    select table_name, source_file, source_row, reason, detail from model_rejects
)
select
    table_name::varchar as table_name,
    source_file::varchar as source_file,
    source_row::bigint as source_row,
    reason::varchar as reason,
    string_agg(distinct detail, '; ' order by detail)::varchar as detail
from refused
group by table_name, source_file, source_row, reason
order by table_name, source_file, source_row, reason
