-- What: claims of the reports set beside prices: what a run would cost, what an amount buys, who is cheaper.
-- One row per: market x check. Inputs: reports, claims, assumptions, accelerators, price_points, price_class_ratio.
-- A check compares two intervals: what the claim says and what prices and assumptions give. They are consistent where
-- they meet, inconsistent where they do not, and untestable where nothing observed bounds the claim or an input is missing.
-- Prices of the time: on-demand A100 rows of 2022-01-01 to 2023-03-31, first to third quartile over series.
with accepted as (
    select c.*, r.market, r.base_year, r.base_value_usd_bn
    from claims as c
    inner join reports as r on c.report_id = r.report_id
    where r.status = 'accepted'
),

assumed as (
    select
        max(value) filter (name = 'gpt_4_training_flop') as flop,
        max(low) filter (name = 'gpt_4_training_flop') as flop_low,
        max(high) filter (name = 'gpt_4_training_flop') as flop_high,
        max(value) filter (name = 'training_utilisation') as used,
        max(low) filter (name = 'training_utilisation') as used_low,
        max(high) filter (name = 'training_utilisation') as used_high,
        max(value) filter (name = 'list_price_paid_share') as paid,
        max(low) filter (name = 'list_price_paid_share') as paid_low,
        max(high) filter (name = 'list_price_paid_share') as paid_high,
        max(low) filter (name = 'full_fine_tuning_bytes_per_parameter') as bytes_low,
        max(high) filter (name = 'full_fine_tuning_bytes_per_parameter') as bytes_high
    from assumptions
),

a100 as (
    select
        quantile_cont(price, 0.25) as price_low,
        quantile_cont(price, 0.5) as price,
        quantile_cont(price, 0.75) as price_high,
        count(*) as n
    from (
        select series_id, quantile_cont(price_usd_per_accelerator_hour, 0.5) as price
        from price_points
        where
            accelerator in ('A100-40GB', 'A100-80GB')
            and purchase_model = 'on_demand'
            and observed_on between date '2022-01-01' and date '2023-03-31'
        group by series_id
    )
),

levels as (
    select
        max(specialised_usd_per_accelerator_hour_median) filter (accelerator = 'H100' and board = 'SXM') as h100_low,
        max(hyperscaler_usd_per_accelerator_hour_median) filter (accelerator = 'H100' and board = 'SXM') as h100_high,
        max(ratio) filter (accelerator = 'H100' and board = 'SXM') as ratio,
        max(ratio_p05) filter (accelerator = 'H100' and board = 'SXM') as ratio_low,
        max(ratio_p95) filter (accelerator = 'H100' and board = 'SXM') as ratio_high,
        max(specialised_usd_per_accelerator_hour_median) filter (accelerator = 'A100-80GB' and board = 'SXM') as a100,
        max(specialised_usd_per_accelerator_hour_median) filter (accelerator = 'L40S') as l40s
    from price_class_ratio
),

rates as (
    select
        max(bf16_dense_tflops) filter (accelerator = 'A100-80GB') * 1e12 as a100_flops,
        max(memory_gb) filter (accelerator = 'A100-80GB') as a100_gb
    from accelerators
),

-- FLOP / (peak rate x share of it reached) / 3600 = accelerator-hours; x list price x share of it paid = US dollars.
gpt_4 as (
    select
        c.*,
        'training_run_at_prices_of_the_time' as test,
        c.value_low * 1e9 as said_low,
        case when c.comparator = '>=' then 'infinity'::double else c.value_high * 1e9 end as said_high,
        s.flop_low / (k.a100_flops * s.used_high) / 3600 * p.price_low * s.paid_low as seen_low,
        s.flop / (k.a100_flops * s.used) / 3600 * p.price * s.paid as seen,
        s.flop_high / (k.a100_flops * s.used_low) / 3600 * p.price_high * s.paid_high as seen_high,
        format('a training run of USD {:.0f} million or more', c.value_low * 1e3) as expected,
        format(
            '{:.2e} FLOP / ({:.0f} TFLOP/s x {:.2f}) / 3600 s = {:.1f} million A100-hours; x {:.2f} USD list x {:.2f} paid; '
            || 'range: {:.2e} to {:.2e} FLOP, {:.2f} to {:.2f} of the peak, {:.2f} to {:.2f} USD, {:.2f} to {:.2f} paid',
            s.flop, k.a100_flops / 1e12, s.used, s.flop / (k.a100_flops * s.used) / 3600 / 1e6, p.price, s.paid,
            s.flop_low, s.flop_high, s.used_low, s.used_high, p.price_low, p.price_high, s.paid_low, s.paid_high
        ) as how,
        format(
            'price_points ({} A100 series), accelerators, gpt_4_training_flop, training_utilisation, list_price_paid_share',
            p.n
        ) as inputs,
        'million USD' as unit_seen,
        1e6 as scale
    from accepted as c
    cross join assumed as s
    cross join a100 as p
    cross join rates as k
    where c.metric = 'run_cost' and c.claim_id like 'run_cost.gpt_4%'
),

-- One run as a share of the whole market of the base year: it cannot be more than all of it.
runs as (
    select
        c.*,
        'training_run_within_the_market' as test,
        0.0 as said_low,
        100.0 as said_high,
        c.value_low / c.base_value_usd_bn * 100 as seen_low,
        null::double as seen,
        c.value_high / c.base_value_usd_bn * 100 as seen_high,
        format('one run of USD {:.2f} to {:.2f} bn is no more than the market of {}', c.value_low, c.value_high, c.base_year)
            as expected,
        format(
            '{:.2f} and {:.2f} bn / {:.2f} bn; at {:.2f} (hyperscaler) to {:.2f} USD (specialised) an H100-hour and list price '
            || 'they buy {:.0f} million to {:.0f} million H100-hours',
            c.value_low, c.value_high, c.base_value_usd_bn, l.h100_high, l.h100_low,
            c.value_low * 1e3 / l.h100_high, c.value_high * 1e3 / l.h100_low
        ) as how,
        'reports, price_class_ratio' as inputs,
        'percent of the market' as unit_seen,
        1.0 as scale
    from accepted as c
    cross join levels as l
    where c.metric = 'investment' and c.claim_id like '%pre_training%' and c.value_high > c.value_low
),

-- Hourly cost of the machines that a 65-billion-parameter model needs: all states in 80 GB accelerators against one of
-- 48 GB, which Dettmers and others (QLoRA, 2023) show to do. Time is taken as equal, so this tests the order of magnitude only.
tuning as (
    select
        c.*,
        'fine_tuning_machines_in_dollars' as test,
        c.value_low as said_low,
        c.value_high as said_high,
        ceil(65 * s.bytes_low / k.a100_gb) * l.a100 / l.l40s as seen_low,
        null::double as seen,
        ceil(65 * s.bytes_high / k.a100_gb) * l.a100 / l.l40s as seen_high,
        format('full fine-tuning costs {:.0f} to {:.0f} times as much', c.value_low, c.value_high) as expected,
        format(
            '65 bn parameters x {:.0f} to {:.0f} bytes / {:.0f} GB = {:.0f} to {:.0f} A100 at {:.2f} USD, against one L40S '
            || '(48 GB) at {:.2f} USD an hour, for the same hours',
            s.bytes_low, s.bytes_high, k.a100_gb, ceil(65 * s.bytes_low / k.a100_gb), ceil(65 * s.bytes_high / k.a100_gb),
            l.a100, l.l40s
        ) as how,
        'price_class_ratio, accelerators, full_fine_tuning_bytes_per_parameter' as inputs,
        'times' as unit_seen,
        1.0 as scale
    from accepted as c
    cross join assumed as s
    cross join levels as l
    cross join rates as k
    where c.metric = 'compute_reduction' and c.value_high > c.value_low
),

cheaper as (
    select
        c.*,
        'specialised_against_hyperscaler' as test,
        1.0 as said_low,
        'infinity'::double as said_high,
        -- The interval over providers; the claim is met only where all of it says so.
        l.ratio_low as seen_low,
        l.ratio as seen,
        l.ratio_high as seen_high,
        'hyperscalers charge more than 1 USD for each dollar of specialised providers' as expected,
        format('medians of H100 list prices, like with like: {:.2f} / {:.2f} USD', l.h100_high, l.h100_low) as how,
        'price_class_ratio (pairs in price_class_pairs)' as inputs,
        'USD for each USD' as unit_seen,
        1.0 as scale
    from accepted as c
    cross join levels as l
    where c.metric = 'price_comparison'
),

-- Capital is not spending and nobody says what it was spent on, so there is nothing to hold it against.
raised as (
    select
        c.*,
        'capital_in_accelerator_hours' as test,
        null::double as said_low,
        null::double as said_high,
        c.value_low * 1e3 / l.h100_high as seen_low,
        null::double as seen,
        c.value_low * 1e3 / l.h100_low as seen_high,
        format('USD {:.1f} bn of capital; no statement of what it bought', c.value_low) as expected,
        format(
            '{:.1f} bn / {:.2f} to {:.2f} USD an H100-hour; / 8766 hours = {:.0f} to {:.0f} thousand H100 rented for a year',
            c.value_low, l.h100_high, l.h100_low, c.value_low * 1e6 / l.h100_high / 8766, c.value_low * 1e6 / l.h100_low / 8766
        ) as how,
        'price_class_ratio' as inputs,
        'million H100-hours' as unit_seen,
        1.0 as scale
    from accepted as c
    cross join levels as l
    where c.metric = 'capital_raised'
),

tests as (
    select market, claim_id, test, said_low, said_high, seen_low, seen, seen_high, expected, how, inputs, unit_seen, scale
    from gpt_4
    union all
    select market, claim_id, test, said_low, said_high, seen_low, seen, seen_high, expected, how, inputs, unit_seen, scale
    from runs
    union all
    select market, claim_id, test, said_low, said_high, seen_low, seen, seen_high, expected, how, inputs, unit_seen, scale
    from tuning
    union all
    select market, claim_id, test, said_low, said_high, seen_low, seen, seen_high, expected, how, inputs, unit_seen, scale
    from cheaper
    union all
    select market, claim_id, test, said_low, said_high, seen_low, seen, seen_high, expected, how, inputs, unit_seen, scale
    from raised
)

select
    market::varchar as market,
    (test || ':' || claim_id)::varchar as check_id,
    claim_id::varchar as claim_id,
    case
        when said_low is null or seen_low is null or seen_high is null then 'untestable'
        when test = 'specialised_against_hyperscaler' then
            case when seen_low > said_low then 'consistent' when seen_high < said_low then 'inconsistent' else 'untestable' end
        when test = 'training_run_within_the_market' then
            case when seen_high <= said_high then 'consistent' else 'inconsistent' end
        when seen_low <= said_high and seen_high >= said_low then 'consistent'
        else 'inconsistent'
    end::varchar as verdict,
    expected::varchar as expected,
    coalesce(
        case
            when seen is null then format('{:.1f} to {:.1f} {}', seen_low / scale, seen_high / scale, unit_seen)
            else
                format('{:.1f} to {:.1f} {}, central {:.1f}', seen_low / scale, seen_high / scale, unit_seen, seen / scale)
        end,
        'no interval: an input is missing'
    )::varchar as observed,
    coalesce(how, 'an input is missing')::varchar as how,
    inputs::varchar as inputs
from tests
order by market, check_id
