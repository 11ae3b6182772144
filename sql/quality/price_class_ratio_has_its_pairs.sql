-- what: every ratio of price classes stands on all pairs of its providers and lies within its own interval.
-- on: price_class_ratio
-- One row per ratio that breaks this. Inputs: price_class_ratio, price_class_pairs.
select
    r.accelerator::varchar as accelerator,
    r.board::varchar as board,
    r.ratio::double as ratio,
    count(p.ratio)::bigint as n_pairs
from price_class_ratio as r
left join price_class_pairs as p on r.accelerator = p.accelerator and r.board = p.board
group by r.accelerator, r.board, r.ratio, r.n_hyperscalers, r.n_specialised, r.ratio_p05, r.ratio_p95
having
    count(p.ratio) <> r.n_hyperscalers * r.n_specialised
    or coalesce(r.ratio < r.ratio_p05 or r.ratio > r.ratio_p95, false)
    or r.ratio < min(p.ratio) or r.ratio > max(p.ratio)
order by accelerator, board
