"""Each warning when it should, on both sides of its threshold, and no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ReadingError, ScopeState
from gepnet_core.case.measurement import Measurement, Reading, RoiSpread
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from tests.case.cases import case
from tests.case.strategies import cases

PLATEAU, WASHOUT = EnhancementPattern.PLATEAU, EnhancementPattern.WASHOUT
SURE = ReadingError(Decimal(0), Decimal(0))
LESION = PatternDefinition.LESION_HU


def codes(one: Case) -> list[str]:
    return [caution.code for caution in assess(one).warnings]


def message(one: Case, code: str) -> str:
    (found,) = [caution.message for caution in assess(one).warnings if caution.code == code]
    return found


def test_a_clear_adenocarcinoma_has_no_warning() -> None:
    # 30 / 66 = 0.455 and 45 / 112 = 0.402; the lesion rises by 15 HU, beyond 10, so widen that tolerance.
    wide = {LESION: Decimal(20)}
    assert codes(case(("30", "66"), ("45", "112"), reader_pattern=PLATEAU, tolerances=wide)) == []


def test_a_clear_net_has_only_the_disagreement_that_physics_forces() -> None:
    # findings/enhancement.md: NET 76 to 91 HU, liver 66 to 112: the ratio falls while the lesion rises.
    assert codes(case(("76", "66"), ("91", "112"), reader_pattern=WASHOUT)) == ["definitions_disagree"]


def test_the_mean_adenocarcinoma_lies_in_the_grey_zone_of_the_assumed_error() -> None:
    # 51 / 66 = 0.773; zone 0.703 to 1.093 (test_grey_zone)
    one = case(("51", "66"), ("72", "112"), reader_pattern=PLATEAU)
    assert codes(one) == ["grey_zone", "definitions_disagree"]
    assert "assumed" in message(one, "grey_zone")
    assert "10.4 %" in message(one, "grey_zone")


# The study's means and SDs: HAP 1.15 (0.33) and 0.77 (0.20), PVP 0.81 (0.27) and 0.64 (0.15).
# Lowest mean - 3 SD: HAP 1.15 - 0.99 = 0.16, PVP 0.81 - 0.81 = 0. Highest mean + 3 SD: 2.14 and 1.62.
# Highest mean + 2 SD: 1.81 and 1.35.
@pytest.mark.parametrize(
    ("phase", "lesion", "expected"),
    [
        ("hap", "16.0", set()),
        ("hap", "15.9", {"ratio_implausible"}),
        ("hap", "181.0", set()),
        ("hap", "181.1", {"lesion_liver_swapped"}),
        ("hap", "214.0", {"lesion_liver_swapped"}),
        ("hap", "214.1", {"lesion_liver_swapped", "ratio_implausible"}),
        ("pvp", "0", set()),
        ("pvp", "-0.1", {"negative_lesion_hu", "ratio_implausible"}),
        ("pvp", "135.0", set()),
        ("pvp", "135.1", {"lesion_liver_swapped"}),
        ("pvp", "162.0", {"lesion_liver_swapped"}),
        ("pvp", "162.1", {"lesion_liver_swapped", "ratio_implausible"}),
        ("hap", "-0.1", {"negative_lesion_hu", "ratio_implausible"}),
        ("ep", "-0.1", {"negative_lesion_hu"}),
        ("ep", "900", set()),
    ],
)
def test_ratios_on_and_beside_the_limits(phase: str, lesion: str, expected: set[str]) -> None:
    one = case(**{phase: (lesion, "100")}, reader_pattern=PLATEAU, reading_error=SURE)
    assert set(codes(one)) - {"one_criterion", "discordant_criteria"} == expected


@pytest.mark.parametrize(
    ("phase", "liver", "low"),
    [
        ("hap", "40", False),
        ("hap", "39.9", True),
        ("pvp", "80", False),
        ("pvp", "79.9", True),
        ("ep", "10", False),
    ],
)
def test_a_liver_below_its_threshold(phase: str, liver: str, low: bool) -> None:
    found = codes(case(**{phase: ("9", liver)}, reader_pattern=PLATEAU, reading_error=SURE))
    assert ("liver_hu_low" in found) is low


@pytest.mark.parametrize(
    ("pvp_liver", "swapped"), [("66.1", False), ("66", True), ("65.9", True), (66.0, True), (66.1, False)]
)
def test_a_liver_that_does_not_brighten(pvp_liver, swapped: bool) -> None:
    found = codes(case(("50", "66"), ("50", pvp_liver), reader_pattern=PLATEAU))
    assert ("phases_swapped" in found) is swapped


@pytest.mark.parametrize(
    ("lesion", "at"), [("44.9", True), ("44.8", False), ("45.0", False), (44.9 * (1 + 9e-10), True)]
)
def test_at_the_cutoff(lesion, at: bool) -> None:
    assert ("at_cutoff" in codes(case((lesion, "50"), reader_pattern=PLATEAU, reading_error=SURE))) is at


def test_at_another_cutoff() -> None:
    one = case(("25", "50"), cutoff=Decimal("0.5"), reading_error=SURE)
    assert "cutoff 0.5;" in message(one, "at_cutoff")


@pytest.mark.parametrize(("pvp", "at"), [("70.0", True), ("69.9", False), ("70.1", False), ("110", True)])
def test_at_the_tolerance(pvp: str, at: bool) -> None:
    assert ("at_tolerance" in codes(case(("54", "60"), (pvp, "100")))) is at
    # A reader's pattern is not decided by a tolerance, nor by that of the definition not chosen.
    assert "at_tolerance" not in codes(case(("54", "60"), (pvp, "100"), reader_pattern=WASHOUT))
    assert "at_tolerance" not in codes(case(("54", "60"), (pvp, "100"), definition=LESION))


@pytest.mark.parametrize(
    ("lesion", "inside"), [("46.37", False), ("46.38", True), ("72.15", True), ("72.16", False)]
)
def test_the_grey_zone(lesion: str, inside: bool) -> None:
    # R 4.2.2: .898 * 66 + c(-1, 1) * qnorm(.975) * sqrt(36 + .898^2 * 9) is 46.377212 72.158788 HU of lesion.
    assert ("grey_zone" in codes(case((lesion, "66"), reader_pattern=PLATEAU))) is inside


def test_definitions_that_disagree_are_named_with_what_each_says() -> None:
    text = message(case(("76", "66"), ("91", "112")), "definitions_disagree")
    assert "washout by the change of the lesion-to-liver ratio" in text
    assert "progressive by the change of the lesion's own HU" in text
    assert "definitions_disagree" not in codes(case(("50", "60"), ("55", "66")))


@pytest.mark.parametrize(
    ("reader", "definition", "differs"),
    [
        (WASHOUT, PatternDefinition.LIVER_RELATIVE, False),
        (WASHOUT, LESION, True),
        (EnhancementPattern.PROGRESSIVE, LESION, False),
        (PLATEAU, PatternDefinition.LIVER_RELATIVE, True),
        (None, LESION, False),
    ],
)
def test_a_reader_who_differs_from_the_hu(reader, definition, differs: bool) -> None:
    one = case(("76", "66"), ("91", "112"), reader_pattern=reader, definition=definition)
    assert ("reader_differs_from_derived" in codes(one)) is differs


@pytest.mark.parametrize(
    ("cutoff", "own"), [("0.898", False), ("0.8980", False), ("0.8981", True), ("0.9", True)]
)
def test_an_own_cutoff(cutoff: str, own: bool) -> None:
    one = case(("50", "60"), reader_pattern=PLATEAU, cutoff=Decimal(cutoff))
    assert ("own_cutoff" in codes(one)) is own
    assert (assess(one).evidence is None) is own


@pytest.mark.parametrize(
    ("given_inputs", "known"),
    [
        ({"hap": ("60", "50")}, "HAP ratio"),
        ({"reader_pattern": WASHOUT}, "pattern"),
        ({"hap": ("40", "50")}, None),
        ({"reader_pattern": PLATEAU}, None),
        ({"hap": ("60", "50"), "reader_pattern": WASHOUT}, None),
    ],
)
def test_a_call_on_one_criterion(given_inputs, known: str | None) -> None:
    one = case(**given_inputs)
    assert ("one_criterion" in codes(one)) is (known is not None)
    if known is not None:
        assert f"rests on the {known} alone" in message(one, "one_criterion")


def test_a_withheld_call_rests_on_nothing() -> None:
    one = case(("60", "50"), scope={"untreated": ScopeState.NO})
    assert "one_criterion" not in codes(one)


def test_counts_of_visual_patterns_beside_a_derived_one() -> None:
    code = "evidence_from_visual_pattern"
    assert code in codes(case(("51", "66"), ("72", "112")))
    assert code not in codes(case(("51", "66"), ("72", "112"), reader_pattern=PLATEAU))
    assert code not in codes(case(("51", "66"), ("72", "112"), cutoff=Decimal("0.9")))
    assert code not in codes(case(("51", "66")))


@pytest.mark.parametrize(
    ("lesion", "reader", "counts"),
    [
        ("60", PLATEAU, "adenocarcinoma 2, NET 4"),
        ("30", WASHOUT, "adenocarcinoma 0, NET 3"),
        ("30", PLATEAU, None),
        ("60", WASHOUT, None),
    ],
)
def test_criteria_that_disagree(lesion: str, reader, counts: str | None) -> None:
    one = case((lesion, "50"), reader_pattern=reader)
    assert ("discordant_criteria" in codes(one)) is (counts is not None)
    if counts is not None:
        text = message(one, "discordant_criteria")
        assert counts in text and "the rule says NET" in text and "indeterminate" in text


def test_what_the_region_warns_of_is_passed_on_with_its_place() -> None:
    spread = RoiSpread(n=3, sd_hu=None, doubts=(("few_pixels", "Only 3 pixels."),))
    one = Case(
        {Phase.HAP: Measurement(Phase.HAP, Reading(50.0, spread), Reading(60.0))}, reader_pattern=PLATEAU
    )
    assert message(one, "roi_few_pixels") == "Lesion, hepatic artery phase: Only 3 pixels."


def test_steatosis_that_flips_a_call_is_warned_of() -> None:
    # findings/users.md: 55 / 75 = 0.73 becomes 55 / 40 = 1.38; the liver then stands at 40, not below.
    assert assess(case(("55", "75"), reader_pattern=PLATEAU)).call == "adenocarcinoma"
    fatty = assess(case(("55", "39.9"), reader_pattern=PLATEAU))
    assert fatty.call == "net"
    assert "liver_hu_low" in {caution.code for caution in fatty.warnings}


@given(cases())
def test_codes_are_told_once_for_each_place_and_every_message_is_a_sentence(one: Case) -> None:
    if not one.measurements and one.reader_pattern is None:
        return
    cautions = assess(one).warnings
    assert len({(c.code, c.message) for c in cautions}) == len(cautions)
    for caution in cautions:
        assert caution.message[0].isupper() and caution.message.endswith(".")
        assert caution.code == caution.code.lower().replace(" ", "_")
