"""The grey zone against simulation and its own bounds."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.case import Case, ReadingError, study_reading_error
from gepnet_core.case.phase import Phase
from gepnet_core.case.robustness import GreyZone, grey_zone
from gepnet_core.errors import MeasurementError
from tests.case.cases import measurement

CUTOFF = Decimal("0.898")
Z = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


def zone(lesion: str, liver: str, lesion_error: str = "6", liver_error: str = "3") -> GreyZone:
    error = ReadingError(Decimal(lesion_error), Decimal(liver_error))
    return grey_zone(measurement(Phase.HAP, lesion, liver), CUTOFF, error)


@pytest.mark.parametrize(
    ("lesion", "liver", "errors"),
    [
        ("51", "66", ("6", "3")),
        ("59.3", "66", ("6", "3")),
        ("70", "66", ("6", "3")),
        ("70", "66", ("2", "9")),
        ("25", "30", ("6", "12")),  # liver noisy enough to come near 0: no linearisation is involved
        ("-5", "20", ("10", "3")),
    ],
)
def test_the_chance_of_the_other_side_agrees_with_simulated_readings(lesion, liver, errors) -> None:
    n = 400_000
    random = np.random.default_rng(898)
    lesions = random.normal(float(lesion), float(errors[0]), n)
    livers = random.normal(float(liver), float(errors[1]), n)
    here = float(lesion) > 0.898 * float(liver)
    crossed = np.mean((lesions > 0.898 * livers) != here)
    chance = zone(lesion, liver, *errors).chance_other_side
    assert abs(crossed - chance) < 5 * math.sqrt(chance * (1 - chance) / n) + 1e-5


def test_the_bounds_by_hand() -> None:
    # R 4.2.2: s <- sqrt(36 + .898^2 * 9); qnorm(.975) * s / 66 is 0.195314977
    found = zone("51", "66")
    assert found.low == pytest.approx(0.898 - 0.195314977, abs=1e-9)
    assert found.high == pytest.approx(0.898 + 0.195314977, abs=1e-9)
    assert found.level == 0.95
    # R: pnorm(-(.898 * 66 - 51) / s)
    assert found.chance_other_side == pytest.approx(0.104359106, abs=1e-9)


def test_an_error_below_one_hu_still_carries_readings_across() -> None:
    # R 4.2.2: pnorm(-.1 / sqrt(.3^2 + .898^2 * .2^2)) is 0.387439416; the reading is 0.1 HU below the cutoff.
    assert zone("44.8", "50", "0.3", "0.2").chance_other_side == pytest.approx(0.387439416, abs=1e-9)


def test_at_the_cutoff_half_of_the_readings_fall_on_the_other_side() -> None:
    assert zone("44.9", "50").chance_other_side == pytest.approx(0.5, abs=1e-9)
    assert zone("44.9", "50").is_inside


def test_at_the_bound_the_chance_is_2_5_percent() -> None:
    distance = Z * math.hypot(6, 0.898 * 3)
    for sign, inside in ((1, 0.999999), (-1, 0.999999), (1, 1.000001), (-1, 1.000001)):
        lesion = 0.898 * 66 + sign * distance * inside
        found = grey_zone(measurement(Phase.HAP, lesion, 66.0), CUTOFF, study_reading_error())
        assert found.is_inside is (inside < 1)
        assert found.chance_other_side == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize("lesion", ["44.9", "44.8", "45", "0", "-20", "200"])
def test_no_error_has_no_width(lesion: str) -> None:
    found = zone(lesion, "50", "0", "0")
    assert found.low == found.high == 0.898
    assert not found.is_inside
    assert found.chance_other_side == 0.0


errors = st.decimals(0, 40, places=1)
hus = st.integers(-500, 3000).map(lambda k: f"{k / 10:.1f}")
livers = st.integers(10, 2500).map(lambda k: f"{k / 10:.1f}")


@given(hus, livers, errors, errors)
def test_inside_means_between_the_bounds_and_a_chance_above_2_5_percent(lesion, liver, e1, e2) -> None:
    m = measurement(Phase.HAP, lesion, liver)
    found = grey_zone(m, CUTOFF, ReadingError(e1, e2))
    assert found.low <= 0.898 <= found.high
    assert found.high - 0.898 == pytest.approx(0.898 - found.low, abs=1e-9)
    assert 0 <= found.chance_other_side <= 0.5
    if min(abs(m.ratio - found.low), abs(m.ratio - found.high)) > 1e-9:
        assert found.is_inside is (found.low < m.ratio < found.high)
        assert found.is_inside is (found.chance_other_side > 0.025)


@given(hus, livers, errors, errors, st.decimals("0.1", 20, places=1))
def test_a_larger_error_widens_the_zone_and_never_lowers_the_chance(lesion, liver, e1, e2, more) -> None:
    m = measurement(Phase.HAP, lesion, liver)
    base = grey_zone(m, CUTOFF, ReadingError(e1, e2))
    for error in (ReadingError(e1 + more, e2), ReadingError(e1, e2 + more)):
        wider = grey_zone(m, CUTOFF, error)
        assert wider.low < base.low and wider.high > base.high
        assert wider.chance_other_side >= base.chance_other_side - 1e-12


@pytest.mark.parametrize("value", ["-0.1", "NaN", "Infinity", "1000.1"])
@pytest.mark.parametrize("tissue", ["lesion", "liver"])
def test_an_error_that_is_none_is_refused(value: str, tissue: str) -> None:
    values = {"lesion": Decimal(6), "liver": Decimal(3), tissue: Decimal(value)}
    with pytest.raises(MeasurementError, match="reading error") as caught:
        ReadingError(values["lesion"], values["liver"])
    assert caught.value.field == f"reading_error.{tissue}"


def test_the_default_is_the_studys_assumption() -> None:
    assert Case().reading_error == study_reading_error() == ReadingError(Decimal(6), Decimal(3))
