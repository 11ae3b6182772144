"""Sobol indices against functions whose indices are known, and the table on markets worked by hand."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import uniform
from scipy.stats._sensitivity_analysis import f_ishigami, sample_A_B, sample_AB

from pipeline import contracts
from pipeline.charts import chart, png
from pipeline.evidence import make_constraints
from pipeline.model.indices import _indices
from pipeline.model.sensitivity import LEFT, sensitivity_parts
from pipeline.settings import Settings
from pipeline.tables import TABLES
from pipeline.tables.words import WHOLE_MARKET
from tests.evidence.test_scenarios import ENTRY, peer, peers
from tests.source_claims import MARKET, assumption_rows, claim, frames, report, segment_rows, share, source_claims

SETTINGS = Settings(sensitivity_points=1024)
AB = {"Type": ("A", "B")}


def sensitivity(**given: Any) -> pl.DataFrame:
    return pl.concat(list(sensitivity_parts(**given)))


def table(
    dimensions: dict[str, tuple[str, ...]] | None,
    claims: list[dict[str, Any]],
    assumptions: list[dict[str, Any]] | None = None,
    scenarios: dict[str, dict[str, Any]] | None = None,
    estimates: tuple[dict[str, Any], ...] = (),
) -> pl.DataFrame:
    tables = frames([report()], segment_rows(dimensions=dimensions), claims, assumptions)
    rows = {"as_reported": ENTRY} | (scenarios or {})
    known = {
        "scenarios": TABLES["scenarios"].frame([{"scenario": n} | e for n, e in rows.items()]),
        "peer_estimates": peers(*estimates),
        "cross_figures": TABLES["cross_figures"].frame([]),
    }
    found = sensitivity(
        **tables, **known, constraints=make_constraints(**tables, **known),
        model_rejects=TABLES["model_rejects"].frame([]), settings=SETTINGS,
    )  # fmt: skip
    return contracts.validate("sensitivity", found)


def row(found: pl.DataFrame, member: str, quantity: str, factor: str, scenario: str = "as_reported") -> dict[str, Any]:
    return found.filter(member=member, quantity=quantity, factor=factor, scenario=scenario).row(0, named=True)


def test_ishigamis_function_has_its_indices() -> None:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on -pi..pi (Ishigami and Homma, 1990)."""
    spread = uniform(loc=-np.pi, scale=2 * np.pi)
    a, b = sample_A_B(n=1024, dists=[spread] * 3, rng=np.random.default_rng(1))
    of_ab = np.stack([f_ishigami(page)[None, :] for page in sample_AB(a, b)])
    ends = np.zeros((1, 3))
    found = _indices(f_ishigami(a)[None, :], f_ishigami(b)[None, :], of_ab, low=ends, high=ends, middle=ends[:, 0])
    first, total = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
    for got, errors, wanted in ((found.first, found.first_error, first), (found.total, found.total_error, total)):
        assert got[0] == pytest.approx(wanted, abs=0.03)
        assert (np.abs(got[0] - wanted) < 4 * errors[0]).all()
        assert (errors < 0.05).all()


def test_a_share_nobody_speaks_of_is_unsettled() -> None:
    found = table(AB, [])
    one = row(found, "A", "base_share", LEFT)
    # Uniform on 0..1, nothing else to know: the whole variance, 1/12, and quantiles at 0.05 and 0.95.
    assert one["first_order"] == pytest.approx(1, abs=1e-9)
    assert one["total_order"] == pytest.approx(1, abs=0.03)
    assert one["output_sd"] == pytest.approx(12**-0.5, rel=0.02)
    assert [one[f"output_{e}"] for e in ("low", "mid", "high")] == pytest.approx([0.05, 0.5, 0.95], abs=0.01)
    # Every assumption is at one value here: no factor but this one moves anything.
    assert set(found["factor"]) == {LEFT}


def test_the_place_of_a_claimed_figure_owns_its_share_and_the_hedge_what_it_widens() -> None:
    hedge = assumption_rows(hedge_widening={"value": 2.0, "low": 1.0, "high": 4.0})
    found = table(AB, [share("Type", "A", 40.0, hedge="around")], hedge)
    place, widening = (row(found, "A", "base_share", f) for f in ("share.A", "hedge_widening"))
    assert (place["factor_low"], place["factor_high"], place["factor_kind"]) == (
        pytest.approx(0.39),
        pytest.approx(0.41),
        "claim",
    )
    assert (place["output_low"], place["output_high"]) == (pytest.approx(0.39), pytest.approx(0.41))
    # Share = 0.4 + 0.005 w p, w log-uniform on 1..4 and p uniform on -1..1: knowing w alone tells nothing of the mean;
    # Var = E[w^2]/3, of which E[w]^2/3 is p's alone. E[w] = 3 / ln 4, E[w^2] = 7.5 / ln 4.
    alone = (3 / np.log(4)) ** 2 / (7.5 / np.log(4))
    assert place["first_order"] == pytest.approx(alone, abs=0.02)
    assert place["total_order"] == pytest.approx(1, abs=0.03)
    assert widening["first_order"] == pytest.approx(0, abs=0.02)
    assert widening["total_order"] == pytest.approx(1 - alone, abs=0.03)
    assert found.filter(quantity="base_share", factor=LEFT).is_empty()


def test_a_scenarios_total_and_a_share_share_the_variance_of_the_value() -> None:
    """Share uniform on 0..1, total uniform on 12..36: of the variance 4/9 (in units of 12) the share owns 3/4 alone,
    the total 3/16, both together 1/16."""
    found = table(
        AB, [], [r | {"low": r["value"], "high": r["value"]} for r in assumption_rows(growth_spread={"value": 1e-9})],
        {"peers": ENTRY | {"total": "peers"}}, (peer("Other", base_value_usd_bn=36.0),),
    )  # fmt: skip
    value, total = (row(found, "A", "value_usd_bn", f, "peers") for f in (LEFT, "peer_estimates.size"))
    assert (value["first_order"], value["total_order"]) == (
        pytest.approx(0.75, abs=0.02),
        pytest.approx(0.8125, abs=0.02),
    )
    assert (total["first_order"], total["total_order"]) == (
        pytest.approx(0.1875, abs=0.02),
        pytest.approx(0.25, abs=0.02),
    )
    assert (total["factor_low"], total["factor_high"]) == (1.0, 3.0)
    assert (total["output_low"], total["output_high"]) == (
        pytest.approx(43.12, rel=0.01),
        pytest.approx(129.36, rel=0.01),
    )
    market = row(found, WHOLE_MARKET, "value_usd_bn", "peer_estimates.size", "peers")
    assert (market["output_low"], market["output_mid"], market["output_high"]) == pytest.approx((86.24, 172.48, 258.72))
    assert market["first_order"] == pytest.approx(1, abs=1e-9)
    assert found.filter(scenario="as_reported", member=WHOLE_MARKET).is_empty()


def test_rates_sums_and_limits_are_factors_too() -> None:
    claims = [
        claim("member_cagr", "Type", "A", comparator="=", value_low=27.0, value_high=27.0, decimals=0, unit="pct"),
        share("Type", "B", 60.0, other_member="C", claim_id="sum", decimals=-1),
        claim("ordered", "Type", "B", other_member="C", claim_id="order"),
    ]
    found = table({"Type": ("A", "B", "C")}, claims, assumption_rows(growth_spread={"low": 0.02, "high": 0.1}))
    assert set(found["factor"]) == {"member_cagr.A", "sum", "growth_spread", LEFT}
    assert row(found, "A", "cagr_pct", "member_cagr.A")["first_order"] > 0.9
    # A is what B and C leave: 35 to 45 percent.
    one = row(found, "A", "base_share", "sum")
    assert one["first_order"] > 0.85
    assert (one["output_low"], one["output_high"]) == (pytest.approx(0.444, abs=0.006), pytest.approx(0.356, abs=0.006))
    # A sub-interval of the sum in the right order is rare: some rows of the design find no candidate.
    assert set(found["evaluations"]) <= {512, 1024}


def test_where_too_few_evaluations_meet_the_claims_nothing_is_said() -> None:
    names = tuple("ABCDEFGHI")
    claims = [claim("ordered", "Type", a, other_member=b, claim_id=f"o.{a}") for a, b in itertools.pairwise(names)]
    found = table({"Type": names}, claims)
    assert (found["evaluations"] == 0).all()
    assert found["first_order"].is_null().all()
    assert set(found["factor"]) >= {LEFT}


def test_rows_do_not_depend_on_other_markets_and_come_out_the_same() -> None:
    alone = table(None, source_claims())
    assert alone.equals(table(None, source_claims()))
    tables = frames(
        [report(), report("other")], [*segment_rows(), *segment_rows("other", AB)],
        [*source_claims(), share("Type", "A", 30.0, market="other")],
    )  # fmt: skip
    known = {
        "scenarios": TABLES["scenarios"].frame([{"scenario": "as_reported"} | ENTRY]),
        "peer_estimates": peers(),
        "cross_figures": TABLES["cross_figures"].frame([]),
    }
    both = sensitivity(
        **tables, **known, constraints=make_constraints(**tables, **known),
        model_rejects=TABLES["model_rejects"].frame([]), settings=SETTINGS,
    )  # fmt: skip
    assert both.filter(market=MARKET).equals(alone)
    refused = TABLES["model_rejects"].frame(
        [{"market": "other", "table_name": "t", "source_file": "f", "source_row": 0, "reason": "r", "detail": "d"}]
    )
    without = sensitivity(
        **tables, **known, constraints=make_constraints(**tables, **known), model_rejects=refused, settings=SETTINGS
    )
    assert without.equals(alone)


def test_the_table_has_a_tornado() -> None:
    picture = chart(
        "sensitivity", table(None, source_claims(), assumption_rows(growth_spread={"low": 0.02, "high": 0.1}))
    )
    assert picture is not None
    assert png(picture).startswith(b"\x89PNG")
