-- What: claims of a report set beside each other, where no price is needed: growth against end points, shares within and
-- across dimensions, reductions against each other, amounts against each other.
-- One row per: market x check. Inputs: reports, claims, segments.
-- Two claims are consistent where one world can hold both, inconsistent where none can, untestable where the page does not
-- say enough. Tolerance on growth: 0.5 percentage points on either convention (from the base year, or from the estimate or
-- the year after the base); on a sum of shares: half the printed unit a share.
with accepted as (
    select c.*, r.market, r.base_year, r.base_value_usd_bn
    from claims as c
    inner join reports as r on c.report_id = r.report_id
    where r.status = 'accepted'
),

growth as (
    select
        market, cagr_pct,
        base_value_usd_bn as base, base_year, forecast_value_usd_bn as last, forecast_year,
        coalesce(estimate_value_usd_bn, base_value_usd_bn) as second, coalesce(estimate_year, base_year + 1) as second_year,
        100 * (pow(forecast_value_usd_bn / nullif(base_value_usd_bn, 0), 1.0 / nullif(forecast_year - base_year, 0)) - 1) as from_base,
        100 * (
            pow(
                forecast_value_usd_bn / nullif(coalesce(estimate_value_usd_bn, base_value_usd_bn), 0),
                1.0 / nullif(forecast_year - coalesce(estimate_year, base_year + 1), 0)
            ) - 1
        ) as from_second
    from reports
    where status = 'accepted' and cagr_pct is not null
),

growth_test as (
    select
        g.market, 'growth_against_end_points' as test,
        (select min(a.claim_id) from accepted as a where a.market = g.market and a.metric = 'market_cagr') as claim_id,
        case
            when g.from_base is null then 'untestable'
            when least(abs(g.from_base - g.cagr_pct), coalesce(abs(g.from_second - g.cagr_pct), 1e9)) <= 0.5 then 'consistent'
            else 'inconsistent'
        end as verdict,
        format('{:.2f} percent a year', g.cagr_pct) as expected,
        coalesce(
            format('{:.2f} from {}, {:.2f} from {}', g.from_base, g.base_year, g.from_second, g.second_year),
            'an end point is missing'
        ) as observed,
        coalesce(
            format(
                '({:.4g} / {:.4g}) ^ (1 / {}) - 1; ({:.4g} / {:.4g}) ^ (1 / {}) - 1',
                g.last, g.base, g.forecast_year - g.base_year, g.last, g.second, g.forecast_year - g.second_year
            ),
            'an end point is missing'
        ) as how
    from growth as g
),

shares as (
    select
        market, report_id, dimension, member, claim_id, value_low as pct, comparator,
        0.5 * pow(10.0, -coalesce(decimals, 0)) as slack
    from accepted
    where metric = 'share' and dimension is not null and (year_from is null or year_from = base_year) and value_low is not null
    qualify row_number() over (partition by market, dimension, member order by claim_id) = 1
),

within_test as (
    select
        s.market, 'shares_within:' || s.dimension as test, min(s.claim_id) as claim_id,
        case when sum(s.pct) - sum(s.slack) <= 100 then 'consistent' else 'inconsistent' end as verdict,
        'at most 100 percent' as expected,
        format('{:.4g} percent over {} of {} members', sum(s.pct), count(*), max(n.members)) as observed,
        string_agg(format('{:.4g}', s.pct), ' + ' order by s.member) || format(' - {:.2g} for rounding', sum(s.slack)) as how
    from shares as s
    left join (
        select report_id, dimension, count(*) as members from segments group by report_id, dimension
    ) as n on s.report_id = n.report_id and s.dimension = n.dimension
    group by s.market, s.dimension
),

largest_test as (
    select
        s.market, 'largest_against_count:' || s.dimension as test, min(s.claim_id) as claim_id,
        case when max(s.pct) + max(s.slack) >= 100.0 / max(n.members) then 'consistent' else 'inconsistent' end as verdict,
        format('at least {:.4g} percent, the mean of {} members', 100.0 / max(n.members), max(n.members)) as expected,
        format('{} has {:.4g} percent', min(s.member), max(s.pct)) as observed,
        format('100 / {} = {:.4g}', max(n.members), 100.0 / max(n.members)) as how
    from shares as s
    inner join accepted as l
        on s.market = l.market and s.dimension = l.dimension and s.member = l.member and l.metric = 'largest'
    inner join (
        select report_id, dimension, count(*) as members from segments group by report_id, dimension
    ) as n on s.report_id = n.report_id and s.dimension = n.dimension
    group by s.market, s.dimension
),

across_test as (
    select
        a.market, 'shares_across:' || a.dimension || ':' || b.dimension || ':' || a.member || ':' || b.member as test,
        a.claim_id,
        'consistent' as verdict,
        format('{} and {} overlap by 0 to 100 percent of the market', a.member, b.member) as expected,
        format('by {:.4g} to {:.4g} percent', greatest(0, a.pct + b.pct - 100), least(a.pct, b.pct)) as observed,
        format('max(0, {:.4g} + {:.4g} - 100) to min({:.4g}, {:.4g})', a.pct, b.pct, a.pct, b.pct) as how
    from shares as a
    inner join shares as b on a.market = b.market and a.dimension < b.dimension
),

reduction_test as (
    select
        x.market, 'compute_cut_against_cost_cut:' || x.claim_id as test, c.claim_id,
        case
            when
                100 * (1 - 1 / x.value_high) >= case c.comparator when '<=' then 0 else c.value_low end
                and 100 * (1 - 1 / x.value_low) <= case c.comparator when '>=' then 100 else c.value_high end
                then 'consistent'
            else 'inconsistent'
        end as verdict,
        format('{}{:.4g} percent less cost', case c.comparator when '=' then '' else c.comparator || ' ' end, c.value_low) as expected,
        format('{:.4g} to {:.4g} percent less compute', 100 * (1 - 1 / x.value_low), 100 * (1 - 1 / x.value_high)) as observed,
        format(
            '1 - 1 / {:.4g} = {:.4g}; 1 - 1 / {:.4g} = {:.4g}; cost taken as proportional to compute',
            x.value_low, 1 - 1 / x.value_low, x.value_high, 1 - 1 / x.value_high
        ) as how
    from accepted as x
    inner join accepted as c on x.market = c.market and c.metric = 'cost_reduction'
    where x.metric = 'compute_reduction' and x.value_low > 1
),

run_test as (
    select
        c.market, 'run_cost_against_run_budget:' || i.claim_id as test, c.claim_id,
        case when c.value_low <= i.value_high then 'consistent' else 'inconsistent' end as verdict,
        format('a run cost {}{:.4g} million', case c.comparator when '=' then '' else c.comparator || ' ' end, c.value_low * 1e3) as expected,
        format('{:.4g} to {:.4g} million are committed to a run', i.value_low * 1e3, i.value_high * 1e3) as observed,
        format('{:.4g} <= {:.4g}; the budget is {:.4g} times the cost at least', c.value_low * 1e3, i.value_high * 1e3, i.value_low / c.value_low) as how
    from accepted as c
    inner join accepted as i on c.market = i.market and c.unit = i.unit and i.metric = 'investment'
    where
        c.metric = 'run_cost' and c.value_low > 0
        and i.value_high = (select max(m.value_high) from accepted as m where m.market = c.market and m.metric = 'investment')
),

capital_test as (
    select
        c.market, 'capital_against_market:' || c.claim_id as test, c.claim_id,
        'untestable' as verdict,
        format('{:.4g} bn of capital raised', c.value_low) as expected,
        format('{:.4g} bn of revenue in {}', c.base_value_usd_bn, c.base_year) as observed,
        format(
            '{:.4g} / {:.4g} = {:.3g} years of the market; the page does not say over how many years capital is spent',
            c.value_low, c.base_value_usd_bn, c.value_low / c.base_value_usd_bn
        ) as how
    from accepted as c
    where c.metric = 'capital_raised' and c.unit = 'usd_bn' and c.base_value_usd_bn > 0
),

tests as (
    select market, test, claim_id, verdict, expected, observed, how, 'reports, claims' as inputs from growth_test
    union all
    select market, test, claim_id, verdict, expected, observed, how, 'claims, segments' from within_test
    union all
    select market, test, claim_id, verdict, expected, observed, how, 'claims, segments' from largest_test
    union all
    select market, test, claim_id, verdict, expected, observed, how, 'claims' from across_test
    union all
    select market, test, claim_id, verdict, expected, observed, how, 'claims' from reduction_test
    union all
    select market, test, claim_id, verdict, expected, observed, how, 'claims' from run_test
    union all
    select market, test, claim_id, verdict, expected, observed, how, 'claims, reports' from capital_test
)

select
    market::varchar as market,
    test::varchar as check_id,
    claim_id::varchar as claim_id,
    verdict::varchar as verdict,
    expected::varchar as expected,
    observed::varchar as observed,
    how::varchar as how,
    inputs::varchar as inputs
from tests
where claim_id is not null
order by market, check_id
