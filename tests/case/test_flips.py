"""Flips against a search of the whole grid of 0.1 HU by integer arithmetic written anew."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Hu
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.case.robustness import Changes, Flip, Quantity, find_flips, vary
from gepnet_core.case.rule import settle
from tests.case.cases import case
from tests.case.strategies import PER_HU, cases

SCALE = 5 * PER_HU  # a tenth is 256 units, a 512th of a HU is 5: every input is a whole number of units
PATTERNS = {-1: "washout", 0: "plateau", 1: "progressive"}


def units(value: Hu) -> int:
    scaled = Fraction(value) * SCALE
    assert scaled.denominator == 1
    return int(scaled)


def side(left, right, exact: bool, scale=None):
    """-1, 0, 1 element by element; equal within a relative 1e-9 unless exact."""
    difference = left - right
    sign = np.sign(difference)
    if exact:
        return sign
    scale = np.maximum(np.abs(left), np.abs(right)) if scale is None else scale
    return np.where(np.abs(difference) <= 1e-9 * scale.astype(float), 0, sign)


class Oracle:
    """Criteria and call over a whole axis of one HU, in int64."""

    def __init__(self, one: Case, quantity: Quantity | None, axis: np.ndarray) -> None:
        self.hu: dict[tuple[Phase, str], np.ndarray] = {}
        self.typed: dict[tuple[Phase, str], bool] = {}
        for phase, m in one.measurements.items():
            for tissue, reading in (("lesion", m.lesion), ("liver", m.liver)):
                varied = quantity == Quantity(phase, tissue)
                self.hu[phase, tissue] = axis if varied else np.array([units(reading.hu)], dtype=np.int64)
                self.typed[phase, tissue] = varied or isinstance(reading.hu, Decimal)
        self.one = one
        self.n = len(axis)

    def exact(self, phase: Phase) -> bool:
        return self.typed[phase, "lesion"] and self.typed[phase, "liver"]

    def ratio_met(self) -> np.ndarray | None:
        if Phase.HAP not in self.one.measurements:
            return None
        c = Fraction(self.one.cutoff)
        left = self.hu[Phase.HAP, "lesion"] * c.denominator
        right = self.hu[Phase.HAP, "liver"] * c.numerator
        return np.broadcast_to(side(left, right, self.exact(Phase.HAP)) <= 0, self.n)

    def pattern(self) -> np.ndarray | None:
        if self.one.reader_pattern is not None:
            code = {name: number for number, name in PATTERNS.items()}[self.one.reader_pattern.value]
            return np.full(self.n, code)
        if not {Phase.HAP, Phase.PVP} <= set(self.one.measurements):
            return None
        t = Fraction(self.one.tolerance(self.one.definition))
        lesion_h, lesion_p = self.hu[Phase.HAP, "lesion"], self.hu[Phase.PVP, "lesion"]
        if self.one.definition is PatternDefinition.LESION_HU:
            before, after, largest = lesion_h * t.denominator, lesion_p * t.denominator, t.numerator * SCALE
        else:
            liver_h, liver_p = self.hu[Phase.HAP, "liver"], self.hu[Phase.PVP, "liver"]
            before, after = lesion_h * liver_p * t.denominator, lesion_p * liver_h * t.denominator
            largest = t.numerator * liver_h * liver_p
        change = after - before
        scale = np.maximum(np.maximum(np.abs(before), np.abs(after)), largest)
        beyond = side(np.abs(change), largest, self.exact(Phase.HAP) and self.exact(Phase.PVP), scale) > 0
        return np.broadcast_to(np.where(beyond, np.sign(change), 0), self.n)

    def call(self) -> np.ndarray:
        """2 adenocarcinoma, 1 NET, 0 not classifiable."""
        ratio, pattern = self.ratio_met(), self.pattern()
        ratio_no = np.zeros(self.n, bool) if ratio is None else ~ratio
        pattern_no = np.zeros(self.n, bool) if pattern is None else pattern != 0
        both_known = ratio is not None and pattern is not None
        return np.where(ratio_no | pattern_no, 1, 2 if both_known else 0)

    def thing(self, changes: Changes) -> np.ndarray | None:
        return {
            Changes.HAP_RATIO: self.ratio_met,
            Changes.PATTERN: self.pattern,
            Changes.CALL: self.call,
        }[changes]()


def tenths(quantity: Quantity) -> np.ndarray:
    lowest = 1 if quantity.tissue == "liver" else -10240
    return np.arange(lowest, 30711, dtype=np.int64)


def nearest_by_search(one: Case, quantity: Quantity, changes: Changes) -> Fraction | None:
    """Distance of the nearest tenth, of all from -1024 (liver: 0.1) to 3071 HU, that changes a thing."""
    grid = tenths(quantity) * (SCALE // 10)
    now = Oracle(one, None, np.zeros(1, np.int64)).thing(changes)
    then = Oracle(one, quantity, grid).thing(changes)
    if now is None or then is None:
        return None
    reading = getattr(one.measurements[quantity.phase], quantity.tissue)
    distances = np.abs(grid - units(reading.hu))[then != now[0]]
    return Fraction(int(distances.min()), SCALE) if len(distances) else None


@settings(max_examples=80)
@given(cases())
def test_no_nearer_tenth_of_the_whole_range_flips_and_absent_means_impossible(one: Case) -> None:
    found = {(f.quantity, f.changes): f for f in find_flips(one)}
    for phase in one.measurements:
        for tissue in ("lesion", "liver"):
            for changes in Changes:
                quantity = Quantity(phase, tissue)
                expected = nearest_by_search(one, quantity, changes)
                flip = found.pop((quantity, changes), None)
                if flip is None:
                    assert expected is None
                else:
                    assert expected is not None
                    assert flip.delta_hu == pytest.approx(
                        float(expected) if flip.delta_hu > 0 else -float(expected), abs=1e-9
                    )
    assert not found


@given(cases())
def test_a_flip_applied_flips_what_it_says_to_what_it_says(one: Case) -> None:
    before = settle(one, one.measurements)
    for flip in find_flips(one):
        changed = vary(one, flip.quantity, typed(flip))
        others = {
            (phase, tissue)
            for phase, m in one.measurements.items()
            for tissue in ("lesion", "liver")
            if getattr(changed[phase], tissue) != getattr(m, tissue)
        }
        assert others == {(flip.quantity.phase, flip.quantity.tissue)}
        after = settle(one, changed)
        if flip.changes is Changes.HAP_RATIO:
            assert after.ratio_met is not before.ratio_met
            assert flip.outcome == ("at or below the cutoff" if after.ratio_met else "above the cutoff")
        elif flip.changes is Changes.PATTERN:
            assert one.reader_pattern is None
            assert flip.outcome == after.pattern != before.pattern
        else:
            assert after.call is not before.call
            assert flip.outcome.lower().replace(" ", "_") == after.call


@given(cases())
def test_a_tenth_less_does_not_flip(one: Case) -> None:
    before = settle(one, one.measurements)
    for flip in find_flips(one):
        # One step back towards the value; where that passes it, there is nothing nearer on that side.
        step = Decimal("-0.1") if flip.delta_hu > 0 else Decimal("0.1")
        nearer = typed(flip) + step
        if (nearer - Decimal(flip.from_hu)) * step >= 0:
            continue
        after = settle(one, vary(one, flip.quantity, nearer))
        assert {
            Changes.HAP_RATIO: after.ratio_met is before.ratio_met,
            Changes.PATTERN: after.pattern is before.pattern,
            Changes.CALL: after.call is before.call,
        }[flip.changes]


@given(cases())
def test_flips_stay_on_the_grid_within_the_range_and_above_0_in_the_liver(one: Case) -> None:
    for flip in find_flips(one):
        assert (typed(flip) * 10) % 1 == 0
        assert -1024 <= flip.to_hu <= 3071
        assert flip.quantity.tissue == "lesion" or flip.to_hu >= 0.1
        assert flip.quantity.phase is not Phase.EP
        assert flip.delta_hu == pytest.approx(flip.to_hu - flip.from_hu, abs=1e-9) != 0


@given(cases())
def test_a_withheld_call_has_no_flip_of_the_call_and_keeps_the_others(one: Case) -> None:
    every, without = find_flips(one), find_flips(one, with_call=False)
    assert without == tuple(f for f in every if f.changes is not Changes.CALL)


def typed(flip: Flip) -> Decimal:
    return Decimal(round(flip.to_hu * 10)) / 10


def summary(one: Case) -> dict[tuple[str, str], tuple[float, str]]:
    return {(f.quantity.name, f.changes): (f.to_hu, f.outcome) for f in find_flips(one)}


def test_at_the_cutoff_a_tenth_more_flips_and_none_less() -> None:
    # 44.9 / 50 is at 0.898; 50 * 0.898 = 44.9; 44.9 / 0.898 = 50.
    flips = summary(case(("44.9", "50")))
    assert flips["hap_lesion_hu", "hap_ratio"] == (45.0, "above the cutoff")
    assert flips["hap_liver_hu", "hap_ratio"] == (49.9, "above the cutoff")


def test_just_above_the_cutoff_the_cutoff_itself_flips() -> None:
    flips = summary(case(("45.0", "50")))
    assert flips["hap_lesion_hu", "hap_ratio"] == (44.9, "at or below the cutoff")
    # 45 / 0.898 = 50.1114
    assert flips["hap_liver_hu", "hap_ratio"] == (50.2, "at or below the cutoff")


def test_one_criterion_alone_flips_between_net_and_not_classifiable() -> None:
    assert summary(case(("45.0", "50")))["hap_lesion_hu", "call"] == (44.9, "not classifiable")
    assert summary(case(("44.9", "50")))["hap_lesion_hu", "call"] == (45.0, "NET")


def test_a_readers_pattern_is_held() -> None:
    flips = summary(case(("44", "50"), ("60", "100"), reader_pattern=EnhancementPattern.PLATEAU))
    assert set(flips) == {
        ("hap_lesion_hu", "hap_ratio"),
        ("hap_lesion_hu", "call"),
        ("hap_liver_hu", "hap_ratio"),
        ("hap_liver_hu", "call"),
    }


def test_a_readers_washout_leaves_the_call_beyond_any_hu() -> None:
    flips = summary(case(("44", "50"), ("60", "100"), reader_pattern=EnhancementPattern.WASHOUT))
    assert {changes for _, changes in flips} == {"hap_ratio"}


def test_a_derived_pattern_is_derived_again() -> None:
    # 0.80 to 0.65, change -0.15: plateau. Lesion PVP to 60.0 is -0.20, still plateau; 59.9 is washout.
    flips = summary(case(("40", "50"), ("65", "100")))
    assert flips["pvp_lesion_hu", "pattern"] == (59.9, "washout")
    assert flips["pvp_lesion_hu", "call"] == (59.9, "NET")
    # 65 / 0.60 = 108.33
    assert flips["pvp_liver_hu", "pattern"] == (108.4, "washout")
    # HAP lesion: ratio above 0.85 is washout (42.5 HU); above 0.898, 44.9 HU, the ratio changes.
    assert flips["hap_lesion_hu", "call"] == (42.6, "NET")
    assert flips["hap_lesion_hu", "hap_ratio"] == (45.0, "above the cutoff")


def test_no_liver_at_or_below_0_is_proposed() -> None:
    # A lesion at 0 HU has ratio 0 with every liver: nothing of the liver can flip.
    assert not [f for f in find_flips(case(("0", "50"))) if f.quantity.tissue == "liver"]
    # A negative lesion would need a negative liver.
    assert not [f for f in find_flips(case(("-20", "50"))) if f.quantity.tissue == "liver"]
    # 0.05 / 0.898 = 0.0557 HU: the nearest tenth below is 0.
    assert not [f for f in find_flips(case(("0.05", "50"))) if f.quantity.tissue == "liver"]


def test_a_flip_outside_the_range_of_hu_is_not_proposed() -> None:
    # 0.898 * 3071 = 2757.758 and 3000 / 0.898 = 3340.8
    assert "hap_liver_hu" not in {f.quantity.name for f in find_flips(case(("3000", "3071")))}
    assert ("hap_lesion_hu", "hap_ratio") in summary(case(("3000", "3071")))


def test_measured_values_flip_to_the_next_tenth() -> None:
    # 0.898 * 66.1875 = 59.436375
    (lesion, *_rest) = find_flips(case((51.25, 66.1875)))
    assert (lesion.from_hu, lesion.to_hu, lesion.delta_hu) == (51.25, 59.5, 8.25)


def test_extreme_choices_end_in_flips_or_none_and_not_in_a_crash() -> None:
    for cutoff in ("0." + "0" * 37 + "1", "10"):
        for tolerance in ("0", "1" + "0" * 30):
            one = case(
                ("3071", "0.1"),
                ("-1024", "3071"),
                cutoff=Decimal(cutoff),
                tolerances={PatternDefinition.LIVER_RELATIVE: Decimal(tolerance)},
            )
            assert all(-1024 <= f.to_hu <= 3071 for f in find_flips(one))


def test_the_ends_of_the_range_of_hu_are_proposed() -> None:
    # 3071 * 0.8 = 2456.8, so that a liver of 3071 HU stands at the cutoff and 3070.9 above it.
    flips = summary(case(("2456.8", "3070.9"), cutoff=Decimal("0.8")))
    assert flips["hap_liver_hu", "hap_ratio"] == (3071.0, "at or below the cutoff")
    # 0.05 / 0.5 = 0.1 HU of liver is at the cutoff; 0.09 is above it.
    flips = summary(case(("0.05", "0.09"), cutoff=Decimal("0.5")))
    assert flips["hap_liver_hu", "hap_ratio"] == (0.1, "at or below the cutoff")
    # From -1000 HU, -1023.9 is on a tolerance of 23.9 and -1024 beyond it.
    own = {PatternDefinition.LESION_HU: Decimal("23.9")}
    one = case(("-1000", "60"), ("-1023.9", "60"), definition=PatternDefinition.LESION_HU, tolerances=own)
    flips = summary(one)
    assert flips["pvp_lesion_hu", "pattern"] == (-1024.0, "washout")


def test_a_derived_pattern_flips_the_call_to_adenocarcinoma() -> None:
    # 0.80 to 0.59 is washout, 0.80 to 0.60 plateau.
    flips = summary(case(("40", "50"), ("59", "100")))
    assert flips["pvp_lesion_hu", "call"] == (60.0, "adenocarcinoma")


def test_a_liver_flips_where_the_ratio_it_must_reach_is_1() -> None:
    # HAP 0.80; plateau ends at 1.00 of PVP, which a lesion of 90 HU reaches with 90 HU of liver.
    flips = summary(case(("40", "50"), ("90", "100")))
    assert flips["pvp_liver_hu", "pattern"] == (89.9, "progressive")


def test_no_liver_reaches_a_ratio_of_0() -> None:
    # HAP 0.20 less the tolerance of 0.20 is 0: every positive lesion stays above it.
    flips = summary(case(("10", "50"), ("20", "100")))
    # 20 / 0.40 = 50 HU of liver is the end of plateau on the other side.
    assert flips["pvp_liver_hu", "pattern"] == (49.9, "progressive")
