"""The explorer without a browser: cutoff, prevalence and sample move together, numbers known from outside."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.teaching.sampling import draw_many, draw_sample, ensemble_population
from tests.pages.cohort_steps import headings, pick, press, rested, rows, said
from tests.pages.cutoff_steps import Opened, chart, charts, counts, move, type_in, typed, visit
from ui.teach.state import LabReading, Part, TeachState, key

TEACH = "teach.py"
PREVALENCE = "Prevalence exactly"
ANOTHER, MANY = "Draw another 23 + 23", "Draw 1000 at once"


def explorer(open_page: Opened) -> AppTest:
    page = open_page(TEACH)
    page.session_state[key("part")] = Part.EXPLORER
    state(page).lab_reading = None  # the page opens with the lab, which has read its metastasis
    return rested(page.run())


def state(page: AppTest) -> TeachState:
    held: TeachState = page.session_state[key("state")]
    return held


def ppv(page: AppTest) -> list[str]:
    (found,) = [cells for name, cells in rows(page).items() if name.startswith("Positive predictive value")]
    return [cell.split(" (")[0] for cell in found]


# --- the cutoff


def test_it_opens_with_the_study_s_counts_at_the_published_cutoff(open_page: Opened) -> None:
    page = explorer(open_page)
    assert not page.error and not page.warning
    assert headings(page) == ["Move the cutoff", "Set the prevalence", "See how samples differ"]
    # data/study: 19 of 23 adenocarcinomas at or below 0.898, 18 of 23 NETs above; with plateau 19 and 21.
    assert counts(page, "Ratio alone") == [19, 5, 4, 18]
    assert counts(page, "Ratio and plateau together") == [19, 2, 4, 21]
    assert "Positive class: adenocarcinoma" in said(page)
    specs = charts(page)
    assert len(specs) == 3 and all("SYNTHETIC" in json.dumps(spec) for spec in specs)


@pytest.mark.parametrize(
    ("cutoff", "tp", "fp"),
    # Counted in data/examples/cohort.csv; one adenocarcinoma is exactly at 1.
    [(0.8, 10, 1), (1.0, 23, 10)],
)
def test_slider_and_field_do_the_same(open_page: Opened, cutoff: float, tp: int, fp: int) -> None:
    wanted = [tp, fp, 23 - tp, 23 - fp]
    page = move(explorer(open_page), cutoff)
    assert counts(page, "Ratio alone") == wanted and typed(page, "Exactly").value == cutoff
    page = press(page, "Published 0.898")
    assert counts(page, "Ratio alone") == [19, 5, 4, 18]
    page = type_in(page, "Exactly", cutoff)
    assert counts(page, "Ratio alone") == wanted and page.slider[0].value == cutoff
    point = next(trace for trace in chart(page, "ROC curve")["data"] if trace["name"] == "Own cutoff")
    assert (point["x"], point["y"]) == ([fp / 23], [tp / 23])
    assert f"At or below {cutoff:.3f}: {tp} of 23 adenocarcinomas" in said(page)


# --- the prevalence


def test_half_and_half_is_named_a_design(open_page: Opened) -> None:
    page = explorer(open_page)
    assert typed(page, PREVALENCE).value == 50
    assert "50 % is the study's own half and half: its design, and no prevalence" in said(page)
    # At one half the counts themselves: 19 / 24 and 19 / 21.
    assert ppv(page) == ["79.2 %", "90.5 %"]


def test_a_rare_disease_makes_a_call_worth_less(open_page: Opened) -> None:
    page = type_in(explorer(open_page), PREVALENCE, 5.0)
    # Bayes by hand: .05*19 / (.05*19 + .95*5) = 1/6; .05*19 / (.05*19 + .95*2) = 1/3.
    assert ppv(page) == ["16.7 %", "33.3 %"]
    assert page.slider[1].value == 5
    words = said(page)
    # 50*19/23 = 41.3; 950*5/23 = 206.5, whose remainder is the larger one of .52 and .48.
    assert "Of 1000 such patients 50 have adenocarcinoma and 950 NET" in words
    assert "Called adenocarcinoma: 248, of whom 41 have it." in words
    assert "half and half" not in words
    assert counts(page, "Ratio alone") == [19, 5, 4, 18]
    # The field takes what the slider does not.
    page = type_in(page, PREVALENCE, 0.05)
    assert (page.slider[1].value, typed(page, PREVALENCE).value) == (1, 0.05)
    assert "prevalence of adenocarcinoma 0.050 %" in said(page)


def test_joint_cells_stand_beside_the_study_s_counts(open_page: Opened) -> None:
    page = explorer(open_page)
    cells = {
        name: cells for name, cells in rows(page).items() if name.startswith("Ratio at") or "above" in name
    }
    assert [row[-1] for row in cells.values()] == ["19:2", "2:4", "0:3", "2:14"]
    for column in (0, 1):
        assert sum(int(row[column]) for row in cells.values()) == 500
    # The slider does not move them: they belong to the study's cutoff.
    moved = rows(move(page, 0.7))
    assert {name: moved[name] for name in cells} == cells


@pytest.mark.parametrize("of", [100, 1000, 10_000])
def test_the_tree_of_each_way(open_page: Opened, of: int) -> None:
    page = explorer(open_page)
    (size,) = [choice for choice in page.segmented_control if choice.label.startswith("Of how many")]
    page = rested(size.set_value(of).run())
    page = move(pick(page, "Called by", "The study's rule, frozen"), 0.7)
    # Half of them, 21 of 23 NETs rightly; the cutoff of the slider does not matter to it.
    notes = [note["text"] for note in chart(page, f"Of {of} such patients")["layout"]["annotations"]]
    assert f"<b>{round(of / 2 * 21 / 23)}</b> rightly called<br>NET" in notes
    assert not any("SYNTHETIC" in note for note in notes)
    assert "19 of 23 adenocarcinomas and 21 of 23 NETs called rightly. Neither the cutoff" in said(page)


# --- samples


def test_another_sample_takes_the_place_of_the_example(open_page: Opened) -> None:
    page = press(explorer(open_page), ANOTHER)
    population = ensemble_population()
    # R (tests/reference/teaching.R): AUC 0.870, best cutoff 1.059, true 0.874 and 0.898.
    assert "Sample 1 of seed 2017: 23 adenocarcinomas and 23 NETs" in said(page)
    found = rows(page)
    assert found["AUC of the HAP ratio for adenocarcinoma"] == ["0.870 (95 % CI 0.768-0.971)", "0.874"]
    assert found["Best cutoff"] == ["1.059", "0.8979"]
    at = draw_sample(population, 2017, 0).curve.at(0.898).ratio.counts
    assert counts(page, "Ratio alone") == [at.tp, at.fp, at.fn, at.tn] != [19, 5, 4, 18]
    first = chart(page, "HAP ratio by diagnosis")["data"]

    page = press(page, ANOTHER)
    assert "Sample 2 of seed 2017" in said(page) and "Samples drawn so far: 2." in said(page)
    assert chart(page, "HAP ratio by diagnosis")["data"] != first
    page = press(page, "Back to the example cohort")
    assert counts(page, "Ratio alone") == [19, 5, 4, 18] and "No sample is looked at" in said(page)
    # The next one is another one, and the same for all who draw so often.
    page = press(page, ANOTHER)
    draw = state(page).explorer.draw
    assert draw is not None and draw.number == 2
    assert draw.area == draw_sample(population, 2017, 2).area

    other = press(explorer(open_page), ANOTHER)
    assert chart(other, "HAP ratio by diagnosis")["data"] == first


def test_a_thousand_samples_show_how_the_optimum_flatters(open_page: Opened) -> None:
    page = press(explorer(open_page), MANY)
    draws = draw_many(ensemble_population(), 2017, 1000)
    words, n_flattered = said(page), int((draws.apparent > draws.true).sum())
    assert f"it looks better than it is in {n_flattered} of 1000 samples" in words
    assert "Seed of all draws: 2017." in words and "No sample is looked at" not in words
    bars = [
        chart(page, title)["data"][0] for title in ("AUC, 1000", "Best cutoff, 1000", "How the best cutoff")
    ]
    assert len(bars) == 3 and len(charts(page)) == 6
    assert rows(page)["AUC"][0] == "0.874"
    # With a sample the same figures mark it.
    page = press(page, ANOTHER)
    assert "1.059, this sample" in json.dumps(chart(page, "Best cutoff, 1000"))
    page = press(page, "Put them away")
    assert len(charts(page)) == 3


# --- what the lab hands over, and what outlives a visit elsewhere


def test_the_lab_s_metastasis_stands_among_the_patients(open_page: Opened) -> None:
    page = explorer(open_page)
    assert "lab's metastasis" not in said(page)
    state(page).lab_reading = LabReading(0.885, EnhancementPattern.PLATEAU)
    page = rested(page.run())
    star = next(t for t in chart(page, "HAP ratio")["data"] if t["name"] == "Lab's metastasis")
    assert star["x"] == [0.885]
    words = said(page)
    assert "ratio 0.885, plateau. At the cutoff 0.898 the ratio alone favours adenocarcinoma" in words
    assert (
        "is called adenocarcinoma this way. So are 522 of 1000 such patients, 413 of them rightly." in words
    )
    words = said(move(page, 0.8))
    assert "At the cutoff 0.800 the ratio alone favours NET; with the pattern the rule favours NET." in words
    # At half and half: 500*22/23 + 500*13/23 = 478.3 + 282.6.
    assert "So are 761 of 1000 such patients, 478 of them rightly." in words


def test_choices_outlive_a_visit_to_another_page(open_page: Opened) -> None:
    page = press(press(explorer(open_page), ANOTHER), ANOTHER)
    page = pick(
        type_in(type_in(page, "Exactly", 0.92345), PREVALENCE, 12.5), "Called by", "Ratio and plateau"
    )
    page = visit(visit(page, "study.py"), TEACH)
    assert typed(page, "Exactly").value == 0.92345 and page.slider[0].value == 0.923
    assert typed(page, PREVALENCE).value == 12.5
    words = said(page)
    assert "Sample 2 of seed 2017" in words
    assert "Ratio at or below 0.923 and plateau, in this sample" in words
