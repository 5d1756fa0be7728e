"""The page of a cohort, without a browser: the example, own tables, hostile files, survival, forgetting."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

import ui.cohort.state
import ui.page_registry
from gepnet_core.report.cohort.cohort_words import EXAMPLE_NOTE, SYNTHETIC_NOTE
from scripts.served import ROOT
from tests.pages.cohort_steps import COHORT, bodies, headings, pick, press, rested, rows, said, state, upload

HEADINGS = "patient_id;diagnosis;hap_lesion_hu;hap_liver_hu;pattern\n"
OWN = HEADINGS + (
    "CANARY-1;adenocarcinoma;44,9;50;plateau\n"
    "CANARY-2;adenocarcinoma;50;66;plateau\n"
    "CANARY-3;net;70;66;washout\n"
    "CANARY-4;net;80;66;washout\n"
    "CANARY-5;;80;66;washout\n"
)
Opened = Callable[[str], AppTest]


def never(*_: object, **__: object) -> None:
    raise AssertionError("computed again")


def test_it_opens_with_the_example_marked_as_invented(open_page: Opened) -> None:
    page = open_page(COHORT)
    assert not page.exception and not page.error
    assert page.title[0].value == "Explore a cohort"
    assert EXAMPLE_NOTE in said(page)
    # Results of the study; Wilson by R's prop.test.
    assert rows(page)["Both together"][0] == "19 of 23 (82.6 %, 95 % CI 62.9-93.0)"
    assert rows(page)["Rows in the table"] == ["46"]
    charts = page.get("plotly_chart")
    assert len(charts) == 3
    assert all("SYNTHETIC" in chart.proto.spec for chart in charts)


def test_a_second_session_need_not_read_the_example_again(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = rows(open_page(COHORT))
    for name in ("read_table", "propose_mapping", "read_cohort"):
        monkeypatch.setattr(ui.cohort.state, name, never)
    assert rows(open_page(COHORT)) == first


def test_the_way_on_is_there_where_the_app_has_that_page(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    (way,) = open_page(COHORT).get("page_link")
    assert way.proto.label == "Tune the cutoff, on the same rows"
    others = tuple(page for page in ui.page_registry.PAGES if page.file != "cutoff.py")
    monkeypatch.setattr(ui.page_registry, "PAGES", others)
    assert len(open_page(COHORT).get("page_link")) == 0


def test_the_dictionary_is_shown_as_it_is_downloaded(open_page: Opened) -> None:
    page = open_page(COHORT)
    assert rows(page)["size_mm"] == [
        "Largest diameter of the largest metastasis",
        "mm",
        "a number from 0 to 1000",
    ]
    assert rows(page)["diagnosis"][2] == "net, adenocarcinoma"


def test_an_own_table_replaces_the_example(open_page: Opened) -> None:
    page = upload(open_page(COHORT), OWN)
    words = said(page)
    assert EXAMPLE_NOTE not in words and SYNTHETIC_NOTE not in words
    assert "2 of 2 adenocarcinomas and 2 of 2 NETs. In the study: 19 of 23 and 21 of 23." in words
    assert rows(page)["Left out: no diagnosis, or an unknown one"] == ["1"]
    assert "**1 issue** in the cells" in words
    for chart in page.get("plotly_chart"):
        assert "SYNTHETIC" not in chart.proto.spec


def test_codes_and_file_names_are_shown_nowhere(open_page: Opened) -> None:
    page = upload(open_page(COHORT), OWN + "CANARY-4;net;80;66;washout\n=CANARY();net;80;66;washout\n")
    assert "CANARY" not in (said(page) + bodies(page)).upper()  # while a code that repeats is asked about
    page = press(page, "Use these columns")
    assert rows(page)["Rows in the table"] == ["7"]
    assert "CANARY" not in (said(page) + bodies(page)).upper()


def test_own_rows_that_say_they_are_invented_are_marked(open_page: Opened) -> None:
    page = upload(open_page(COHORT), "synthetic;" + OWN.replace("CANARY", "yes;CANARY"))
    assert SYNTHETIC_NOTE in said(page) and EXAMPLE_NOTE not in said(page)


def test_a_parquet_file_is_a_table_too(open_page: Opened) -> None:
    import pandas as pd

    file = io.BytesIO()
    pd.read_csv(io.StringIO(OWN), sep=";", decimal=",").to_parquet(file)
    page = upload(open_page(COHORT), file.getvalue())
    assert "2 of 2 adenocarcinomas and 2 of 2 NETs." in said(page)


@pytest.mark.parametrize(
    ("content", "words"), [("", "the table is empty"), (b"\x00\x01\x02\xff" * 50, "no table")]
)
def test_a_file_that_is_no_table_is_explained_and_no_old_result_stands(
    open_page: Opened, content: str | bytes, words: str
) -> None:
    page = upload(open_page(COHORT), content)
    (error,) = page.error
    assert words in error.value
    assert headings(page) == []
    assert len(page.get("plotly_chart")) == 0
    # And back to something to see.
    page = press(page, "Show the example again")
    assert not page.error
    assert EXAMPLE_NOTE in said(page)


def test_one_diagnosis_alone_is_counted_and_nothing_is_drawn_of_nobody(open_page: Opened) -> None:
    page = upload(open_page(COHORT), HEADINGS + "a1;net;70;66;washout\nb2;net;71;66;washout\n")
    assert rows(page)["Both together"][0] == "nobody"
    assert "No ratio is known in at least 2 patients of each diagnosis." in said(page)
    assert "No comparison could be made." in said(page)
    assert len(page.get("plotly_chart")) == 0


def test_an_own_table_survives_a_visit_to_another_page(open_page: Opened) -> None:
    page = upload(open_page(COHORT), OWN)
    before = said(page)
    page.switch_page(str(ROOT / "pages" / "study.py")).run()
    page.switch_page(str(ROOT / "pages" / COHORT)).run()
    assert said(page) == before


def test_a_rerun_and_a_visit_compute_nothing_again(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(open_page(COHORT), OWN)
    analysis = state(page).analysis
    assert analysis is not None
    description = analysis.description

    for name in ("read_table", "propose_mapping", "read_cohort", "labels_of"):
        monkeypatch.setattr(ui.cohort.state, name, never)
    for name in (
        "validate_frozen",
        "describe_cohort",
        "reader_agreement",
        "missing_by_variable",
        "threshold_curve",
    ):
        monkeypatch.setattr(f"gepnet_core.cohort.analysis.{name}", never)
    for name in ("ratios_figure", "roc_figure"):
        monkeypatch.setattr(f"ui.cohort.result.{name}", never)
    rested(page.run())
    page.switch_page(str(ROOT / "pages" / "study.py")).run()
    rested(page.switch_page(str(ROOT / "pages" / COHORT)).run())
    assert state(page).analysis is analysis
    assert analysis.description is description


def test_a_run_that_is_broken_off_while_it_reads_loses_nothing(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(COHORT)

    def stop(*_: object, **__: object) -> None:
        raise StopException

    for name in ("propose_mapping", "read_cohort"):
        with monkeypatch.context() as patched:
            patched.setattr(ui.cohort.state, name, stop)
            if name == "propose_mapping":
                page.file_uploader[0].upload("a.csv", OWN.encode(), "text/csv")
            page.run()
            assert headings(page) == []
    assert "2 of 2 adenocarcinomas and 2 of 2 NETs." in said(rested(page.run()))


def test_many_rows_are_read_with_progress_to_the_same_numbers(open_page: Opened) -> None:
    lines = [
        f"p{i};{'net;70' if i % 2 else 'adenocarcinoma;44,9'};{66 if i % 2 else 50};" for i in range(2400)
    ]
    content = HEADINGS + "\n".join(
        f"{line}{'washout' if i % 2 else 'plateau'}" for i, line in enumerate(lines)
    )
    page = upload(open_page(COHORT), content)
    assert rows(page)["Analysed: NET"] == ["1200"]
    assert "1200 of 1200 adenocarcinomas and 1200 of 1200 NETs." in said(page)


# --- how rows are judged
HU = "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu\n"
# From 0.8 to 0.5, a washout under the tolerance of 0.20, and 0.88 to 0.88; both NETs are above the cutoff.
WITHOUT_PATTERN = HU + (
    "a1,adenocarcinoma,40,50,50,100\na2,adenocarcinoma,44,50,88,100\nb1,net,70,50,90,100\nb2,net,80,50,90,100\n"
)


def test_the_tolerance_of_a_derived_pattern_is_the_users(open_page: Opened) -> None:
    page = upload(open_page(COHORT), WITHOUT_PATTERN)
    assert rows(page)["Both together"][0].startswith("1 of 2 ")
    (tolerance,) = [box for box in page.text_input if box.label.startswith("Tolerance of plateau")]
    assert rows(rested(tolerance.set_value("0,30").run()))["Both together"][0].startswith("2 of 2 ")
    # What cannot be read leaves no result standing.
    page = rested(tolerance.set_value("wide").run())
    (error,) = page.error
    assert "Tolerance of plateau" in error.value
    assert headings(page) == []
    assert headings(rested(tolerance.set_value("").run()))[0] == "The published rule, unchanged"


LESIONS = (
    "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern,size_mm\n"
    "a1,adenocarcinoma,60,50,washout,10\n"
    "a1,adenocarcinoma,40,50,plateau,30\n"
    "a2,adenocarcinoma,40,50,plateau,12\n"
    "b1,net,70,50,washout,8\n"
    "b2,net,70,50,washout,9\n"
)
COUNT = "1 row shares the code of an earlier patient. Count"


def test_of_a_patient_with_several_lesions_all_the_first_or_the_largest_count(open_page: Opened) -> None:
    page = upload(open_page(COHORT), LESIONS)
    assert headings(page) == []  # one code stands twice: what a row is has to be confirmed
    page = press(page, "Use these columns")
    # One of five rows repeats a patient, so that rows are lesions: each counts.
    assert rows(page)["Analysed: adenocarcinoma"] == ["3"]
    assert rows(page)["Both together"][0].startswith("2 of 3 ")
    for option, share in (("first", "1 of 2 "), ("largest", "2 of 2 "), ("every_row", "2 of 3 ")):
        page = pick(page, COUNT, option)
        assert rows(page)["Both together"][0].startswith(share)
    # As patients, the second row is a repeat, and there is nothing to choose.
    page = pick(pick(page, COUNT, "largest"), "One row is", "patient")
    assert rows(page)["Left out: the patient is counted by another row"] == ["1"]
    assert rows(page)["Both together"][0].startswith("1 of 2 ")
    assert not any(radio.label.startswith(COUNT) for radio in page.radio)


def test_without_sizes_the_largest_lesion_is_not_offered(open_page: Opened) -> None:
    content = "\n".join(line.rpartition(",")[0] for line in LESIONS.splitlines())
    page = press(upload(open_page(COHORT), content), "Use these columns")
    (radio,) = [radio for radio in page.radio if radio.label.startswith(COUNT)]
    assert radio.options == ["every row; intervals allow for it", "the first row of each patient"]
    assert "The largest lesion cannot be told without a column size_mm." in said(page)
