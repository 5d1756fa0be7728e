"""The section of the model, run alone: choices, table, separation, figures, the button of large tables."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.cohort import analysis as analysis_module
from ui.cohort.state import CohortState
from ui.cutoff import model as cutoff_model

# The first run of a process imports what the section uses.
_SECONDS = 60
HEADINGS = "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu,pattern,sex\n"
OWN = HEADINGS + "".join(
    f"CANARY-{k},{'adenocarcinoma' if k % 2 else 'net'},{40 + 7 * k % 31},50,"
    f"{('plateau', 'washout')[(k // 2 + k % 2) % 2 if k > 3 else 0]},{('male', 'female')[k // 3 % 2]}\n"
    for k in range(24)
)


def _section() -> None:
    import streamlit as st

    from ui.cohort.state import cohort_state, current_analysis
    from ui.cutoff.model import draw_model

    state = cohort_state()
    analysis = current_analysis(state)
    if analysis is not None and not st.session_state.get("elsewhere"):
        draw_model(state, analysis)


@pytest.fixture
def page() -> AppTest:
    """The section over the example cohort."""
    return AppTest.from_function(_section, default_timeout=_SECONDS).run()


def own(content: str) -> AppTest:
    test = AppTest.from_function(_section, default_timeout=_SECONDS)
    test.session_state["cohort.state"] = CohortState(content=content.encode(), is_example=False, round=1)
    return test.run()


def said(page: AppTest) -> str:
    """All text of the section, tables included."""
    assert not page.exception
    bodies = " ".join(str(part.proto.body) for part in page.get("html"))
    shown = [element.value for kind in (page.markdown, page.caption, page.error) for element in kind]
    plain = html.unescape(re.sub(r"<[^>]+>", " ", bodies))
    return re.sub(r"\\(?=\W)", "", re.sub(r"\s+", " ", " ".join([*shown, plain])))


def charts(page: AppTest) -> list[str]:
    return [chart.proto.spec for chart in page.get("plotly_chart")]


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    return button.click().run()


def test_it_opens_with_the_two_criteria_fitted(page: AppTest) -> None:
    words = said(page)
    assert page.header[0].value == "A model of several findings"
    assert page.multiselect[0].value == ["hap_ratio_met", "plateau"]
    # R (tests/reference/cohort_model.R): exp(1.857) and exp(2.603), profile limits.
    assert "Ratio at or below 0.898 6.40 1.16 to 37.7" in words
    assert "Plateau 13.5 2.34 to 112" in words
    assert "AUC 0.888 on these rows" in words and "corrected for optimism" in words
    assert "slope is 1 by construction" in words
    assert "The study prints no intercept" in words
    (calibration,) = charts(page)
    assert "Calibration of the model" in calibration and "SYNTHETIC" in calibration


def test_no_decision_curve_stands_without_a_stated_prevalence(page: AppTest) -> None:
    assert page.number_input[0].value is None
    assert "No prevalence of adenocarcinoma is stated" in said(page)
    page.number_input[0].set_value(30.0).run()
    assert "prevalence of adenocarcinoma of 30 %" in said(page)
    assert len(charts(page)) == 2 and "prevalence 30 %" in charts(page)[1]
    page.number_input[0].set_value(None).run()
    assert len(charts(page)) == 1


def test_elimination_shows_its_steps_and_ends_as_printed(page: AppTest) -> None:
    press(page, "What differed in the study")
    assert len(page.multiselect[0].value) == 5
    page.radio[0].set_value("lr").run()
    words = said(page)
    assert "Backward elimination by likelihood ratio" in words and "3 of 5 predictors were removed" in words
    assert "Each step of the elimination" in [expander.label for expander in page.expander]
    # R, drop1: the first step has P 0.614 of the PVP ratio.
    assert "portal venous phase: 0.614" in words
    assert "chosen by the same rows" in words
    assert "elimination included" in words


def test_separation_is_named_with_firths_estimates(page: AppTest) -> None:
    page.multiselect[0].set_value(["pattern", "hap_ratio"]).run()
    words = said(page)
    assert "Quasi-complete separation" in words and "Dynamic enhancement pattern alone already" in words
    assert "Odds ratio, Firth" in words and "Wald" not in words.partition("Event: adenocarcinoma")[2]


def test_predictors_that_depend_on_each_other_are_explained_and_nothing_old_stands(page: AppTest) -> None:
    page.multiselect[0].set_value(["pattern", "plateau"]).run()
    words = said(page)
    assert "Plateau: a predictor follows from others" in words
    assert "13.5" not in words and charts(page) == []


def test_without_a_predictor_the_section_asks_for_one(page: AppTest) -> None:
    page.multiselect[0].set_value([]).run()
    assert "Choose at least one predictor." in said(page) and charts(page) == []


def test_the_sets_fill_the_field(page: AppTest) -> None:
    press(page, "As the study's regression")
    assert page.multiselect[0].value == ["pattern_code", "hap_ratio"]
    assert "as the study prints it, the odds ratio is 1.9e-05" in said(page)
    press(page, "The two criteria")
    assert page.multiselect[0].value == ["hap_ratio_met", "plateau"]


def test_choices_survive_a_visit_elsewhere(page: AppTest) -> None:
    page.multiselect[0].set_value(["sex"]).run()
    page.session_state["elsewhere"] = True
    page.run()
    assert not page.multiselect
    page.session_state["elsewhere"] = False
    page.run()
    assert page.multiselect[0].value == ["sex"]


def test_an_own_table_offers_its_columns_and_shows_no_code() -> None:
    page = own(OWN)
    words = said(page)
    assert "24 rows, 12 of adenocarcinoma and 12 of NET" in words
    assert "CANARY" not in words and "SYNTHETIC" not in "".join(charts(page))
    labels = page.multiselect[0].options
    assert "Sex" in labels and "Age, years" not in labels
    disabled = {button.label: button.disabled for button in page.button}
    assert disabled == {
        "The two criteria": False,
        "As the study's regression": False,
        "What differed in the study": False,
    }


def test_one_diagnosis_alone_has_a_reason() -> None:
    page = own(OWN.replace("adenocarcinoma", "net"))
    assert "logistic model needs both diagnoses" in said(page) and charts(page) == []


def test_a_large_table_waits_for_its_button_and_no_old_model_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoff_model, "ROWS_WITHOUT_PROGRESS", 23)
    page = own(OWN)
    assert "Nothing is fitted yet" in said(page) and charts(page) == []
    press(page, "Fit the model")
    assert "24 rows, 12 of adenocarcinoma" in said(page) and len(charts(page)) == 1
    # The model stays while nothing that it rests on changes.
    page.number_input[0].set_value(20.0).run()
    assert len(charts(page)) == 2
    page.multiselect[0].set_value(["sex"]).run()
    assert "Nothing is fitted yet" in said(page) and charts(page) == []
    page.multiselect[0].set_value([]).run()
    (button,) = [button for button in page.button if button.label == "Fit the model"]
    assert button.disabled


def test_a_table_at_the_limit_is_fitted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoff_model, "ROWS_WITHOUT_PROGRESS", 24)
    page = own(OWN)
    assert "Fit the model" not in [button.label for button in page.button]
    assert len(charts(page)) == 1


def test_the_model_is_not_fitted_again_for_another_prevalence(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _refuse(*_: object, **__: object) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr(analysis_module, "fit_model", _refuse)
    page.number_input[0].set_value(10.0).run()
    assert not page.exception and len(charts(page)) == 2


def test_another_table_has_its_own_model(page: AppTest) -> None:
    page.multiselect[0].set_value(["sex"]).run()
    old: CohortState = page.session_state["cohort.state"]
    page.session_state["cohort.state"] = replace(
        CohortState(content=OWN.encode(), is_example=False), round=old.round + 1
    )
    page.run()
    words = said(page)
    assert "24 rows" in words and "46 rows" not in words
    assert page.multiselect[0].value == ["hap_ratio_met", "plateau"]
