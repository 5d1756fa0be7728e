"""The page of the cutoff, without a browser: what moves with it, what is judged, what stays empty and why."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

import ui.cutoff.tuning
from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.parts.cutoff_map import CutoffMap
from gepnet_core.report.cohort.cohort_words import EXAMPLE_NOTE
from tests.cohort.small_cohorts import example, reference
from tests.pages.cohort_steps import headings, pick, press, rested, rows, said, state
from tests.pages.cutoff_steps import (
    ADENOCARCINOMA,
    CUTOFF,
    HEADINGS,
    NET,
    SECTIONS,
    Opened,
    chart,
    charts,
    counts,
    move,
    opened,
    table,
    type_in,
    typed,
)

# --- the example


def test_it_opens_with_the_example_and_the_published_cutoff_first(open_page: Opened) -> None:
    page = rested(open_page(CUTOFF))
    assert not page.error and not page.warning
    assert headings(page) == SECTIONS
    words = said(page)
    assert "The example cohort: 46 rows, of which 23 of adenocarcinoma and 23 of NET count." in words
    assert EXAMPLE_NOTE in words
    assert "The study chose 0.898 on the same 46 patients" in words
    # Results of the study; Wilson by R's prop.test, DeLong by pROC (tests/reference/cutoff_analysis.R).
    first = rows(page)["Sensitivity for adenocarcinoma"]
    assert first == ["19 of 23 (82.6 %, 95 % CI 62.9-93.0)"] * 2
    area = rows(page)["Area under the ROC curve (AUC), DeLong"]
    assert area == ["0.856 (95 % CI 0.749-0.964)", "0.856 (95 % CI 0.749-0.963), formula not named"]
    assert len(charts(page)) == 6
    assert all("SYNTHETIC" in json.dumps(spec) for spec in charts(page))


@pytest.mark.parametrize("cutoff", [0.7, 0.93, 1.05])
def test_all_follows_the_slider(open_page: Opened, cutoff: float) -> None:
    page = move(open_page(CUTOFF), cutoff)
    assert typed(page, "Exactly").value == cutoff
    # Counted by R: tests/reference/cutoff_analysis.csv, such as ratio_0.93_fp 6 and rule_0.93_fp 3.
    ratio, rule = (
        [int(reference()[f"{way}_{cutoff:g}_{name}"]) for name in ("tp", "fp", "fn", "tn")]
        for way in ("ratio", "rule")
    )
    assert counts(page, "Ratio alone") == ratio
    assert counts(page, "Ratio and plateau together") == rule
    own = next(trace for trace in chart(page, "ROC curve")["data"] if trace["name"] == "Own cutoff")
    assert (own["x"], own["y"]) == ([ratio[1] / 23], [ratio[0] / 23])
    assert f"At or below {cutoff:.3f}: {ratio[0]} of 23 adenocarcinomas" in said(page)


def test_a_ratio_equal_to_the_cutoff_is_called_adenocarcinoma(open_page: Opened) -> None:
    # 45/50 is 0.9, which is neither of the neighbours on the slider.
    lines = ("adenocarcinoma,45,50,45,50,plateau", "adenocarcinoma,30,50,30,50,plateau")
    others = ("net,70,50,40,50,washout", "net,80,50,40,50,washout")
    page = opened(open_page, table(*lines, *others))
    for cutoff, called in ((0.899, 1), (0.9, 2), (0.901, 2)):
        assert counts(move(page, cutoff), "Ratio alone")[0] == called
    for cutoff, called in ((0.89999, 1), (0.9, 2), (0.90001, 2)):
        assert counts(type_in(page, "Exactly", cutoff), "Ratio alone")[0] == called


def test_a_typed_cutoff_keeps_its_digits_and_the_slider_stands_beside_it(open_page: Opened) -> None:
    page = type_in(open_page(CUTOFF), "Exactly", 0.92345)
    assert typed(page, "Exactly").value == 0.92345
    assert page.slider[0].value == 0.923
    # Beyond the slider, which ends at the last ratios.
    page = type_in(page, "Exactly", 7.0)
    assert page.slider[0].value == page.slider[0].max < 7
    assert counts(page, "Ratio alone") == [23, 23, 0, 0]
    assert "there is no true negative" not in said(page) and "nobody is called negative" in said(page)
    # An emptied field takes the slider's.
    page = type_in(page, "Exactly", None)
    assert typed(page, "Exactly").value == page.slider[0].value


def test_buttons_bring_back_the_published_cutoff_and_the_best_one_here(open_page: Opened) -> None:
    page = move(open_page(CUTOFF), 0.5)
    page = press(page, "Published 0.898")
    assert (page.slider[0].value, typed(page, "Exactly").value) == (0.898, 0.898)
    # pROC: the best cutoff of the example calls at 0.8916 (without_1_cutoff); 0.892 calls the same.
    page = press(page, "Best Youden here, 0.892")
    assert (page.slider[0].value, typed(page, "Exactly").value) == (0.892, 0.892)
    assert counts(page, "Ratio alone") == [19, 5, 4, 18]


def test_predictive_values_need_a_prevalence(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    assert rows(page)["Positive predictive value, adenocarcinoma"] == ["no prevalence is given"] * 2
    page = type_in(page, "Prevalence of adenocarcinoma (%)", 10.0)
    # epiR at a prevalence of 0.1: ratio_0.898_ppv 0.296875, _npv 0.975903614457831.
    ppv = rows(page)["Positive predictive value, adenocarcinoma at a prevalence of 10.0 %"]
    npv = rows(page)["Negative predictive value, NET at a prevalence of 10.0 %"]
    assert ppv[0].startswith("29.7 % (95 % CI ") and npv[0].startswith("97.6 % (95 % CI ")
    assert state(page).choices.prevalence == 0.1
    page = type_in(page, "Prevalence of adenocarcinoma (%)", None)
    assert "Positive predictive value, adenocarcinoma" in rows(page)
    assert state(page).choices.prevalence is None


def test_intervals_by_clopper_and_pearson(open_page: Opened) -> None:
    page = pick(open_page(CUTOFF), "Intervals", "Clopper-Pearson")
    found = rows(page)
    # Recomputed of the study, not printed there: 19/23 .612-.950; 18/23 .563-.925.
    assert "19 of 23 (82.6 %, 95 % CI 61.2-95.0)" in said(page)
    assert "18 of 23 (78.3 %, 95 % CI 56.3-92.5)" in said(page)
    assert found["Sensitivity for adenocarcinoma"][0] == "19 of 23 (82.6 %, 95 % CI 62.9-93.0)"


# --- a cutoff of one's own


def test_small_tables_are_judged_at_once(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    assert [button.label for button in page.button if button.label == "Tune and judge"] == []
    found = rows(page)
    assert found["Published, unchanged"] == ["0.898", "19 of 23 (82.6 %)", "18 of 23 (78.3 %)", "0.609"]
    assert found["Tuned, on the rows that chose it (apparent)"][0] == "0.892"
    assert (
        "chosen anew in each of 1000 resamples" in found["Tuned, on rows left out of a resample (out of bag)"]
    )
    assert "On the rows that chose it the cutoff scores a Youden's index of 0.61; on rows left out" in said(
        page
    )
    # pROC: hap_best_1_threshold 0.897910792104589, its midpoint; the published cutoff lies beside it.
    assert found["0.892, judged"] == ["0.8979", "19 of 23", "18 of 23", "0.609"]


def test_large_tables_wait_for_the_button_and_a_changed_choice_retires_the_result(
    open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.cutoff.tuning, "MOST_AT_ONCE", 0)
    page = open_page(CUTOFF)
    apparent = "Tuned, on the rows that chose it (apparent)"
    assert "Nothing is judged yet" in said(page) and apparent not in rows(page)
    page = press(page, "Tune and judge")
    before = rows(page)
    assert apparent in before and "Nothing is judged yet" not in said(page)
    # What it does not rest on leaves it where it is.
    page = move(page, 0.95)
    page = type_in(page, "Prevalence of adenocarcinoma (%)", 20.0)
    assert rows(page)[apparent] == before[apparent]
    page = type_in(page, "Seed", 2)
    assert apparent not in rows(page) and "Nothing is judged yet" in said(page)
    assert state(page).choices.seed == 2


def test_requirements_and_costs(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    method = page.selectbox[0]
    page = rested(method.set_value("sensitivity_at_least").run())
    page = type_in(page, "Sensitivity for adenocarcinoma, at least", 95.0)
    assert state(page).choices.method.parameters == (0.95,)
    apparent = rows(page)["Tuned, on the rows that chose it (apparent)"]
    assert int(apparent[1].split()[0]) >= 22  # 95 % of 23
    page = rested(page.selectbox[0].set_value("least_cost").run())
    assert "Give both costs and the prevalence" in said(page)
    assert "Published, unchanged" not in rows(page)
    page = type_in(page, "Cost of an adenocarcinoma called NET", 2.0)
    page = type_in(page, "Cost of a NET called adenocarcinoma", 1.0)
    (last,) = [field for field in page.number_input if "cost_prevalence" in str(field.key)]
    page = rested(last.set_value(50.0).run())
    assert state(page).choices.method.parameters == (2.0, 1.0, 0.5)
    assert "Published, unchanged" in rows(page)
    page = rested(page.selectbox[0].set_value("closest_topleft").run())
    assert state(page).choices.method.name == "closest_topleft"
    page = rested(page.selectbox[0].set_value("specificity_at_least").run())
    page = type_in(page, "Specificity for adenocarcinoma, at least", 100.0)
    assert rows(page)["Tuned, on the rows that chose it (apparent)"][2].startswith("23 of 23")
    page = rested(page.selectbox[0].set_value("both_at_least").run())
    page = type_in(page, "Sensitivity for adenocarcinoma, at least", 100.0)
    page = type_in(page, "Specificity for adenocarcinoma, at least", 100.0)
    assert "There is no such cutoff" in said(page)


def test_two_cutoffs_and_their_zones(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    # 21 of 23 is the first share of at least 90 %.
    assert "favours adenocarcinoma: specificity 21 of 23 (91.3 %)" in said(page)
    zones = [rows(page)[name] for name in ("Adenocarcinoma", "NET")]
    for line in zones:
        assert sum(int(cell.split()[0]) for cell in line) == 23
    page = type_in(page, "To rule out", 50.0)
    page = type_in(page, "To rule in", 50.0)
    assert "One cutoff reaches both" in said(page)
    assert state(page).choices.zone == (0.5, 0.5)
    page = type_in(page, "To rule in", None)
    assert "Say what both cutoffs are to reach." in said(page)


def test_the_next_study(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    name = "Ratio alone: sensitivity 82.6 %, specificity 78.3 %"
    assert rows(page)[name][0] == "56" and rows(page)[name][2] == "share not stated"
    page = type_in(page, "Adenocarcinomas among those recruited", 40.0)
    ours, theirs, total = map(int, rows(page)[name])
    assert total == max(np.ceil(ours / 0.4), np.ceil(theirs / 0.6))
    wide = type_in(page, "Half-width", 20.0)
    assert int(rows(wide)[name][0]) < ours


# --- steadiness and other measures


def test_the_map_shows_the_measure_and_the_definition_that_were_chosen(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    maps = CohortAnalysis(example()).maps
    words = "a reader's pattern is passed over in 46 of 46 rows"
    assert words in said(page)
    for definition, expected in maps.items():
        assert isinstance(expected, CutoffMap)
        page = pick(page, "How the pattern is derived", definition)
        for measure, values in (
            ("Sensitivity for adenocarcinoma", expected.sensitivity),
            ("Specificity for adenocarcinoma", expected.specificity),
            ("Youden's index", expected.youden),
        ):
            page = pick(page, "What the map shows", measure)
            (heat,) = [
                trace for trace in chart(page, "The rule by cutoff")["data"] if trace["type"] == "heatmap"
            ]
            assert heat["colorbar"]["title"]["text"].startswith(measure)
            shown = np.frombuffer(base64.b64decode(heat["z"]["bdata"]), heat["z"]["dtype"])
            assert shown.reshape(values.shape) == pytest.approx(values)


def test_the_patients_who_move_the_cutoff_are_named_by_row(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    # R: without_34_cutoff 0.860215053763441; all others leave the best cutoff at 0.891566265060241.
    # Rounded up, since 0.860 as a cutoff would leave out the row that it comes from.
    assert rows(page)["34"][:2] == ["0.861", "-0.031"]
    assert "that cutoff lies between 0.861 and 0.892" in said(page)
    assert "1 of them moves the cutoff" in said(page)


def test_another_measure_waits_for_its_side(open_page: Opened) -> None:
    page = open_page(CUTOFF)
    # pROC: paired_p, the two ratios in the same patients.
    assert "P = 0.080, DeLong's paired test" in said(page)
    box = next(box for box in page.selectbox if box.label == "Another column of numbers")
    page = rested(box.set_value("size_mm").run())
    assert "until then nothing is computed" in said(page)
    assert not [name for name in rows(page) if name.startswith("Size of the largest")]
    page = pick(page, "Which of its values", "high")
    # pROC: size_auc 0.598298676748582, high values positive.
    assert rows(page)["Size of the largest metastasis, mm: high values"][1].startswith("0.598 (95 % CI ")
    box = next(box for box in page.selectbox if box.label == "Another column of numbers")
    page = rested(box.set_value("age_years").run())
    assert "until then nothing is computed" in said(page)


# --- what stays empty, and why


EMPTY: dict[str, tuple[str, str]] = {
    "one diagnosis": (table(*[NET] * 5), "Sensitivity for adenocarcinoma nobody"),
    "one row": (table(ADENOCARCINOMA), "1 rows of adenocarcinoma and in 0 of NET; a cutoff needs"),
    "one of each": (table(ADENOCARCINOMA, NET), "Too few to choose a cutoff: a HAP ratio is known in 1 of"),
    "pattern alone": (
        table(
            *["adenocarcinoma,plateau"] * 3,
            *["net,washout"] * 3,
            headings="patient_id,diagnosis,pattern\n",
        ),
        "A HAP ratio is known in 0 rows of adenocarcinoma and in 0 of NET",
    ),
    "no portal venous phase and no pattern": (
        table(
            *["adenocarcinoma,45,60"] * 3,
            *["net,80,60"] * 3,
            headings="patient_id,diagnosis,hap_lesion_hu,hap_liver_hu\n",
        ),
        "The pattern can be derived in too few rows",
    ),
    "no hospital": (table(*[ADENOCARCINOMA] * 3, *[NET] * 3), "By hospital: the table has no column"),
    "one ratio": (
        table(*["adenocarcinoma,60,60,60,60,plateau"] * 4, *["net,60,60,60,60,plateau"] * 4),
        "it says nothing about how sure",
    ),
    "two classes apart": (table(*[ADENOCARCINOMA] * 12, *[NET] * 12), "no logit"),
}


@pytest.mark.parametrize("case", EMPTY)
def test_each_section_says_why_it_is_empty(open_page: Opened, case: str) -> None:
    content, words = EMPTY[case]
    page = opened(open_page, content)
    assert not page.error
    assert headings(page) == SECTIONS
    assert words in said(page)
    assert "CANARY" not in said(page)
    assert "SYNTHETIC" not in said(page) and not any("SYNTHETIC" in json.dumps(c) for c in charts(page))


def test_a_best_cutoff_below_0_is_no_button(open_page: Opened) -> None:
    cold = "adenocarcinoma,-20,60,-18,61,plateau"
    page = opened(open_page, table(*[cold] * 3, *[NET] * 3))
    (best,) = [button for button in page.button if button.label.startswith("Best Youden here")]
    assert best.label.endswith("-0.333") and best.disabled
    assert counts(page, "Ratio alone") == [3, 0, 0, 3]


def test_a_table_without_diagnoses_is_a_problem_and_shows_nothing_else(open_page: Opened) -> None:
    page = opened(open_page, "")
    assert len(page.error) == 1
    assert headings(page) == [] and charts(page) == []
    assert "the table is empty" in page.error[0].value


def test_columns_that_wait_are_said_and_nothing_else_is_shown(open_page: Opened) -> None:
    # Twice the same code: lesions of one patient, or a slip?
    page = opened(open_page, table(ADENOCARCINOMA, NET) + f"CANARY-1,{NET}\n")
    assert state(page).mapping is None
    assert [warning.value for warning in page.warning] == [
        "Columns of your table still wait to be confirmed. Until then nothing is computed here."
    ]
    assert headings(page) == [] and charts(page) == [] and rows(page) == {}


def test_lesions_of_one_patient_are_allowed_for_and_said(open_page: Opened) -> None:
    lines = [
        ("a", ADENOCARCINOMA), ("a", "adenocarcinoma,70,60,68,61,plateau"), ("b", ADENOCARCINOMA),
        ("c", "adenocarcinoma,50,60,49,60,plateau"), ("d", NET), ("d", "net,50,60,40,60,washout"),
        ("e", NET), ("f", "net,75,60,60,60,washout"),
    ]  # fmt: skip
    page = opened(open_page, HEADINGS + "".join(f"CANARY-{code},{line}\n" for code, line in lines))
    state(page).mapping = ColumnMapping(row=RowUnit.LESION)
    page = rested(page.run())
    words = said(page)
    assert "AUC, several rows a patient (Obuchowski)" in rows(page)
    assert "the effective number of rows (Rao and Scott)" in words
    assert "the intervals count each row and are too narrow" in words
    assert "of 6 patients after the other" in words
