"""Draws against distributions worked by hand, and the markets that are refused.

Tolerances are four standard errors of as many independent draws; Sobol points do better.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline import contracts
from pipeline.errors import AssumptionError, ContractError
from pipeline.evidence import make_constraints
from pipeline.model import Draws, draw
from pipeline.model.conditions import dimension_of, meets
from pipeline.settings import Settings
from tests.source_claims import MARKET, assumption_rows, claim, frames, report, segment_rows, share

SETTINGS = Settings(draws=4096)
ROOT_N = 64.0


def drawn(
    dimensions: dict[str, tuple[str, ...]],
    claims: list[dict[str, Any]],
    settings: Settings = SETTINGS,
    assumptions: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> Draws:
    tables = frames([report(**changes)], segment_rows(dimensions=dimensions), claims, assumptions)
    constraints = make_constraints(**tables)
    found = draw(tables["reports"], tables["segments"], constraints, tables["assumptions"], settings)
    if not found.share_draws.is_empty():
        for name in ("share_draws", "draw_quality"):
            contracts.validate(name, getattr(found, name))
    contracts.validate("model_rejects", found.model_rejects)
    return found


def arrays(found: Draws, dimension: str = "Type") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows = found.share_draws.filter(dimension=dimension)
    return np.array(rows["base_shares"].to_list()), np.array(rows["growths"].to_list())


def near(values: NDArray[np.float64], mean: float, spread: float) -> bool:
    """Whether the mean of the draws is what it should be, `spread` bounding the standard deviation of one draw."""
    return bool(abs(values.mean() - mean) < 4 * spread / ROOT_N)


def test_without_claims_shares_are_uniform_on_the_simplex_and_growth_is_normal() -> None:
    shares, growths = arrays(drawn({"Type": ("A", "B", "C", "D")}, []))
    assert shares.shape == growths.shape == (4096, 4)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-12)
    for member in range(4):
        # One of four uniform shares is Beta(1, 3): P(share < x) = 1 - (1 - x)^3.
        for x in (0.05, 0.2, 0.5, 0.8):
            assert near(shares[:, member] < x, 1 - (1 - x) ** 3, 0.5)
        assert near(growths[:, member], 0.0, 0.05)
        assert near(growths[:, member] ** 2, 0.05**2, 0.05**2 * np.sqrt(2))


def test_concentration_other_than_one_gives_its_dirichlet() -> None:
    changed = assumption_rows(share_concentration={"value": 2.0, "low": 2.0, "high": 2.0})
    shares, _ = arrays(drawn({"Type": ("A", "B", "C")}, [], assumptions=changed))
    # Dirichlet(2, 2, 2): mean 1/3, variance (1/3)(2/3)/7.
    for member in range(3):
        assert near(shares[:, member], 1 / 3, 0.18)
        assert near((shares[:, member] - 1 / 3) ** 2, 2 / 63, 0.06)


def test_a_stated_share_cuts_its_beta_and_leaves_the_rest_alike() -> None:
    found = drawn({"Type": ("A", "B", "C", "D", "E")}, [share("Type", "B", 56.0, hedge="around")])
    shares, _ = arrays(found)
    assert found.draw_quality["kept_share"].to_list() == [1.0]
    # Density (1 - x)^3 between 0.55 and 0.57: integrals of (1 - x)^3 and x (1 - x)^3 by hand, u = 1 - x.
    low, high = 0.43, 0.45
    mean = 1 - ((high**5 - low**5) / 5) / ((high**4 - low**4) / 4)
    assert near(shares[:, 1], mean, 0.02)
    for member in (0, 2, 3, 4):
        assert near(shares[:, member], (1 - mean) / 4, 0.11)
    # Given B, the rest is uniform: each over the remainder is Beta(1, 3).
    assert near(shares[:, 4] / (1 - shares[:, 1]) < 0.2, 1 - 0.8**3, 0.5)


def test_the_largest_of_four_has_mean_25_48ths() -> None:
    found = drawn({"Type": ("A", "B", "C", "D")}, [claim("largest", "Type", "C")])
    shares, _ = arrays(found)
    assert found.draw_quality["kept_share"].to_list() == [1.0]
    assert (shares.argmax(axis=1) == 2).all()
    # Largest of four uniform spacings: (1 + 1/2 + 1/3 + 1/4) / 4.
    assert near(shares[:, 2], 25 / 48, 0.15)
    for member in (0, 1, 3):
        assert near(shares[:, member], (1 - 25 / 48) / 3, 0.11)


def test_a_stated_share_and_another_member_the_largest() -> None:
    claims = [
        share("Type", "A", 25.0, comparator="between", value_low=20.0, value_high=30.0),
        claim("largest", "Type", "B"),
    ]
    shares, _ = arrays(drawn({"Type": ("A", "B", "C")}, claims))
    # A has density 1 - x between 0.195 and 0.305; given A, B is uniform over the upper half of what is left.
    low, high = 0.695, 0.805
    rest = ((high**3 - low**3) / 3) / ((high**2 - low**2) / 2)
    assert near(shares[:, 0], 1 - rest, 0.04)
    assert near(shares[:, 1], 0.75 * rest, 0.12)
    assert near(shares[:, 2], 0.25 * rest, 0.12)


def test_a_margin_between_two_is_uniform_above_it() -> None:
    found = drawn({"Type": ("A", "B")}, [claim("margin_over", "Type", "A", other_member="B")])
    shares, _ = arrays(found)
    # A is uniform, and at least 1.5 times B from 0.6 on: mean 0.8, two fifths of the points kept.
    assert shares[:, 0].min() >= 0.6
    assert near(shares[:, 0], 0.8, 0.12)
    assert found.draw_quality["method"].to_list() == ["rejection"]
    assert found.draw_quality["kept_share"][0] == pytest.approx(0.4, abs=0.02)


def test_the_fastest_of_three_is_a_normal_maximum() -> None:
    found = drawn({"Type": ("A", "B", "C")}, [claim("fastest", "Type", "A")])
    _, growths = arrays(found)
    assert found.draw_quality["kept_share"].to_list() == [1.0]
    assert (growths.argmax(axis=1) == 0).all()
    # Largest of three standard normals: mean 3 / (2 sqrt pi); the three means add up to 0.
    top = 0.05 * 3 / (2 * np.sqrt(np.pi))
    assert near(growths[:, 0], top, 0.05)
    assert near(growths[:, 1], -top / 2, 0.05)
    assert near(growths[:, 2], -top / 2, 0.05)


def test_a_share_at_a_later_year_holds_in_that_year() -> None:
    found = drawn({"Type": ("A", "B", "C")}, [share("Type", "A", 50.0, year_from=2034, hedge="about")])
    shares, growths = arrays(found)
    weights = shares * np.exp(9 * growths)
    later = weights[:, 0] / weights.sum(axis=1)
    assert later.min() >= 0.49
    assert later.max() <= 0.51
    assert shares[:, 0].std() > 0.02


@pytest.mark.parametrize(
    ("distribution", "mean_square"),
    [
        # Uniform over 0.02..0.1: (0.1^3 - 0.02^3) / (3 x 0.08); loguniform: (0.1^2 - 0.02^2) / (2 ln 5).
        ("uniform", (0.1**3 - 0.02**3) / 0.24),
        ("loguniform", (0.1**2 - 0.02**2) / (2 * np.log(5))),
    ],
)
def test_the_spread_of_growth_is_taken_over_its_range(distribution: str, mean_square: float) -> None:
    changed = assumption_rows(growth_spread={"value": 0.05, "low": 0.02, "high": 0.1, "distribution": distribution})
    _, growths = arrays(drawn({"Type": ("A", "B", "C")}, [], assumptions=changed))
    assert near(growths[:, 0] ** 2, mean_square, 3 * mean_square)


def test_one_member_has_the_whole() -> None:
    shares, _ = arrays(drawn({"Type": ("A",)}, [claim("largest", "Type", "A"), share("Type", "A", 100.0)]))
    assert (shares == 1).all()


@pytest.mark.parametrize(
    "claims",
    [
        [],
        [claim("largest", "Type", "A")],
        [claim("margin_over", "Type", "A", other_member="B")],
        [claim("margin_over", "Type", "A", other_member="B"), claim("margin_over", "Geography", "X", other_member="Y")],
    ],
)
def test_draws_of_two_dimensions_are_independent_pair_by_pair(claims: list[dict[str, Any]]) -> None:
    found = drawn({"Type": ("A", "B", "C"), "Geography": ("X", "Y", "Z")}, claims)
    one, other = arrays(found), arrays(found, "Geography")
    for a in np.hstack(one).T:
        for b in np.hstack(other).T:
            # Sixteen cells of equal chance; chi-square with 9 degrees of freedom stays below 40 but once in 100,000.
            # Sequences scrambled apart but paired point by point fail this by hundreds: they share leading digits.
            cells, _, _ = np.histogram2d(_quarter(a), _quarter(b), bins=[range(5), range(5)])
            assert ((cells - 256) ** 2 / 256).sum() < 40


def _quarter(values: NDArray[np.float64]) -> NDArray[np.int64]:
    rank = values.argsort(kind="stable").argsort(kind="stable")
    quarter: NDArray[np.int64] = rank * 4 // len(values)
    return quarter


def test_the_seed_and_the_names_decide_the_draws() -> None:
    dimensions = {"Type": ("A", "B", "C")}
    base = arrays(drawn(dimensions, []))[0]
    assert np.array_equal(base, arrays(drawn(dimensions, []))[0])
    assert not np.array_equal(base, arrays(drawn(dimensions, [], Settings(draws=4096, seed=1)))[0])
    assert not np.array_equal(base, arrays(drawn(dimensions, [], market="other", report_id=MARKET))[0])


@given(data=st.data())
@examples(max_examples=60, deadline=None)
def test_any_consistent_claims_hold_in_every_draw(data: st.DataObject) -> None:
    """Claims read off a true division of the market are consistent; every draw must honour each of them."""
    size = data.draw(st.integers(2, 6))
    weights = data.draw(st.lists(st.floats(0.05, 1), min_size=size, max_size=size, unique=True))
    truth = np.array(weights) / sum(weights)
    names = tuple("ABCDEF"[:size])
    order = truth.argsort()
    claims: list[dict[str, Any]] = []
    if data.draw(st.booleans()):
        claims.append(claim("largest", "Type", names[order[-1]]))
    if data.draw(st.booleans()):
        claims.append(claim("fastest", "Type", data.draw(st.sampled_from(names))))
    if truth[order[-1]] > 1.6 * truth[order[0]] and data.draw(st.booleans()):
        claims.append(claim("margin_over", "Type", names[order[-1]], other_member=names[order[0]]))
    for member in data.draw(st.sets(st.integers(0, size - 1), max_size=2)):
        percent = 100 * truth[member]
        low, high = max(0.0, percent - 6), min(100.0, percent + 6)
        claims.append(share("Type", names[member], percent, comparator="between", value_low=low, value_high=high))
    settings = Settings(draws=64, max_points=2**18)
    tables = frames([report()], segment_rows(dimensions={"Type": names}), claims)
    constraints = make_constraints(**tables)
    found = draw(tables["reports"], tables["segments"], constraints, tables["assumptions"], settings)
    assert found.model_rejects.is_empty()
    shares, growths = arrays(found)
    assert len(shares) == 64
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-12)
    # Read the claims back by hand, not through the code that imposed them.
    for c in claims:
        own = shares[:, names.index(c["member"])]
        if c["metric"] == "largest":
            assert (own >= shares.max(axis=1)).all()
        elif c["metric"] == "fastest":
            assert (growths[:, names.index(c["member"])] >= growths.max(axis=1)).all()
        elif c["metric"] == "margin_over":
            assert (own >= 1.5 * shares[:, names.index(c["other_member"])]).all()
        else:
            half = 0.5 + 1e-9
            assert ((100 * own >= c["value_low"] - half) & (100 * own <= c["value_high"] + half)).all()


CONTRADICTIONS = [
    (
        [share("Type", "A", 60.0), share("Type", "B", 55.0), claim("fastest", "Type", "A")],
        {"share.A", "share.B"},
    ),
    ([claim("largest", "Type", "A"), claim("largest", "Type", "B")], {"largest.A", "largest.B"}),
    ([claim("fastest", "Type", "A"), claim("fastest", "Type", "B")], {"fastest.A", "fastest.B"}),
    ([share("Type", "A", 20.0), claim("largest", "Type", "A")], {"share.A", "largest.A"}),
    (
        [share("Type", "A", 20.0), share("Type", "B", 20.0), share("Type", "C", 20.0), claim("fastest", "Type", "A")],
        {"share.A", "share.B", "share.C"},
    ),
    (
        [
            claim("margin_over", "Type", "A", other_member="B"),
            claim("margin_over", "Type", "B", other_member="C"),
            claim("margin_over", "Type", "C", other_member="A"),
        ],
        {"margin_over.A", "margin_over.B", "margin_over.C"},
    ),
    (
        [
            share("Type", "A", 60.0, year_from=2030, claim_id="later.A"),
            share("Type", "B", 60.0, year_from=2030, claim_id="later.B"),
            share("Type", "A", 20.0),
        ],
        {"later.A", "later.B"},
    ),
]


@pytest.mark.parametrize(("claims", "guilty"), CONTRADICTIONS)
def test_claims_that_cannot_hold_together_are_named_and_no_more(claims: list[dict[str, Any]], guilty: set[str]) -> None:
    found = drawn({"Type": ("A", "B", "C")}, claims)
    assert found.share_draws.is_empty()
    reject = found.model_rejects.row(0, named=True)
    assert (reject["market"], reject["reason"]) == (MARKET, "contradiction")
    assert reject["source_file"] == f"reports/{MARKET}"
    named = reject["detail"].removeprefix("Type: these claims cannot hold together: ")
    assert set(named.split(", ")) == {f'{claim_id} ("x")' for claim_id in guilty}


def test_a_contradiction_of_many_claims_is_reduced() -> None:
    names = tuple("ABCDEF")
    claims = [share("Type", name, 10.0) for name in names]
    detail = drawn({"Type": names}, [*claims, claim("fastest", "Type", "A")]).model_rejects["detail"][0]
    assert detail.endswith(": " + ", ".join(f'share.{name} ("x")' for name in names))


def test_claims_that_hardly_ever_hold_are_refused_with_the_numbers() -> None:
    # Ten members in a given order: one division in 10! = 3,628,800.
    names = tuple("ABCDEFGHIJ")
    claims = [
        claim("ordered", "Type", a, other_member=b, claim_id=f"ordered.{a}{b}") for a, b in itertools.pairwise(names)
    ]
    found = drawn({"Type": names}, claims, Settings(draws=64, max_points=2**13))
    reject = found.model_rejects.row(0, named=True)
    assert reject["reason"] == "too_rare"
    assert "only 0 of 8192 points meet all of ordered.AB" in reject["detail"]


@pytest.mark.parametrize(
    "changes",
    [
        {"base_value_usd_bn": 0.0},
        {"base_value_usd_bn": None},
        {"forecast_value_usd_bn": -1.0},
        {"forecast_year": 2025},
        {"forecast_year": None},
    ],
)
def test_a_market_without_a_total_is_refused(changes: dict[str, Any]) -> None:
    found = drawn({"Type": ("A", "B")}, [], **changes)
    assert found.model_rejects["reason"].to_list() == ["bad_total"]
    assert found.share_draws.is_empty()


def test_a_refused_market_takes_no_other_down() -> None:
    claims = [claim("largest", "Type", "A", market="bad"), claim("largest", "Type", "B", market="bad")]
    dimensions = {"Type": ("A", "B")}
    tables = frames(
        [report("bad"), report("good"), report("rejected", status="rejected")],
        [row for m in ("bad", "good", "rejected") for row in segment_rows(m, dimensions)],
        claims,
    )
    constraints = make_constraints(**tables)
    found = draw(tables["reports"], tables["segments"], constraints, tables["assumptions"], SETTINGS)
    assert found.share_draws["market"].unique().to_list() == ["good"]
    assert found.model_rejects["market"].to_list() == ["bad"]


def test_assumptions_that_cannot_be_used_are_refused() -> None:
    changed = assumption_rows(share_concentration={"distribution": "uniform"})
    with pytest.raises(AssumptionError, match="share_concentration must be fixed"):
        drawn({"Type": ("A", "B")}, [], assumptions=changed)
    with pytest.raises(AssumptionError, match="lacks growth_spread"):
        drawn({"Type": ("A", "B")}, [], assumptions=[r for r in assumption_rows() if r["name"] != "growth_spread"])


def test_positions_with_a_gap_are_refused() -> None:
    rows = segment_rows(dimensions={"Type": ("A", "B")})
    rows[1]["position"] = 3
    with pytest.raises(ContractError, match="positions must be 1, 2, 3"):
        dimension_of(MARKET, 2025, rows, [])


def test_an_unknown_kind_of_constraint_is_never_passed_over() -> None:
    row = {
        "kind": "new", "claim_id": "c", "quote": "q", "member": "A", "other_member": None,
        "low": None, "high": None, "year": None,
    }  # fmt: skip
    dimension = dimension_of(MARKET, 2025, segment_rows(dimensions={"Type": ("A", "B")}), [row])
    with pytest.raises(ValueError, match="new"):
        meets(dimension.conditions[0], np.full((2, 2), 0.5), np.zeros((2, 2)))


def test_a_report_without_members_has_no_draws_and_is_not_refused() -> None:
    tables = frames([report()], [], [])
    found = draw(tables["reports"], tables["segments"], make_constraints(**tables), tables["assumptions"], SETTINGS)
    assert found.share_draws.is_empty()
    assert found.model_rejects.is_empty()
