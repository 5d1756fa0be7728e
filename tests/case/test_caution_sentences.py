"""Every warning in full, as a reader sees it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case
from gepnet_core.case.cautions import collect_cautions
from gepnet_core.case.evidence import weigh_evidence
from gepnet_core.case.measurement import Measurement, Reading, RoiSpread
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import apply_rule
from gepnet_core.study.criteria import GroupCounts
from tests.case.cases import case

PLATEAU, WASHOUT = EnhancementPattern.PLATEAU, EnhancementPattern.WASHOUT

DISAGREE = (
    "The two definitions of the pattern disagree: washout by the change of the lesion-to-liver ratio, "
    "progressive by the change of the lesion's own HU."
)
LOW_HAP_LIVER = (
    "The liver is below 40 HU in the hepatic artery phase: steatosis, which raises the ratio, or "
    "little or early contrast is likely."
)
LOW_PVP_LIVER = (
    "The liver is below 80 HU in the portal venous phase: steatosis, which raises the ratio, or "
    "little or early contrast is likely."
)
NEGATIVE = (
    "The lesion's HU is negative in the equilibrium phase: fat, gas, an artefact or a wrong region is "
    "likelier than tumour."
)
# 1.15 + 2 * 0.33 = 1.81; 0.16 and 2.14 are 3 SD from the NETs' mean (Results, HAP ratios).
LESION_BRIGHT = (
    "The lesion is far brighter than the liver in the hepatic artery phase (ratio 2.141): "
    "perhaps lesion and liver are swapped, or the ratio was meant the other way round."
)
IMPLAUSIBLE = (
    "The ratio in the hepatic artery phase is 2.141; the study's group means plus and minus "
    "3 SD span 0.16 to 2.14."
)
# R 4.2.2 (test_grey_zone): 0.898 - and + 0.195314977, and a chance of 0.104359106
GREY = (
    "The HAP ratio lies in the grey zone 0.703 to 1.093: with an assumed reading error of 6 HU (lesion) and "
    "3 HU (liver), and if the measured HU were the true ones, 10.4 % of new readings would fall on the "
    "other side."
)
FROM_HU = "The study's counts belong to patterns that readers judged by eye; this one was derived from HU."


@pytest.mark.parametrize(
    ("one", "code", "sentence"),
    [
        (
            case(("44.9", "50")),
            "at_cutoff",
            "The HAP ratio is exactly at the cutoff 0.898; that side points to adenocarcinoma.",
        ),
        (case(("51", "66")), "grey_zone", GREY),
        (
            case(("54", "60"), ("70", "100")),
            "at_tolerance",
            "The change between the phases is exactly at the tolerance, which counts as plateau.",
        ),
        (case(("76", "66"), ("91", "112")), "definitions_disagree", DISAGREE),
        (
            case(("76", "66"), ("91", "112"), reader_pattern=PLATEAU),
            "reader_differs_from_derived",
            "The reader calls plateau; the HU give washout by the chosen definition. "
            "The reader's call is used.",
        ),
        (
            case(("50", "60"), cutoff=Decimal("0.9")),
            "own_cutoff",
            "The cutoff 0.9 is not the study's: its counts do not apply, so none are shown.",
        ),
        (
            case(("60", "50")),
            "one_criterion",
            "The call rests on the HAP ratio alone; the other criterion is missing.",
        ),
        (
            case(reader_pattern=WASHOUT),
            "one_criterion",
            "The call rests on the pattern alone; the other criterion is missing.",
        ),
        (case(("51", "66"), ("72", "112")), "evidence_from_visual_pattern", FROM_HU),
        (
            case(("30", "50"), reader_pattern=WASHOUT),
            "discordant_criteria",
            "The criteria disagree: the rule says NET, but the evidence is indeterminate "
            "(adenocarcinoma 0, NET 3; the interval of the likelihood ratio includes 1).",
        ),
        (
            case(("66", "66"), ("66", "66")),
            "phases_swapped",
            "The liver is not brighter in the portal venous than in the hepatic artery phase: "
            "perhaps the phases are swapped.",
        ),
        (case(ep=("-0.1", "80")), "negative_lesion_hu", NEGATIVE),
        (case(("30", "39.9")), "liver_hu_low", LOW_HAP_LIVER),
        (case(pvp=("50", "79.9")), "liver_hu_low", LOW_PVP_LIVER),
        (case(("214.1", "100")), "lesion_liver_swapped", LESION_BRIGHT),
        (case(("214.1", "100")), "ratio_implausible", IMPLAUSIBLE),
    ],
)
def test_the_sentence_of_each_warning(one: Case, code: str, sentence: str) -> None:
    assert [caution.message for caution in assess(one).warnings if caution.code == code] == [sentence]


def test_a_region_is_named_by_tissue_and_phase() -> None:
    few, rim = RoiSpread(n=3, sd_hu=None, doubts=(("few", "3 pixels."),)), ("rim", "At the rim.")
    liver = RoiSpread(n=90, sd_hu=8.0, doubts=(rim, ("few", "9 pixels.")))
    one = Case({Phase.EP: Measurement(Phase.EP, Reading(50.0, few), Reading(80.0, liver))})
    assert [(c.code, c.message) for c in assess(one).warnings if c.code.startswith("roi_")] == [
        ("roi_few", "Lesion, equilibrium phase: 3 pixels."),
        ("roi_rim", "Liver, equilibrium phase: At the rim."),
        ("roi_few", "Liver, equilibrium phase: 9 pixels."),
    ]


def test_disagreeing_criteria_whose_counts_do_decide_are_called_few() -> None:
    # Both discordant cells of the study are indeterminate; other counts, as of a later study, need not be.
    one = case(("30", "50"), reader_pattern=WASHOUT)
    result = apply_rule(one)
    evidence = weigh_evidence(result, None)
    concordant = weigh_evidence(apply_rule(case(("60", "50"), reader_pattern=WASHOUT)), None)
    assert evidence is not None and concordant is not None and not concordant.is_indeterminate
    decided = replace(
        evidence,
        counts=GroupCounts(2, 14),
        likelihood_ratio_net=concordant.likelihood_ratio_net,
    )
    (found,) = [c for c in collect_cautions(one, result, decided, None) if c.code == "discordant_criteria"]
    assert found.message == (
        "The criteria disagree: the rule says NET, on few patients (adenocarcinoma 2, NET 14)."
    )


def test_the_tolerance_of_the_definition_in_use_alone_is_told() -> None:
    # The lesion's HU rise by 10, its tolerance; the ratio falls from 0.9 to 0.64, beyond 0.20.
    given = {"hap": ("54", "60"), "pvp": ("64", "100")}
    for definition, told in ((PatternDefinition.LESION_HU, True), (PatternDefinition.LIVER_RELATIVE, False)):
        codes = {caution.code for caution in assess(case(**given, definition=definition)).warnings}
        assert ("at_tolerance" in codes) is told
