"""Two readers of a cohort: values from R, whose rows are compared, and the grey zone that follows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from gepnet_core.case.case import ReadingError
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RatioOrientation, RowUnit
from gepnet_core.cohort.parts.reader_agreement import (
    NumberAgreement,
    agreement_band,
    reader_agreement,
    reading_error_from_agreement,
)
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.study.facts import fact
from tests.cohort.small_cohorts import example

# Printed by tests/reference/description.R over data/examples/cohort.csv, R 4.2.2.
# Mean and SD of first minus second reader, limits of agreement, SD of one reading.
LIMITS = {
    "hap_lesion_hu": (1.93478261, 12.0764273, -21.73458, 25.6041452, 8.53932364),
    "hap_liver_hu": (-0.543478261, 4.19368055, -8.76294109, 7.67598457, 2.96537995),
    "hap_ratio": (0.0299548892, 0.159816694, -0.283280076, 0.343189854, 0.113007468),
    "pvp_ratio": (0.0290425475, 0.114697398, -0.195760221, 0.253845317, 0.0811033078),
}
KAPPAS = {
    "pattern": 0.91393826,
    "hap_enhancement": 0.774951076,
    "distribution": 0.938337802,
    "shape": 0.788990826,
    "lymphadenopathy": 1,
}
ASSUMED, MEASURED = (54.4592115, 80.2407885), (49.8183282, 84.8816718)

EXAMPLE = reader_agreement(example())
HU = "diagnosis,hap_lesion_hu,hap_liver_hu,reader2_hap_lesion_hu,reader2_hap_liver_hu,pattern"


def read(*rows: str, headings: str = HU, mapping: ColumnMapping | None = None) -> Cohort:
    return read_cohort(read_table("\n".join([headings, *rows]).encode()), mapping)


def number(cohort: Cohort, name: str) -> NumberAgreement:
    found = reader_agreement(cohort).number(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", LIMITS)
def test_limits_of_agreement_are_those_of_r(name: str) -> None:
    found = EXAMPLE.number(name)
    assert found is not None and found.bland_altman is not None
    limits = found.bland_altman
    assert limits.lower is not None and limits.upper is not None
    here = (limits.mean_difference, limits.sd, limits.lower.value, limits.upper.value, limits.within_case_sd)
    assert here == pytest.approx(LIMITS[name], rel=1e-8)
    assert (found.n, found.n_left_out, limits.n) == (46, 0, 46)


def test_kappas_are_those_of_r_with_the_words_of_the_study() -> None:
    found = {one.name: one for one in EXAMPLE.categories}
    assert {name: one.kappa.value for name, one in found.items()} == pytest.approx(KAPPAS, rel=1e-8)
    # Methods: 0.81-1.0 perfect, 0.61-0.80 substantial.
    assert {name: one.band for name, one in found.items()} == {
        "pattern": "perfect",
        "hap_enhancement": "substantial",
        "distribution": "perfect",
        "shape": "substantial",
        "lymphadenopathy": "perfect",
    }
    # As the audit finds from the printed kappas: 1, 1, 5, 2 and 0 disagreements of 46.
    assert {name: one.n - one.n_same for name, one in found.items()} == {
        "distribution": 1,
        "shape": 1,
        "hap_enhancement": 5,
        "pattern": 2,
        "lymphadenopathy": 0,
    }
    assert found["pattern"].categories == ("plateau", "washout", "progressive")


@pytest.mark.parametrize(
    ("name", "printed"),
    [("size_mm", "icc_size"), ("hap_lesion_hu", "icc_lesion_hu"), ("hap_liver_hu", "icc_liver_hu")],
)
def test_the_iccs_are_the_printed_ones(name: str, printed: str) -> None:
    found = EXAMPLE.number(name)
    assert found is not None
    assert set(found.icc) == {f"ICC({k},{m})" for k in (1, 2, 3) for m in ("1", "k")}
    value, interval = found.icc["ICC(2,1)"].value, found.icc["ICC(2,1)"].interval
    assert value is not None and interval is not None
    assert f"{value:.3f}" == str(fact(printed).value)
    assert interval.low < value < interval.high
    assert found.bands["ICC(2,1)"] == "perfect"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, "perfect"),
        (0.81, "perfect"),
        (0.8051, "perfect"),  # rounds to 0.81
        (0.8049, "substantial"),  # rounds to 0.80
        (0.61, "substantial"),
        (0.6049, "moderate"),
        (0.41, "moderate"),
        (0.4, "fair"),
        (0.21, "fair"),
        (0.2, "poor"),
        (0.0, "poor"),
        (-0.0049, "poor"),
        (-0.0051, None),
        (-1.0, None),
        (None, None),
    ],
)
def test_words_for_an_agreement(value: float | None, word: str | None) -> None:
    assert agreement_band(value) == word


def test_the_second_readers_ratio_is_that_of_the_second_readers_hu() -> None:
    headings = HU.replace("pattern", "hap_ratio,reader2_hap_ratio,pattern")
    rows = (
        "net,70,100,60,100,,9,plateau",  # the HU stand before a ratio that is given
        "net,70,100,60,,,0.5,plateau",  # no HU: the given ratio
        "net,70,100,60,0,,,plateau",  # a liver of 0 HU gives none
        "adenocarcinoma,,,30,100,0.4,,plateau",  # the first reader's ratio may be given as well
    )
    found = number(read(*rows, headings=headings), "hap_ratio")
    assert found.bland_altman is not None
    assert found.bland_altman.differences == pytest.approx([0.7 - 0.6, 0.7 - 0.5, 0.4 - 0.3])
    assert (found.n, found.n_left_out, found.diagnosis.tolist()) == (3, 1, [0, 0, 1])


def test_ratios_the_other_way_round_are_turned_for_both_readers() -> None:
    mapping = ColumnMapping(ratio=RatioOrientation.LIVER_OVER_LESION)
    headings = "diagnosis,hap_ratio,reader2_hap_ratio,pattern"
    found = number(
        read("net,2,4,plateau", "net,2,0,plateau", headings=headings, mapping=mapping), "hap_ratio"
    )
    assert found.bland_altman is not None
    assert found.bland_altman.differences.tolist() == [0.25]  # 1/2 - 1/4; 1/0 is none


def test_a_ratio_without_anything_of_the_second_reader_is_not_compared() -> None:
    found = reader_agreement(
        read("net,70,100,60,100,plateau", headings=HU.replace("reader2_hap_liver_hu", "x"))
    )
    assert [one.name for one in found.numbers] == ["hap_lesion_hu"]
    assert found.categories == ()
    assert found.number("hap_ratio") is None


def test_only_eligible_rows_that_both_read_are_compared() -> None:
    headings = "diagnosis,pattern,reader2_pattern,size_mm,reader2_size_mm"
    rows = (
        "net,plateau,washout,10,11",
        "net,washout,washout,,12",
        "adenocarcinoma,plateau,,20,21",
        ",plateau,plateau,30,31",  # no diagnosis
    )
    found = reader_agreement(read(*rows, headings=headings))
    (pattern,), (size,) = found.categories, found.numbers
    assert (pattern.n, pattern.n_left_out, pattern.table[0]) == (2, 1, (0, 1, 0))
    assert (size.n, size.n_left_out) == (2, 1)


def test_a_pattern_that_the_hu_give_is_not_held_against_a_reader() -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern,reader2_pattern"
    (pattern,) = reader_agreement(read("net,70,66,80,100,,washout", headings=headings)).categories
    assert (pattern.n, pattern.n_left_out) == (0, 1)
    assert pattern.kappa.reasons["value"] == "There is no pair of readings."


def test_one_row_gives_a_difference_and_no_spread() -> None:
    found = number(read("net,70,100,60,100,plateau"), "hap_lesion_hu")
    assert found.bland_altman is not None and found.bland_altman.mean_difference == 10
    assert found.bland_altman.sd is None
    assert found.icc == {} and "at least 2 cases" in found.reasons["icc"]


def test_no_row_gives_a_reason() -> None:
    found = number(read("net,70,100,,,plateau"), "hap_lesion_hu")
    assert (found.n, found.n_left_out, found.bland_altman) == (0, 1, None)
    assert set(found.reasons) == {"icc", "bland_altman"}


def test_several_rows_of_one_patient_are_said() -> None:
    rows = ("a,net,70,100,60,100,plateau", "a,net,71,100,60,100,plateau")
    cohort = read(*rows, headings=f"patient_id,{HU}", mapping=ColumnMapping(row=RowUnit.LESION))
    assert "taken as independent" in reader_agreement(cohort).reasons["rows"]
    assert EXAMPLE.reasons == {}


def test_the_grey_zone_with_the_assumed_and_with_the_measured_error_is_that_of_r() -> None:
    found = reading_error_from_agreement(EXAMPLE)
    assert (found.liver_hu, found.lesion_hu) == (Decimal(75), Decimal("67.350"))
    assert (found.assumed.low_hu, found.assumed.high_hu) == pytest.approx(ASSUMED, rel=1e-8)
    assert found.assumed.error == ReadingError(Decimal(6), Decimal(3))
    assert found.measured is not None
    assert (found.measured.low_hu, found.measured.high_hu) == pytest.approx(MEASURED, rel=1e-8)
    assert float(found.measured.error.lesion_hu) == pytest.approx(8.53932364, rel=1e-8)
    assert float(found.measured.error.liver_hu) == pytest.approx(2.96537995, rel=1e-8)
    assert (found.n_lesion, found.n_liver, dict(found.reasons)) == (46, 46, {})


def test_readers_who_never_differ_leave_no_grey_zone() -> None:
    found = reading_error_from_agreement(
        reader_agreement(read("net,70,100,70,100,plateau", "net,80,90,80,90,plateau"))
    )
    assert found.measured is not None
    assert (found.measured.low_hu, found.measured.high_hu) == pytest.approx((67.35, 67.35), rel=1e-12)


def test_a_shift_between_the_readers_is_no_error_of_one_reading() -> None:
    cohort = read("net,70,100,60,90,plateau", "net,80,90,70,80,plateau", "net,50,80,40,70,plateau")
    found = reading_error_from_agreement(reader_agreement(cohort)).measured
    assert found is not None and found.error.lesion_hu == found.error.liver_hu == 0


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (("net,70,100,60,100,plateau",), "Fewer than two rows"),
        (("net,70,100,60,,plateau", "net,70,100,50,,plateau"), "Fewer than two rows"),
        # Differences of 4095 and -4095 HU, the whole range: SD 5791, of one reading 4095.
        (("net,3071,100,-1024,100,plateau", "net,-1024,100,3071,90,plateau"), "more than 1000 HU"),
    ],
)
def test_without_a_measured_error_there_is_a_reason(rows: tuple[str, ...], why: str) -> None:
    found = reading_error_from_agreement(reader_agreement(read(*rows)))
    assert found.measured is None and why in found.reasons["measured"]
    assert (found.assumed.low_hu, found.assumed.high_hu) == pytest.approx(ASSUMED, rel=1e-8)


def test_without_a_second_reader_there_is_nothing_and_a_reason() -> None:
    found = reader_agreement(
        read("net,70,100,plateau", headings="diagnosis,hap_lesion_hu,hap_liver_hu,pattern")
    )
    assert (found.categories, found.numbers) == ((), ())
    error = reading_error_from_agreement(found)
    assert (error.measured, error.n_lesion, error.n_liver) == (None, 0, 0)


def test_the_readers_exchanged_turn_the_difference_and_leave_the_rest() -> None:
    rows = ["net,70,100,60,101,plateau", "net,80,90,85,91,plateau", "adenocarcinoma,50,80,47,77,plateau"]
    turned = "diagnosis,reader2_hap_lesion_hu,reader2_hap_liver_hu,hap_lesion_hu,hap_liver_hu,pattern"
    one, other = (number(read(*rows, headings=headings), "hap_lesion_hu") for headings in (HU, turned))
    assert one.bland_altman is not None and other.bland_altman is not None
    assert one.bland_altman.mean_difference == pytest.approx(-other.bland_altman.mean_difference)
    assert one.bland_altman.within_case_sd == pytest.approx(other.bland_altman.within_case_sd)
    assert one.icc["ICC(2,1)"].value == pytest.approx(other.icc["ICC(2,1)"].value)


def test_the_level_is_that_of_every_interval() -> None:
    found = reader_agreement(example(), level=0.9)
    (pattern, *_), (lesion, *_) = found.categories, found.numbers
    assert pattern.kappa.interval is not None and lesion.bland_altman is not None
    mean, icc = lesion.bland_altman.mean_interval, lesion.icc["ICC(2,1)"].interval
    assert mean is not None and icc is not None
    assert (pattern.kappa.interval.level, mean.level, icc.level) == (0.9, 0.9, 0.9)
    # The limits still hold 95 % of the differences.
    assert lesion.bland_altman.coverage == 0.95


def test_rows_that_do_not_count_change_nothing() -> None:
    cohort = example()
    ways = np.concatenate([cohort.ways[:40], np.zeros(6, dtype=np.int8)])
    found = reader_agreement(replace(cohort, ways=ways))
    assert {one.n for one in found.numbers} == {40} == {one.n for one in found.categories}
