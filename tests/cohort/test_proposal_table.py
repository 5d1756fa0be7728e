"""Which way round ratios are, what a row is, units, decimal marks and labels of a table."""

from __future__ import annotations

import pytest

from gepnet_core.cohort.dictionary.mapping import RowUnit
from gepnet_core.cohort.proposal.columns import FIRST_ROWS
from gepnet_core.cohort.proposal.proposal import propose_mapping
from gepnet_core.cohort.proposal.table import ProposedLabel, ProposedUnit
from tests.cohort.proposed import names, proposed, table


@pytest.mark.parametrize(
    ("heading", "ratios", "ratio", "guess", "why", "unsure"),
    [
        ("HAP ratio", "1.5 0.667 0.741", "liver_over_lesion", False, "3 are liver over lesion", ""),
        ("HAP ratio", "0.667 1.5 1.35", "lesion_over_liver", False, "3 are lesion over liver", ""),
        ("HAP liver/lesion", "1.5 0.667 0.741", "liver_over_lesion", False, "Of 3 ratios", ""),
        (
            "HAP liver/lesion",
            "0.667 1.5 1.35",
            "lesion_over_liver",
            False,
            "3 are",
            "A heading says otherwise",
        ),
        (
            "HAP ratio",
            "0.667 0.667 1.35",
            "lesion_over_liver",
            True,
            "2 are lesion over liver and 1",
            "Say which",
        ),
        ("HAP ratio", "3 4 5", "lesion_over_liver", True, "0 are lesion over liver and 0", "Say which"),
    ],
)
def test_hu_beside_a_ratio_say_which_way_round_it_is(
    heading: str, ratios: str, ratio: str, guess: bool, why: str, unsure: str
) -> None:
    rows = zip(("50 75", "90 60", "81 60"), ratios.split(), strict=True)
    text = f"HAP lesion,HAP liver,{heading}\n"
    found = proposed(text + "\n".join(f"{hu.replace(' ', ',')},{given}" for hu, given in rows))
    assert (found.ratio, found.ratio_is_guess) == (ratio, guess)
    assert why in found.ratio_why
    assert bool(unsure) == bool(found.unsure)
    assert unsure in " ".join(found.unsure)


@pytest.mark.parametrize(
    ("heading", "ratio", "guess"),
    [
        ("HAP ratio", "lesion_over_liver", True),
        ("HAP liver-to-lesion ratio", "liver_over_lesion", False),
        ("HAP lesion/liver", "lesion_over_liver", False),
    ],
)
def test_a_ratio_alone_is_guessed_unless_its_heading_says_it(heading: str, ratio: str, guess: bool) -> None:
    found = proposed(f"id,{heading}\nA1,0.8\nA2,1.2\n")
    assert names(found)[1] == "hap_ratio"
    assert (found.ratio, found.ratio_is_guess) == (ratio, guess)
    assert found.mapping().ratio == ratio
    assert any("which way round" in sentence for sentence in found.unsure) == guess


def test_liver_as_bright_as_the_lesion_says_nothing_of_the_ratio() -> None:
    # 71/70 and 70/71 round to 1.01 and 0.99: either may be the other with an error of reading.
    assert proposed("HAP lesion,HAP liver,HAP ratio\n71,70,1.01\n").ratio_is_guess
    assert not proposed("HAP lesion,HAP liver,HAP ratio\n77,70,1.1\n").ratio_is_guess


@pytest.mark.parametrize(
    ("n_repeated", "row"), [(0, "patient"), (1, "patient"), (2, "patient"), (3, "lesion")]
)
def test_more_than_a_tenth_of_repeated_codes_makes_rows_lesions(n_repeated: int, row: str) -> None:
    codes = [f"P{max(0, i - n_repeated)}" for i in range(20)]
    found = propose_mapping(table(["id", "hap_ratio"], [[code, "0.8"] for code in codes]))
    assert found.row == row
    assert found.mapping().row == row
    assert any("Different codes" in sentence for sentence in found.unsure) == (n_repeated > 0)


def test_rows_without_a_code_repeat_none() -> None:
    found = propose_mapping(table(["id", "hap_ratio"], [["", "0.8"], ["NA", "1"], ["-", "1"], ["A", "1"]]))
    assert found.row is RowUnit.PATIENT
    assert (
        propose_mapping(table(["hap_ratio"], [["0.8"]] * 9)).row_why
        == "No column holds a code of the patient."
    )


@pytest.mark.parametrize(
    ("heading", "cells", "units"),
    [
        ("Size", "2.3 19.9", [(None, "may be cm")]),
        ("Size", "2.3 20", []),
        ("Size", "2 19", []),
        ("Size (cm)", "23 40", [("cm", "The heading says cm.")]),
        ("size_mm", "2.3 4.1", []),
        ("Age", "2.3 4.1", []),
    ],
)
def test_small_sizes_with_decimals_may_be_centimetres(
    heading: str, cells: str, units: list[tuple[str | None, str]]
) -> None:
    found = proposed(f"{heading}\n" + "\n".join(cells.split()))
    assert [(unit.name, unit.unit) for unit in found.units] == [("size_mm", unit) for unit, _ in units]
    assert all(why in unit.why for unit, (_, why) in zip(found.units, units, strict=True))
    assert len(found.unsure) == sum(unit is None for unit, _ in units)
    assert found.mapping().units == ({"size_mm": "cm"} if "cm" in heading else {})


@pytest.mark.parametrize(
    ("cells", "decimal", "n_unsure"),
    [("50.1 60", "point", 0), ("50,1 60", "comma", 0), ("50 60", "either", 0), ("50,1 60.1", "either", 1)],
)
def test_the_decimal_mark(cells: str, decimal: str, n_unsure: int) -> None:
    found = proposed("HAP lesion;comment\n" + "\n".join(f"{cell};a, b. c" for cell in cells.split()))
    assert found.decimal == decimal
    assert len(found.unsure) == n_unsure


def test_too_many_texts_are_no_labels() -> None:
    texts = [[f"report {i}"] for i in range(31)]
    found = propose_mapping(table(["pathology"], texts))
    assert found.values == {"diagnosis": ()}
    assert found.columns[0].examples == ()
    assert "diagnosis holds 31 different texts, too many for labels." in found.unsure
    assert len(propose_mapping(table(["pathology"], texts[:30])).values["diagnosis"]) == 30


def test_labels_and_codes_are_counted_beyond_the_first_rows() -> None:
    rows = [[f"P{i}", "plateau"] for i in range(FIRST_ROWS)] + [["P0", "late one"]] * 300
    found = propose_mapping(table(["id", "pattern"], rows))
    assert found.values["pattern"] == (
        ProposedLabel("plateau", "plateau", FIRST_ROWS),
        ProposedLabel("late one", None, 300),
    )
    assert found.row is RowUnit.LESION


def test_asked_units_are_in_the_units() -> None:
    assert proposed("Size\n2.5\n").units == (
        ProposedUnit("size_mm", None, "The largest number is so small that it may be cm."),
    )
