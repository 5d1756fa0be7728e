"""The columns of a cohort's table, without a browser: proposed, confirmed, mended, saved, taken up again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RatioOrientation, RowUnit, mapping_text
from scripts.served import ROOT
from tests.pages.cohort_steps import (
    COHORT,
    bodies,
    choose,
    headings,
    labels_asked,
    mapping,
    meaning,
    pick,
    press,
    rested,
    rows,
    said,
    state,
    upload,
    upload_mapping,
)
from ui.cohort.headings import MOST_ASKED

Opened = Callable[[str], AppTest]
USE = "Use these columns"
CODES = (
    "Dx,Art. Lesion HU,Art. Liver HU,Curve\n"
    "1,40,50,A\n1,42,50,A\n1,70,50,B\n0,70,50,B\n0,72,50,B\n0,40,50,A\n"
)
SURE = "diagnosis,hap_lesion_hu,hap_liver_hu,pattern\nadenocarcinoma,40,50,plateau\nnet,70,50,washout\n"
BOTH = "Both together"


def with_codes_said(page: AppTest) -> AppTest:
    """1 is adenocarcinoma, the curve is the pattern, A is plateau."""
    page = choose(page, "Meaning of column 4", "pattern")
    for column, label, value in (
        ("diagnosis", 1, "adenocarcinoma"),
        ("diagnosis", 2, "net"),
        ("pattern", 1, "plateau"),
        ("pattern", 2, "washout"),
    ):
        page = choose(page, f"Meaning of label {label} of {column}", value)
    return page


def is_disabled(page: AppTest) -> bool:
    (button,) = [button for button in page.button if button.label == USE]
    return bool(button.disabled)


def test_codes_are_not_guessed_and_nothing_is_shown_before_they_are_said(open_page: Opened) -> None:
    page = upload(open_page(COHORT), CODES)
    assert headings(page) == []
    words = said(page)
    assert "diagnosis is written in codes (0, 1): say what each means." in words
    assert "No result yet" in words
    assert meaning(page, "Meaning of column 2") == "hap_lesion_hu"
    assert "The heading says hepatic artery phase and lesion." in words
    page = press(with_codes_said(page), USE)
    # By hand: 2 of 3 codes 1 are low and A; of the codes 0 one is.
    assert rows(page)[BOTH][0].startswith("2 of 3 ")
    assert rows(page)[BOTH][2].startswith("2 of 3 ")
    assert not any(button.label == USE for button in page.button)


def test_after_that_a_change_counts_at_once(open_page: Opened) -> None:
    page = press(with_codes_said(upload(open_page(COHORT), CODES)), USE)
    page = choose(page, "Meaning of label 2 of pattern", "plateau")
    assert rows(page)["Plateau"][0].startswith("3 of 3 ")
    page = choose(page, "Meaning of label 2 of pattern", "")
    assert "**3 issues** in the cells." in said(page)
    assert rows(page)["Left out: a cell has to be mended"] == ["3"]


def test_where_the_dictionary_knows_everything_the_result_stands_at_once(open_page: Opened) -> None:
    page = upload(open_page(COHORT), SURE)
    assert headings(page)[0] == "The published rule, unchanged"
    assert labels_asked(page) == []
    assert "4 headings the data dictionary knows: diagnosis , hap_lesion_hu ," in said(page)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hap_lesion_hu,hap_liver_hu\n50,66\n", "No column is taken as the diagnosis"),
        ("diagnosis,size\nnet,3\n", "No criterion yet: say above which columns hold the HU"),
    ],
)
def test_a_table_without_what_is_needed_is_asked_about(open_page: Opened, content: str, words: str) -> None:
    page = upload(open_page(COHORT), content)
    assert headings(page) == []
    assert len(page.error) == 1
    assert words in page.error[0].value.replace("\\", "")
    assert is_disabled(page)


def test_the_missing_column_can_be_pointed_out(open_page: Opened) -> None:
    content = "foo,hap_lesion_hu,hap_liver_hu,pattern\n1,40,50,plateau\n2,70,50,washout\n"
    page = choose(upload(open_page(COHORT), content), "Meaning of column 1", "diagnosis")
    page = choose(page, "Meaning of label 1 of diagnosis", "adenocarcinoma")
    page = press(choose(page, "Meaning of label 2 of diagnosis", "net"), USE)
    assert rows(page)[BOTH][0].startswith("1 of 1 ")
    assert mapping(page).columns == {"foo": "diagnosis"}


def test_two_headings_for_one_column_are_an_error_beside_the_second(open_page: Opened) -> None:
    page = press(with_codes_said(upload(open_page(COHORT), CODES)), USE)
    page = choose(page, "Meaning of column 4", "diagnosis")
    (error,) = page.error
    assert "Columns 1 and 4 are both taken as diagnosis." in error.value
    assert headings(page) == []
    assert "No result: the columns above have to be mended." in said(page)
    # And back: no button has to be pressed again, and the labels are as they were said.
    page = choose(page, "Meaning of column 4", "pattern")
    assert not page.error
    assert rows(page)[BOTH][0].startswith("2 of 3 ")


def test_a_heading_of_ones_own_for_a_recognised_column_is_an_error_too(open_page: Opened) -> None:
    content = (
        SURE.replace("pattern", "pattern,my note").replace("plateau", "plateau,x").replace("out", "out,y")
    )
    page = upload(open_page(COHORT), content)
    page = choose(page, "Meaning of column 5", "pattern")
    assert "Columns 4 and 5 are both taken as pattern." in page.error[0].value
    # The recognised one can be taken back, and stays in view where it was changed.
    page = rested(page.toggle[0].set_value(True).run())
    page = choose(page, "Meaning of column 4", "")
    page = rested(page.toggle[0].set_value(False).run())
    assert "Meaning of column 4" in labels_asked(page) and "Meaning of column 1" not in labels_asked(page)
    assert dict(mapping(page).columns) == {"pattern": None, "my note": "pattern"}


def test_headings_labels_and_cells_are_text(open_page: Opened) -> None:
    hostile = "<img src=x onerror=alert(1)>**[b](https://a.example)"
    page = upload(
        open_page(COHORT),
        f"diagnosis,hap_lesion_hu,hap_liver_hu,{hostile}\n{hostile},40,50,1.5\nnet,70,50,2.5\nnet,70,50,2.5\n",
    )
    assert "<img" not in bodies(page)
    assert "&lt;img src=x onerror=alert(1)&gt;" in bodies(page)
    shown = " ".join(part.value for part in (*page.markdown, *page.caption, *page.error))
    assert "<img" not in shown and "](https" not in shown
    # What a screen reader says of the fields.
    names = [box.label for box in page.selectbox if box.label.startswith("Meaning of")]
    assert names == [
        "Meaning of column 4, img src x onerror alert 1 b https //a.example",
        "Meaning of label 1 of diagnosis, img src x onerror alert 1 b https //a.example",
    ]


def test_cells_that_may_tell_who_a_patient_is_are_no_examples(open_page: Opened) -> None:
    lines = (f"Canary {name},{40 + i},50,plateau,net\n" for i, name in enumerate(("Anna", "Berta", "Carla")))
    page = upload(open_page(COHORT), "Name,Art. lesion,Art. liver,pattern,dx\n" + "".join(lines))
    assert "seems to tell who a patient is, and is not used" in said(page)
    assert "CANARY" not in (said(page) + bodies(page)).upper()


def test_equal_headings_are_not_asked_about(open_page: Opened) -> None:
    page = upload(
        open_page(COHORT), "diagnosis,hap_ratio,note,note,\nnet,1.2,7,8,9\nadenocarcinoma,0.7,8,9,10\n"
    )
    assert labels_asked(page) == []


def test_of_very_many_headings_the_user_picks(open_page: Opened) -> None:
    extra = [f"lab{i}" for i in range(100)]
    content = ",".join(["diagnosis", "hap_ratio", *extra])
    content += "".join(f"\n{dx}," + ",".join(["0.75"] * 101) for dx in ("net", "adenocarcinoma"))
    page = upload(open_page(COHORT), content)
    assert len(labels_asked(page)) == MOST_ASKED
    (further,) = page.multiselect
    assert further.label == "80 further columns are not used. Ask about these too"
    page = rested(further.set_value([101]).run())
    assert labels_asked(page)[-1] == "Meaning of column 102"
    page = press(choose(page, "Meaning of column 102", "pvp_ratio"), USE)
    assert mapping(page).columns == {"lab99": "pvp_ratio"}


# --- what holds for the whole table
def test_ratios_may_be_liver_over_lesion(open_page: Opened) -> None:
    content = "diagnosis,hap_ratio,pattern\nadenocarcinoma,1.25,plateau\nnet,0.7,washout\n"
    page = upload(open_page(COHORT), content)
    assert "Nothing says which way round the ratio was divided" in said(page)
    page = press(page, USE)
    ratio = "Ratio at or below 0.898"
    # 1.25 is above the cutoff, 1 / 1.25 = 0.8 below it.
    assert rows(page)[ratio][0].startswith("0 of 1 ") and rows(page)[ratio][2].startswith("0 of 1 ")
    page = pick(page, "Ratios in the table are", "liver_over_lesion")
    assert rows(page)[ratio][0].startswith("1 of 1 ") and rows(page)[ratio][2].startswith("1 of 1 ")
    assert mapping(page).ratio is RatioOrientation.LIVER_OVER_LESION


def test_sizes_may_be_in_cm(open_page: Opened) -> None:
    content = (
        "diagnosis,hap_ratio,size\nadenocarcinoma,0.7,2.5\nadenocarcinoma,0.8,3.5\nnet,1.2,1.5\nnet,1.2,1.5\n"
    )
    page = pick(upload(open_page(COHORT), content), "Ratios", "lesion_over_liver")
    assert "the largest number is so small that it may be cm".lower() in said(page).lower()
    assert "Say the unit of size_mm." in page.error[0].value
    assert is_disabled(page)
    page = press(pick(page, "size_mm is in", "cm"), USE)
    # 25 and 35 mm.
    assert rows(page)["Size of the largest metastasis, mm"][:2] == ["15.0 ± 0.0 (2)", "30.0 ± 7.1 (2)"]
    page = pick(page, "size_mm is in", "mm")
    assert rows(page)["Size of the largest metastasis, mm"][1] == "3.0 ± 0.7 (2)"


def test_a_row_is_a_patient_or_a_lesion(open_page: Opened) -> None:
    page = upload(open_page(COHORT), SURE)
    assert mapping(page).row is RowUnit.PATIENT
    assert "No column holds a code of the patient." in said(page)
    page = pick(page, "One row is", "lesion")
    assert mapping(page).row is RowUnit.LESION


# --- the mapping as a file
def test_a_saved_mapping_counts_at_once_with_the_same_numbers(open_page: Opened) -> None:
    page = press(with_codes_said(upload(open_page(COHORT), CODES)), USE)
    before, file = rows(page), mapping_text(mapping(page))
    page = upload(page, CODES)
    assert headings(page) == []
    page = upload_mapping(page, file)
    assert rows(page) == before
    assert mapping_text(mapping(page)) == file
    # It can be changed like any other.
    page = choose(page, "Meaning of label 2 of pattern", "plateau")
    assert rows(page)["Plateau"][0].startswith("3 of 3 ")


def test_what_a_saved_mapping_lacks_is_not_guessed(open_page: Opened) -> None:
    content = CODES.replace("1,40,50,A\n", "PNET,40,50,A\n", 1)
    kept = ColumnMapping(
        {
            "Dx": "diagnosis",
            "Art. Lesion HU": "hap_lesion_hu",
            "Art. Liver HU": "hap_liver_hu",
            "Curve": None,
        },
        {"diagnosis": {"1": "adenocarcinoma", "0": "net", "7": "net"}},
    )
    page = upload_mapping(upload(open_page(COHORT), content), mapping_text(kept))
    assert rows(page)["Left out: no diagnosis, or an unknown one"] == ["1"]
    assert dict(mapping(page).values["diagnosis"]) == {"1": "adenocarcinoma", "0": "net", "7": "net"}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("{}", "this is no mapping file"),
        ("nonsense \x00", "the mapping file is no JSON"),
        (b"\xff\xfe\x00", "the mapping file is no JSON"),
        (
            mapping_text(ColumnMapping({"Gone [x](https://a.example)": "diagnosis"})),
            "headings that the table lacks",
        ),
    ],
)
def test_a_mapping_that_does_not_suit_is_explained(open_page: Opened, file: str | bytes, words: str) -> None:
    page = upload_mapping(upload(open_page(COHORT), SURE), file)
    (error,) = page.error
    assert words in error.value.replace("\\", "")
    assert "](https" not in error.value
    assert headings(page)  # the mapping that counted before still does
    assert state(page).saved is None
    page = upload_mapping(page, mapping_text(ColumnMapping()))
    assert not page.error


def test_a_mapping_without_what_is_needed_opens_the_panel(open_page: Opened) -> None:
    page = upload(open_page(COHORT), SURE)
    page = upload_mapping(page, mapping_text(ColumnMapping({"diagnosis": None})))
    assert headings(page) == []
    assert "No column is taken as the diagnosis" in page.error[0].value
    assert page.session_state[state(page).panel_key] is True
    page = choose(page, "Meaning of column 1", "diagnosis")
    assert rows(page)[BOTH][0].startswith("1 of 1 ")


def test_the_columns_survive_a_visit_to_another_page(open_page: Opened) -> None:
    page = press(with_codes_said(upload(open_page(COHORT), CODES)), USE)
    page = choose(page, "Meaning of label 2 of pattern", "progressive")
    before = mapping(page)
    page.switch_page(str(ROOT / "pages" / "study.py")).run()
    page = rested(page.switch_page(str(ROOT / "pages" / COHORT)).run())
    assert mapping(page) == before
    assert meaning(page, "Meaning of label 2 of pattern") == "progressive"
    assert headings(page)[0] == "The published rule, unchanged"


def test_another_table_begins_anew(open_page: Opened) -> None:
    page = press(with_codes_said(upload(open_page(COHORT), CODES)), USE)
    page = upload(page, CODES)
    assert headings(page) == []
    assert meaning(page, "Meaning of label 1 of diagnosis") == ""
