"""Which columns of a cohort a model can have, and in which form."""

from __future__ import annotations

import numpy as np
import pytest

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.model_predictors import (
    PATTERN_CODE,
    PLATEAU,
    RATIO_MET,
    STUDY_CANDIDATES,
    STUDY_CRITERIA,
    STUDY_REGRESSION,
    model_column,
    predictor_columns,
)
from gepnet_core.errors import InsufficientDataError
from gepnet_core.replication.search.features import CANDIDATES, REMAINING
from tests.cohort.small_cohorts import AC, NET, cohort_of, example

ALL = np.ones(46, dtype=bool)


def column(cohort: Cohort, name: str) -> np.ndarray:
    values: np.ndarray = predictor_columns(cohort)[name]
    return values


def test_criteria_stand_first_and_what_is_no_finding_nowhere() -> None:
    names = list(predictor_columns(example()))
    assert names[:3] == [RATIO_MET, PLATEAU, PATTERN_CODE]
    assert {"hap_ratio", "pattern", "sex", "age_years", "size_mm", "lymphadenopathy"} < set(names)
    assert not {"patient_id", "synthetic", "diagnosis", "grade", "site"} & set(names)
    assert not [name for name in names if name.startswith(("reader2_", "scope_"))]
    assert set(STUDY_CRITERIA) | set(STUDY_CANDIDATES) | set(STUDY_REGRESSION) <= set(names)


def test_the_candidates_are_those_of_the_reconstruction() -> None:
    assert CANDIDATES == ("hap_enhancement", "lymphadenopathy", "pvp_ratio", "pattern", "hap_ratio")
    assert REMAINING == ("pattern", "hap_ratio")


def test_both_criteria_and_the_number_of_the_pattern() -> None:
    # Table 1: plateau in 21 and 6, washout in 2 and 15, progressive in 0 and 2; ratio low in 19 and 5.
    is_ours = example().diagnosis == 1
    for kind, low, patterns in ((is_ours, 19, (21, 2, 0)), (~is_ours, 5, (6, 15, 2))):
        assert column(example(), RATIO_MET)[kind].sum() == low
        assert column(example(), PLATEAU)[kind].sum() == patterns[0]
        counts = [int((column(example(), PATTERN_CODE)[kind] == code).sum()) for code in (1, 2, 3)]
        assert tuple(counts) == patterns


def test_what_is_not_known_is_missing_and_what_nobody_has_is_not_offered() -> None:
    cohort = cohort_of(
        "diagnosis,hap_ratio,pattern,sex,shape", f"{AC},0.7,plateau,,", f"{NET},,washout,male,", f"{NET},1,,,"
    )
    found = predictor_columns(cohort)
    assert np.isnan(found[RATIO_MET]).tolist() == [False, True, False]
    assert np.isnan(found[PLATEAU]).tolist() == [False, False, True]
    assert np.isnan(found[PATTERN_CODE]).tolist() == [False, False, True]
    assert found["sex"].tolist() == [None, "male", None]
    assert "shape" not in found and "pvp_ratio" not in found


def test_a_column_known_only_in_rows_that_do_not_count_is_not_offered() -> None:
    cohort = cohort_of("diagnosis,hap_ratio,sex", f"{AC},0.7,", f"{NET},1,", ",1.2,male")
    assert "sex" not in predictor_columns(cohort) and "hap_ratio" in predictor_columns(cohort)


def test_a_choice_becomes_indicators_in_the_order_of_the_dictionary() -> None:
    found = model_column("pattern", column(example(), "pattern"), ALL)
    assert found.reference == "plateau"
    assert found.predictor.terms == ("pattern=washout", "pattern=progressive")
    # Table 1: 17 and 2
    assert found.predictor.columns.sum(axis=0).tolist() == [17, 2]
    assert set(np.unique(found.predictor.columns)) == {0.0, 1.0}


def test_categories_outside_the_rows_are_no_indicators() -> None:
    values = column(example(), "pattern")
    found = model_column("pattern", values, values != "plateau")
    assert (found.reference, found.predictor.terms) == ("washout", ("pattern=progressive",))
    with pytest.raises(InsufficientDataError, match="does not vary") as caught:
        model_column("pattern", values, values == "plateau")
    assert caught.value.field == "pattern"


def test_a_number_stays_one() -> None:
    values = column(example(), "hap_ratio")
    found = model_column("hap_ratio", values, ALL)
    assert found.reference is None and found.predictor.terms == ("hap_ratio",)
    np.testing.assert_array_equal(found.predictor.columns[:, 0], values)
