"""The published rule in a cohort: counts by hand, intervals from R, the study's own counts beside them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gepnet_core.case.case import Case
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.parts.frozen_validation import FrozenValidation, Proportion, validate_frozen
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "cohort.csv"
HEADINGS = "diagnosis,hap_lesion_hu,hap_liver_hu,pattern"
AC, NET = "adenocarcinoma", "net"


def validate(*rows: str) -> FrozenValidation:
    return validate_frozen(read_cohort(read_table("\n".join([HEADINGS, *rows]).encode())))


def counts(share: Proportion) -> tuple[int, int]:
    return share.count, share.n


SIX = (
    f"{AC},50,66,plateau",
    f"{AC},50,66,washout",  # low, and not plateau: NET by the rule
    f"{AC},44.9,50,plateau",  # on the cutoff: low
    f"{NET},44.91,50,plateau",  # a hundredth of a HU above it
    f"{NET},50,66,plateau",
    f"{NET},70,66,",  # high, and the pattern is not known
)


def test_counts_by_hand() -> None:
    found = validate(*SIX)
    ratio, plateau, both = (found.criterion(name) for name in ("hap_ratio", "plateau", "combined"))
    assert (counts(ratio.sensitivity), counts(ratio.specificity)) == ((3, 3), (2, 3))
    assert (counts(plateau.sensitivity), counts(plateau.specificity)) == ((2, 3), (0, 2))
    assert (counts(both.sensitivity), counts(both.specificity)) == ((2, 3), (2, 3))
    # One criterion is enough for a NET by the rule; plateau alone lacks that row.
    assert (ratio.missing, plateau.missing, both.missing) == (0, 1, 0)


def test_the_study_stands_beside_it_with_its_own_counts() -> None:
    found = validate(*SIX)
    # Table 1 and Results (Cui et al. 2017): 19 and 18, 21 and 17 (printed exchanged), 19 and 21 of 23.
    study = {one.name: (one.study_sensitivity.count, one.study_specificity.count) for one in found.criteria}
    assert study == {"hap_ratio": (19, 18), "plateau": (21, 17), "combined": (19, 21)}
    assert {one.study_sensitivity.n for one in found.criteria} == {23}


def test_both_intervals_of_a_share() -> None:
    share = Proportion(19, 23)
    wilson, exact = share.wilson, share.clopper_pearson
    assert wilson is not None and exact is not None
    # R 4.2.2: prop.test(19, 23, correct = FALSE)$conf.int; binom.test(19, 23)$conf.int
    assert (wilson.low, wilson.high) == pytest.approx((0.628623524, 0.930213464), abs=1e-9)
    assert (exact.low, exact.high) == pytest.approx((0.612188110, 0.950492355), abs=1e-9)


def test_nobody_has_no_share() -> None:
    found = validate(f"{AC},50,66,plateau").criterion("combined")
    assert counts(found.specificity) == (0, 0)
    assert (found.specificity.value, found.specificity.wilson, found.specificity.clopper_pearson) == (
        None,
        None,
        None,
    )


def test_both_together_against_each_alone() -> None:
    against = {one.name: one for one in validate(*SIX).against}
    # Adenocarcinomas that the ratio calls and both together do not: one. P of 0:1 is 1.
    assert (against["hap_ratio"].adenocarcinoma.only_second, against["hap_ratio"].adenocarcinoma.p) == (1, 1)
    assert against["plateau"].net.only_second == 1
    assert all(test.only_first == 0 for one in against.values() for test in (one.adenocarcinoma, one.net))


def test_the_example_prints_the_studys_numbers() -> None:
    found = validate_frozen(read_cohort(read_table(EXAMPLE.read_bytes())))
    for one in found.criteria:
        assert (one.sensitivity, one.specificity) == (one.study_sensitivity, one.study_specificity)
    assert found.is_synthetic


def test_another_cutoff_is_not_the_published_rule() -> None:
    table = read_table("\n".join([HEADINGS, *SIX]).encode())
    with pytest.raises(CohortError, match="another cutoff"):
        validate_frozen(read_cohort(table, settings=Case(cutoff=Decimal("0.9"))))


def test_lesions_of_one_patient_widen_the_interval() -> None:
    rows = [f"p{k // 3},{AC},50,66,{'plateau' if k < 57 else 'washout'}" for k in range(69)]
    table = read_table("\n".join([f"patient_id,{HEADINGS}", *rows]).encode())
    lesions = validate_frozen(read_cohort(table, ColumnMapping(row=RowUnit.LESION)))
    share = lesions.criterion("combined").sensitivity
    assert counts(share) == (57, 69)
    assert share.clustered is not None and share.clustered.n_clusters == 23
    # Three equal lesions of each of 23 patients say what one of each says: 19 of 23.
    alone = Proportion(19, 23).wilson
    assert share.interval is not None and alone is not None and share.wilson is not None
    assert (share.interval.low, share.interval.high) == pytest.approx((alone.low, alone.high), abs=0.01)
    assert share.wilson.low > share.interval.low
    # Where a row is a patient, the same table counts 23 and names the other 46.
    patients = read_cohort(table)
    assert counts(validate_frozen(patients).criterion("combined").sensitivity) == (19, 23)
    assert [issue.column for issue in patients.issues] == ["patient_id"] * 46
