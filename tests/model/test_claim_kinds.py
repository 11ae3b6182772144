"""Every kind of claim in every draw, and the laws that are left, worked by hand.

Shares of K members are uniform on the simplex, growths independent normal with deviation 0.05, unless said otherwise.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.model.conditions import shares_ahead
from pipeline.settings import Settings
from tests.model.test_draws import SETTINGS, arrays, drawn
from tests.source_claims import claim, share

Floats = NDArray[np.float64]
ABC = {"Type": ("A", "B", "C")}
YEARS = 9
MARKET_PACE = (86.24 / 12.0) ** (1 / YEARS)


def cagr(member: str, percent: float, **more: Any) -> dict[str, Any]:
    stated = {"comparator": "=", "value_low": percent, "value_high": percent, "decimals": 1, "unit": "pct"}
    return claim("member_cagr", "Type", member, **(stated | more))


def value(member: str, usd_bn: float, **more: Any) -> dict[str, Any]:
    stated = {"comparator": "=", "value_low": usd_bn, "value_high": usd_bn, "decimals": 1, "unit": "usd_bn"}
    return claim("member_value", "Type", member, **(stated | more))


def between(member: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    return share("Type", member, low, comparator="between", value_low=low, value_high=high, **more)


def rates(shares: Floats, growths: Floats, member: int, years: int = YEARS) -> Floats:
    """Compound growth of a member in percent, from values in the two years."""
    later = shares_ahead(shares, growths, years)[:, member] * 12.0 * MARKET_PACE**years
    found: Floats = 100 * ((later / (shares[:, member] * 12.0)) ** (1 / years) - 1)
    return found


def close(values: Floats, mean: float, spread: float, worth: float) -> bool:
    return bool(abs(values.mean() - mean) < 4 * spread / np.sqrt(worth))


def test_two_stated_shares_are_uniform_on_their_rectangle() -> None:
    found = drawn(ABC, [between("A", 20.0, 30.0), between("B", 40.0, 50.0)])
    shares, _ = arrays(found)
    quality = found.draw_quality.row(0, named=True)
    assert quality["method"] == "interval + rejection"
    assert quality["kept_share"] > 0.5
    # The simplex has constant density, so has the rectangle 0.195..0.305 x 0.395..0.505 inside it.
    for member, low, high in ((0, 0.195, 0.305), (1, 0.395, 0.505)):
        assert shares[:, member].min() >= low
        assert shares[:, member].max() <= high
        assert close(shares[:, member], (low + high) / 2, 0.11 / np.sqrt(12), 4096)
    assert close((shares[:, 0] - 0.25) * (shares[:, 1] - 0.45), 0.0, 0.11**2 / 12, 4096)


def test_a_report_that_states_nearly_every_share_is_no_rarity() -> None:
    claims = [share("Type", m, p) for m, p in zip("ABCD", (38.0, 27.0, 20.0, 10.0), strict=True)]
    found = drawn({"Type": tuple("ABCDE")}, claims)
    shares, _ = arrays(found)
    assert found.draw_quality["kept_share"][0] > 0.3
    for member, percent in enumerate((38.0, 27.0, 20.0, 10.0)):
        assert (abs(100 * shares[:, member] - percent) <= 0.5 + 1e-9).all()
    # The four are uniform on their box, so the fifth is 5 percent on the average.
    assert close(shares[:, 4], 0.05, 0.01 * np.sqrt(4 / 12), 4096)


def test_all_shares_stated_must_still_add_up() -> None:
    found = drawn(ABC, [share("Type", m, p) for m, p in zip("ABC", (50.0, 30.0, 20.0), strict=True)])
    shares, _ = arrays(found)
    assert (abs(100 * shares - [50.0, 30.0, 20.0]) <= 0.5 + 1e-9).all()
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-12)


def test_a_sum_of_shares_leaves_its_parts_uniform() -> None:
    shares, _ = arrays(drawn(ABC, [share("Type", "A", 90.0, other_member="B")]))
    both = shares[:, 0] + shares[:, 1]
    assert both.min() >= 0.895
    assert both.max() <= 0.905
    assert close(shares[:, 0] / both, 0.5, 1 / np.sqrt(12), 4096)


def test_ordered_of_two_is_the_upper_half() -> None:
    shares, _ = arrays(drawn({"Type": ("A", "B")}, [claim("ordered", "Type", "A", other_member="B")]))
    assert shares[:, 0].min() >= 0.5
    assert close(shares[:, 0], 0.75, 0.5 / np.sqrt(12), 4096)


def test_the_largest_among_some_may_be_smaller_than_another() -> None:
    shares, _ = arrays(drawn(ABC, [claim("largest", "Type", "A", other_member="B")]))
    assert (shares[:, 0] >= shares[:, 1]).all()
    # C is untouched: larger than both with a chance of one third, since all six orders are equally likely.
    assert close((shares[:, 2] > shares[:, 0]).astype(float), 1 / 3, 0.5, 4096)


def test_the_fastest_among_some_and_the_rest_free() -> None:
    found = drawn({"Type": tuple("ABCD")}, [claim("fastest", "Type", "A", other_member="B; C")])
    _, growths = arrays(found)
    assert found.draw_quality["kept_share"].to_list() == [1.0]
    assert (growths[:, 0] >= growths[:, [1, 2]].max(axis=1)).all()
    # Largest of three standard normals: 3 / (2 sqrt pi). D stays normal, and beats the three with a chance of 1/4.
    assert close(growths[:, 0], 0.05 * 3 / (2 * np.sqrt(np.pi)), 0.05, 4096)
    assert close((growths[:, 3] > growths[:, 0]).astype(float), 0.25, 0.5, 4096)


def test_a_stated_size_is_a_share_of_that_years_total() -> None:
    shares, growths = arrays(drawn(ABC, [value("A", 6.0), value("B", 30.0, year_to=2034, claim_id="later")]))
    assert (abs(12 * shares[:, 0] - 6.0) <= 0.05 + 1e-9).all()
    assert (abs(86.24 * shares_ahead(shares, growths, YEARS)[:, 1] - 30.0) <= 0.05 + 1e-9).all()


def test_a_stated_rate_holds_and_leaves_the_other_direction_of_growth_alone() -> None:
    found = drawn({"Type": ("A", "B")}, [share("Type", "A", 50.0, decimals=2), cagr("A", 27.0)])
    shares, growths = arrays(found)
    quality = found.draw_quality.row(0, named=True)
    assert quality["method"] == "interval + later interval + rejection"
    assert quality["effective_draws"] > 0.9 * 4096
    assert (abs(rates(shares, growths, 0) - 27.0) <= 0.05 + 1e-6).all()
    # The rate fixes the difference of the two growths; their sum is independent of it: normal, mean 0, variance 2 s^2.
    # (Solving for one growth without weights would leave it with variance 4 s^2 and the difference as its mean.)
    total = growths.sum(axis=1)
    assert close(total, 0.0, 0.05 * np.sqrt(2), quality["effective_draws"])
    assert close(total**2, 2 * 0.05**2, 0.05**2 * np.sqrt(8), quality["effective_draws"])


def test_two_stated_rates_leave_the_sum_of_growths_alone() -> None:
    claims = [
        share("Type", "A", 40.0, decimals=2),
        share("Type", "B", 35.0, decimals=2),
        cagr("A", 27.0),
        cagr("B", 22.0),
    ]
    found = drawn(ABC, claims)
    shares, growths = arrays(found)
    worth = found.draw_quality["effective_draws"][0]
    assert worth > 0.9 * 4096
    assert (abs(rates(shares, growths, 0) - 27.0) <= 0.05 + 1e-6).all()
    assert (abs(rates(shares, growths, 1) - 22.0) <= 0.05 + 1e-6).all()
    total = growths.sum(axis=1)
    assert close(total, 0.0, 0.05 * np.sqrt(3), worth)
    assert close(total**2, 3 * 0.05**2, 3 * 0.05**2 * np.sqrt(2), worth)


def test_a_rate_alone_holds_without_a_stated_share() -> None:
    found = drawn(ABC, [cagr("A", 30.0), claim("fastest", "Type", "A")])
    shares, growths = arrays(found)
    assert (abs(rates(shares, growths, 0) - 30.0) <= 0.05 + 1e-6).all()
    assert (growths.argmax(axis=1) == 0).all()


def test_a_rate_to_an_earlier_year_counts_from_the_base_year() -> None:
    shares, growths = arrays(drawn(ABC, [cagr("A", 27.0, year_from=2026, year_to=2030)]))
    assert (abs(rates(shares, growths, 0, years=5) - 27.0) <= 0.05 + 1e-6).all()


def test_rates_with_limits_and_against_the_market() -> None:
    claims = [
        cagr("A", 26.0, comparator=">=", value_high=None),
        claim("growth_below_market", "Type", "B"),
        claim("growth_above_market", "Type", "C"),
    ]
    shares, growths = arrays(drawn(ABC, claims))
    market = 100 * (MARKET_PACE - 1)
    assert rates(shares, growths, 0).min() >= 26.0 - 1e-9
    assert rates(shares, growths, 1).max() <= market + 1e-9
    assert rates(shares, growths, 2).min() >= market - 1e-9


def test_limits_hold_as_printed_and_leave_the_rest_uniform() -> None:
    """At least 40 percent A, at most 10 percent B, neither rounded: a part of the simplex, of constant density."""
    least = share("Type", "A", 40.0, comparator=">=", value_high=None)
    most = share("Type", "B", 10.0, comparator="<=", value_low=None)
    shares, _ = arrays(drawn(ABC, [least, most]))
    assert shares[:, 0].min() >= 0.4
    assert shares[:, 1].max() <= 0.1
    # A is uniform over 0.4..1 - B, so B has the density 0.6 - b over 0..0.1: its mean is (0.003 - 0.001 / 3) / 0.055.
    assert close(shares[:, 1], (0.003 - 0.001 / 3) / 0.055, 0.1 / np.sqrt(12), 4096)


@pytest.mark.slow
def test_many_kinds_at_once_in_two_dimensions() -> None:
    claims = [
        share("Type", "A", 40.0, hedge="around"),
        claim("largest", "Type", "A"),
        claim("ordered", "Type", "B", other_member="C"),
        claim("fastest", "Type", "C", other_member="A"),
        claim("growth_above_market", "Type", "C"),
        share("Place", "X", 70.0, other_member="Y", claim_id="sum"),
        claim("margin_over", "Place", "X", other_member="Y"),
        claim("fastest", "Place", "Z"),
        share("Place", "Z", 35.0, year_to=2034, claim_id="later"),
    ]
    found = drawn({"Type": ("A", "B", "C", "D"), "Place": ("X", "Y", "Z")}, claims)
    shares, growths = arrays(found)
    assert (abs(shares[:, 0] - 0.4) <= 0.01 + 1e-12).all()
    assert (shares.argmax(axis=1) == 0).all()
    assert (shares[:, 1] >= shares[:, 2]).all()
    assert (growths[:, 2] >= growths[:, 0]).all()
    assert rates(shares, growths, 2).min() >= 100 * (MARKET_PACE - 1) - 1e-9
    places, paces = arrays(found, "Place")
    assert (abs(places[:, 0] + places[:, 1] - 0.7) <= 0.005 + 1e-12).all()
    assert (places[:, 0] >= 1.5 * places[:, 1]).all()
    assert (paces.argmax(axis=1) == 2).all()
    assert (abs(shares_ahead(places, paces, YEARS)[:, 2] - 0.35) <= 0.005 + 1e-9).all()


def test_largest_in_a_later_year() -> None:
    shares, growths = arrays(drawn(ABC, [claim("largest", "Type", "A", year_from=2034, year_to=2034)]))
    assert (shares_ahead(shares, growths, YEARS).argmax(axis=1) == 0).all()
    assert 0 < (shares.argmax(axis=1) != 0).mean() < 0.5


def test_a_full_order_of_seven_is_sampled_by_chains() -> None:
    names = tuple("ABCDEFG")
    claims = [claim("ordered", "Type", a, other_member=b, claim_id=f"o.{a}{b}") for a, b in itertools.pairwise(names)]
    # One division in 7! = 5,040: 2^17 points keep about 26, enough to start from and too few to be the draws.
    found = drawn({"Type": names}, claims, Settings(draws=2048, max_points=2**17))
    shares, growths = arrays(found)
    quality = found.draw_quality.row(0, named=True)
    assert quality["method"] == "slice chains"
    assert quality["effective_draws"] >= 1024
    assert (np.diff(shares, axis=1) <= 0).all()
    # Ordered spacings: the k-th largest of n has mean (1/k + ... + 1/n) / n (Renyi 1953).
    for place in range(7):
        mean = sum(1 / k for k in range(place + 1, 8)) / 7
        assert close(shares[:, place], mean, shares[:, place].std(), quality["effective_draws"])
    assert close(growths[:, 3], 0.0, 0.05, quality["effective_draws"])


CONTRADICTIONS = [
    ([cagr("A", 27.0), cagr("A", 20.0, claim_id="slow"), claim("fastest", "Type", "B")], {"member_cagr.A", "slow"}),
    # The fastest of all outgrows the market, which grows by 24.5 percent.
    ([cagr("A", 20.0), claim("fastest", "Type", "A")], {"member_cagr.A", "fastest.A"}),
    # Any two of these can hold: if A is the fastest at 26 percent, nobody grows by 30.
    (
        [cagr("A", 26.0), claim("fastest", "Type", "A"), cagr("B", 30.0)],
        {"member_cagr.A", "fastest.A", "member_cagr.B"},
    ),
    ([claim("growth_below_market", "Type", m) for m in "ABC"], {f"growth_below_market.{m}" for m in "ABC"}),
    # 50 percent growing by 35 percent where the market grows by 24.5: 104 percent of it nine years on.
    ([share("Type", "A", 50.0), cagr("A", 35.0)], {"share.A", "member_cagr.A"}),
    ([value("A", 8.0), value("B", 6.0)], {"member_value.A", "member_value.B"}),
    (
        [
            claim("fastest", "Type", "A", other_member="B", claim_id="ab"),
            claim("fastest", "Type", "B", other_member="C", claim_id="bc"),
            claim("fastest", "Type", "C", other_member="A", claim_id="ca"),
        ],
        {"ab", "bc", "ca"},
    ),
    ([share("Type", "A", 40.0, other_member="B", claim_id="sum"), share("Type", "C", 30.0)], {"sum", "share.C"}),
]


@pytest.mark.parametrize(("claims", "guilty"), CONTRADICTIONS)
def test_the_smallest_set_that_cannot_hold_is_named_with_its_words(
    claims: list[dict[str, Any]], guilty: set[str]
) -> None:
    reject = drawn(ABC, [c | {"quote": f"words of {c['claim_id']}"} for c in claims]).model_rejects.row(0, named=True)
    assert reject["reason"] == "contradiction"
    named = reject["detail"].removeprefix("Type: these claims cannot hold together: ")
    assert set(named.split(", ")) == {f'{c} ("words of {c}")' for c in guilty}


def test_draws_by_rejection_with_weights_do_not_depend_on_other_dimensions() -> None:
    claims = [cagr("A", 27.0)]
    alone, _ = arrays(drawn(ABC, claims))
    beside, _ = arrays(drawn({**ABC, "Other": ("X", "Y")}, claims))
    assert np.array_equal(alone, beside)
    assert SETTINGS.draws == len(alone)
