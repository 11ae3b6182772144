-- what: a claim's offsets must span exactly as many characters as its quote has.
-- on: claims
-- one row per: claim whose place cannot be right
select report_id, claim_id, char_start, char_end, length(quote) as quote_length
from claims
where char_end - char_start <> length(quote) or length(quote) = 0
order by report_id, claim_id
