-- what: quantiles must not fall from p05 to p95, of value, share and growth.
-- on: member_forecast
-- one row per: row of the forecast with a falling quantile
select f.market, f.scenario, f.dimension, f.member, f.year
from member_forecast as f
where
    not (
        f.value_usd_bn_p05 <= f.value_usd_bn_p25 and f.value_usd_bn_p25 <= f.value_usd_bn_p50
        and f.value_usd_bn_p50 <= f.value_usd_bn_p75 and f.value_usd_bn_p75 <= f.value_usd_bn_p95
        and f.share_p05 <= f.share_p25 and f.share_p25 <= f.share_p50
        and f.share_p50 <= f.share_p75 and f.share_p75 <= f.share_p95
        and (
            f.cagr_pct_p05 is null
            or (
                f.cagr_pct_p05 <= f.cagr_pct_p25 and f.cagr_pct_p25 <= f.cagr_pct_p50
                and f.cagr_pct_p50 <= f.cagr_pct_p75 and f.cagr_pct_p75 <= f.cagr_pct_p95
            )
        )
    )
order by all
