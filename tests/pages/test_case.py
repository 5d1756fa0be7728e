"""The page of a case: empty, example, every problem at its field, what survives and what is forgotten."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Sequence
from functools import cache

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.intake import Source
from gepnet_core.imaging.phantom_dicom import write_study
from gepnet_core.imaging.phantom_rois import write_seg
from tests.imaging import hostile
from tests.pages.case_steps import (
    EXAMPLE,
    beside,
    case,
    choose,
    counts,
    fields,
    fill,
    has_button,
    headline,
    plain,
    press,
    problems,
    rested,
    upload,
    words,
)
from ui.image_rois import VIEWER_KEY
from ui.state import Way

Opener = Callable[[str], AppTest]


@pytest.fixture
def page(open_page: Opener) -> AppTest:
    return rested(open_page("case.py"))


# --- empty, example, result
def test_the_empty_page_says_what_to_give_and_shows_no_call(page: AppTest) -> None:
    assert [heading.value for heading in page.subheader] == ["The result will stand here"]
    assert headline(page) == counts(page) == ""
    assert set(fields(page).values()) == {""}
    assert has_button(page, "Fill in an example")
    assert "SYNTHETIC" not in words(page)


def test_the_example_is_the_studys_figure_4_and_marked(page: AppTest) -> None:
    """Figure 4: ratios 0.707 and 0.602, an adenocarcinoma; Table 4's cell has 19 and 2 patients."""
    press(page, "Fill in an example")
    assert headline(page) == "Favours adenocarcinoma"
    assert "Adenocarcinoma 19 of 23, NET 2 of 23" in counts(page)
    assert "0.707" in words(page) and "0.602" in words(page)
    assert "SYNTHETIC" in words(page)
    assert not has_button(page, "Fill in an example")


def test_a_changed_example_is_no_example_any_more(page: AppTest) -> None:
    press(page, "Fill in an example")
    fill(page, ep_lesion_hu="60")
    assert "SYNTHETIC" not in words(page)


def test_clearing_the_values_goes_back_to_the_empty_page(page: AppTest) -> None:
    press(page, "Fill in an example")
    press(page, "Clear the values")
    assert headline(page) == ""
    assert set(fields(page).values()) == {""}


@pytest.mark.parametrize(
    ("lesion", "side"), [("44.8", "below"), ("44.9", "exactly at"), ("44,9", "exactly at"), ("45.0", "above")]
)
def test_typed_values_are_judged_as_decimals_on_both_sides_of_the_cutoff(
    lesion: str, side: str, page: AppTest
) -> None:
    """44.9 / 50 is 0.898 exactly; as binary floats it would lie beside it."""
    fill(page, hap_lesion_hu=lesion, hap_liver_hu="50")
    choose(page, "pattern", "plateau")
    assert f"is {side} the cutoff 0.898 (published)" in words(page)
    assert headline(page) == ("Favours NET" if side == "above" else "Favours adenocarcinoma")
    assert fields(page)["hap_lesion_hu"] == lesion


def test_a_low_ratio_alone_is_not_classifiable_and_a_high_one_is(page: AppTest) -> None:
    fill(page, hap_lesion_hu="40", hap_liver_hu="50")
    assert headline(page) == "Not classifiable"
    assert "the pattern, which is missing" in words(page)
    fill(page, hap_lesion_hu="60")
    assert headline(page) == "Favours NET"
    assert "Adenocarcinoma 4 of 23, NET 18 of 23" in counts(page)


# --- problems
@pytest.mark.parametrize("name", ["hap_lesion_hu", "hap_liver_hu", "pvp_lesion_hu", "ep_liver_hu"])
@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "abc",
            "This is not a number of HU; got 'abc'; allowed: digits with at most one decimal point or comma",
        ),
        ("49,5,1", "This is not a number of HU; got '49,5,1'"),
        ("nan", "This is not a number of HU; got 'nan'"),
        ("4_9", "This is not a number of HU; got '4_9'"),
        ("49.5 HU", "Type the number alone, without unit"),
        ("3071.1", "This is no HU of tissue; got 3071.1; allowed: -1024 to 3071 HU"),
        ("-1024.1", "This is no HU of tissue; got -1024.1"),
        ("<b>*9*</b>", "This is not a number of HU; got '<b>*9*</b>'"),
    ],
)
def test_each_problem_stands_at_its_field_and_in_the_place_of_the_result(
    name: str, text: str, what: str, page: AppTest
) -> None:
    fill(page, **{**EXAMPLE, "ep_lesion_hu": "60", "ep_liver_hu": "100", name: text})
    assert what in beside(page, name)
    assert what[1:] in problems(page)
    tissue = "lesion" if "lesion" in name else "liver"
    assert f"phase, {tissue}:" in problems(page)
    assert headline(page) == counts(page) == ""
    assert fields(page)[name] == text
    others = [key for key in EXAMPLE if key != name]
    assert [beside(page, key) for key in others] == [""] * len(others)
    assert {key: fields(page)[key] for key in others} == {key: EXAMPLE[key] for key in others}


@pytest.mark.parametrize(
    ("name", "text"), [("hap_lesion_hu", "3071"), ("hap_lesion_hu", "-1024"), ("hap_liver_hu", "3071")]
)
def test_the_bounds_themselves_are_hu(name: str, text: str, page: AppTest) -> None:
    fill(page, **{**EXAMPLE, name: text})
    assert problems(page) == ""
    assert headline(page)


@pytest.mark.parametrize("text", ["0", "-0", "0,0", "-12"])
def test_a_liver_at_or_below_zero_is_refused_at_its_field(text: str, page: AppTest) -> None:
    fill(page, **{**EXAMPLE, "hap_liver_hu": text})
    assert "The liver's HU must be above 0 for a ratio" in beside(page, "hap_liver_hu")
    assert "Check the liver value" in problems(page)
    assert headline(page) == ""
    fill(page, hap_liver_hu="0.1")
    assert problems(page) == ""


def test_a_negative_lesion_is_allowed_and_warned(page: AppTest) -> None:
    fill(page, **{**EXAMPLE, "hap_lesion_hu": "-5"})
    assert headline(page)
    assert "Please note" in [heading.value for heading in page.subheader]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("hap_lesion_hu", "Hepatic artery phase: the liver HU is still missing."),
        ("hap_liver_hu", "Hepatic artery phase: the lesion HU is still missing."),
        ("ep_lesion_hu", "Equilibrium phase: the liver HU is still missing."),
    ],
)
def test_half_a_pair_is_named_and_gives_no_result(given: str, missing: str, page: AppTest) -> None:
    fill(page, **{given: "50"})
    assert problems(page) == f"- {missing}"
    assert headline(page) == ""


def test_several_problems_are_told_at_once(page: AppTest) -> None:
    fill(page, hap_lesion_hu="x", hap_liver_hu="9999", pvp_lesion_hu="50")
    assert problems(page).count("\n") == 2


def test_an_old_result_never_stands_beside_a_broken_input(page: AppTest) -> None:
    press(page, "Fill in an example")
    before = words(page)
    assert "0.707" in before
    fill(page, hap_liver_hu="seventy")
    assert headline(page) == counts(page) == ""
    assert "0.707" not in words(page)
    fill(page, hap_liver_hu="70")
    assert words(page) == before


# --- what survives, what is forgotten
def test_values_survive_the_switch_to_the_other_ways_even_broken_ones(page: AppTest) -> None:
    fill(page, **{**EXAMPLE, "ep_liver_hu": "x1", "pretest": "5", "cutoff": "0,9"})
    choose(page, "pattern", "washout")
    choose(page, "scope.untreated", "no")
    before = fields(page)
    for way in (Way.IMAGES, Way.TABLE, Way.TYPED):
        choose(page, "way", way)
    assert fields(page) == before
    assert before["ep_liver_hu"] == "x1"
    assert page.button_group(key="case.pattern").value == "washout"
    assert page.button_group(key="case.scope.untreated").value == "no"
    assert "x1" in problems(page)


def test_typed_values_are_no_measurement_on_images(page: AppTest) -> None:
    press(page, "Fill in an example")
    choose(page, "way", Way.IMAGES)
    assert headline(page) == ""
    assert "SYNTHETIC: no patient" not in words(page)


def test_a_new_case_forgets_everything_but_the_way(page: AppTest) -> None:
    fill(page, **EXAMPLE, pretest="5", cutoff="0.9", error_lesion="3", error_liver="2")
    choose(page, "pattern", "plateau")
    press(page, "All of these hold")
    page.radio(key="case.definition").set_value("lesion_hu").run()
    fill(page, **{"tolerance.lesion_hu": "12"})
    page.toggle(key="case.impression_first").set_value(True).run()
    page.radio(key="case.impression").set_value("net").run()
    press(page, "Reveal the result")
    assert headline(page)
    press(page, "Start a new case")
    assert set(fields(page).values()) == {""}
    assert page.button_group(key="case.pattern").value is None
    assert page.button_group(key="case.scope.untreated").value == "unknown"
    assert page.radio(key="case.definition").value == "liver_relative"
    assert page.toggle(key="case.impression_first").value is False
    assert [heading.value for heading in page.subheader] == ["The result will stand here"]
    page.radio(key="case.definition").set_value("lesion_hu").run()
    assert set(fields(page).values()) == {""}
    choose(page, "way", Way.IMAGES)
    press(page, "Start a new case")
    assert page.button_group(key="case.way").value == Way.IMAGES


# --- images
@pytest.fixture
def images(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The way by images. There is no browser, so there is no cookie: AppTest would hand out a mock of one."""
    monkeypatch.setattr(type(st.context), "cookies", property(lambda context: {}))
    return choose(page, "way", Way.IMAGES)


@cache
def small_study() -> tuple[Source, ...]:
    return tuple(write_study(hostile.small_phantom()))


def opened(images: AppTest, extra: Sequence[Source] = ()) -> AppTest:
    upload(images, [*small_study(), *extra])
    return press(images, "Open these phases")


def send_drawing(images: AppTest, *rois: dict[str, object]) -> AppTest:
    """What the viewer sends after an edit."""
    drawing = {"revision": case(images).images.revision, "sequence": 1, "rois": list(rois)}
    images.session_state[VIEWER_KEY] = {"drawing": drawing}
    return rested(images.run())


def oval(tissue: str, **changes: object) -> dict[str, object]:
    """An oval on the hepatic artery phase where the phantom's truth lies."""
    truth = hostile.small_phantom().truth
    place = (truth.lesion if tissue == "lesion" else truth.liver).oval
    shape = {"cx": place.cx, "cy": place.cy, "rx": place.rx, "ry": place.ry, "slice": place.slice_index}
    return {"id": f"r-{tissue}", "tissue": tissue, "phase": "hap", **shape, **changes}


def test_drawn_ovals_are_measured_and_judged(images: AppTest) -> None:
    send_drawing(opened(images), oval("lesion"), oval("liver"))
    assert headline(images) == "Favours NET"
    assert "| HAP | Lesion | 1 drawn |" in words(images)


def test_one_tissue_alone_is_named(images: AppTest) -> None:
    send_drawing(opened(images), oval("lesion"))
    assert problems(images) == "- The liver has no region yet in the hepatic artery phase."


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"cx": 4000.0}, "Lesion, hepatic artery phase: The region holds no pixel centre"),
        ({"cx": 110.0, "rx": 4.0}, "Lesion, hepatic artery phase: The region lies outside the image"),
        ({"slice": 99}, "Lesion, hepatic artery phase: The region lies outside the image"),
        ({"cx": 40.5, "cy": 40.5, "rx": 0.2, "ry": 0.2}, "holds no pixel centre"),
    ],
)
def test_an_oval_that_cannot_be_measured_is_named_and_kept(
    changes: dict[str, object], what: str, images: AppTest
) -> None:
    send_drawing(opened(images), oval("lesion", **changes), oval("liver"))
    assert what in problems(images)
    assert headline(images) == ""
    assert len(case(images).images.ovals) == 2


def test_an_oval_of_three_pixels_is_measured_and_warned(images: AppTest) -> None:
    send_drawing(opened(images), oval("lesion", rx=1.1, ry=0.5, cx=40.0, cy=40.0), oval("liver"))
    assert "| HAP | Lesion | 1 drawn | 3 |" in words(images)
    assert "The region has 3 pixels; below 25 its mean is mostly noise" in plain(words(images))


def test_what_no_viewer_of_ours_would_send_gives_no_result(images: AppTest) -> None:
    opened(images)
    images.session_state[VIEWER_KEY] = {"drawing": {"revision": 1, "sequence": 1, "rois": "all"}}
    images.run()
    assert len(images.exception) == 1  # the app itself shows its words: tests/ui/test_failure.py
    assert headline(images) == ""


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (lambda: [hostile.truncated()], "1 file was left out: truncated"),
        (lambda: [hostile.text_as_dicom()], "1 file was left out: not DICOM"),
        (
            lambda: [hostile.zip_that_climbs_out()],
            "5 files with a path that leads outside the archive were left out",
        ),
        (lambda: [hostile.zip_bomb()], "1 file that would unpack to far more than an image can was left out"),
        (hostile.without_rescale, "8 files were left out: without a rescale slope and intercept"),
        (lambda: [hostile.scout()], "1 x localizer (scout) images"),
    ],
    ids=["truncated", "text as dcm", "climbing zip", "zip bomb", "no rescale", "scout alone"],
)
def test_an_upload_without_images_is_explained_and_replaces_nothing(
    bad: Callable[[], list[Source]], what: str, images: AppTest
) -> None:
    send_drawing(opened(images), oval("lesion"), oval("liver"))
    choose(images, "pattern", "plateau")
    before, study, ovals = headline(images), case(images).images.study, case(images).images.ovals
    upload(images, bad())
    (notice,) = images.error
    assert "No CT series could be read from these files. What was open stays as it was." in notice.value
    assert what in notice.value
    assert case(images).images.study is study
    assert case(images).images.ovals == ovals
    assert headline(images) == before == "Favours NET"
    upload(images, small_study())
    assert len(images.error) == 0


def test_a_missing_slice_and_a_set_aside_file_are_told_with_the_series(images: AppTest) -> None:
    upload(images, [*hostile.series_with_missing_slice(), hostile.scout(), hostile.text_as_dicom()])
    assert "One CT series found." in words(images)
    assert "1 slice is missing (between slices 3 and 4, counted from the lowest)." in words(images)
    assert "1 x localizer (scout) images" in words(images)
    assert "1 file was left out: not DICOM" in words(images)


def test_mixed_series_can_be_told_apart(images: AppTest) -> None:
    upload(images, hostile.mixed_sizes())
    (box,) = [box for box in images.selectbox if box.label == "Hepatic artery phase"]
    assert box.options == [
        "Not given",
        "Series 2, part 1 of 2, 8 slices, 5 mm, 120 kVp",
        "Series 2, part 2 of 2, 8 slices, 5 mm, 120 kVp",
    ]


def test_two_patients_cannot_be_opened_as_phases_of_one(images: AppTest) -> None:
    upload(images, hostile.mixed_patients())
    (error,) = images.error
    assert error.value == "These series belong to different patients. Choose series of one patient."
    (button,) = [button for button in images.button if button.label == "Open these phases"]
    assert button.disabled
    (box,) = [box for box in images.selectbox if box.label == "Hepatic artery phase"]
    assert len(set(box.options)) == 3
    assert "OTHER" not in words(images)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (
            hostile.rtstruct_of_another_patient,
            "The region file refers to other images than these",
        ),
        (hostile.roi_outside_the_image, "No region of the structure set lies on the images"),
    ],
    ids=["another patient", "outside the image"],
)
def test_contours_that_do_not_fit_are_explained_and_the_ovals_stay(
    source: Callable[[], Source], what: str, images: AppTest
) -> None:
    send_drawing(opened(images), oval("lesion"), oval("liver"))
    before = headline(images)
    upload(images, [source()])
    assert f"RTSTRUCT: {what}" in "\n".join(warning.value for warning in images.warning)
    assert headline(images) == before == "Favours NET"


def test_contours_of_three_pixels_are_measured_and_warned(images: AppTest) -> None:
    opened(images, [hostile.roi_of_three_pixels()])
    for tissue, index in (("lesion", 0), ("liver", 1)):
        images.selectbox(key=f"case.contour.hap.{tissue}").set_value(index)
    rested(images.run())
    assert "| HAP | Lesion | 1 loaded | 3 |" in words(images)
    assert "The region has 3 pixels; below 25 its mean is mostly noise" in plain(words(images))


def test_a_later_contour_file_leaves_the_choice_on_the_region_that_was_chosen(images: AppTest) -> None:
    """A segmentation stands behind a structure set of the same upload, but not of a later one."""
    phantom = hostile.small_phantom()
    opened(images, [write_seg(phantom, Phase.HAP)])
    images.selectbox(key="case.contour.hap.lesion").set_value(0)
    rested(images.run())
    ((_, chosen),) = case(images).images.assigned.items()
    row = next(line for line in words(images).splitlines() if "| Lesion | 1 loaded |" in line)
    upload(images, [hostile.roi_of_three_pixels()])
    ((_, now),) = case(images).images.assigned.items()
    assert (now.roi.name, now.roi.source) == (chosen.roi.name, chosen.roi.source)
    assert row in words(images)
    assert len(images.selectbox(key="case.contour.hap.lesion").options) == 4


def test_images_and_ovals_survive_the_switch_to_the_other_ways(images: AppTest) -> None:
    send_drawing(opened(images), oval("lesion"), oval("liver"))
    for way in (Way.TYPED, Way.TABLE, Way.IMAGES):
        choose(images, "way", way)
    assert headline(images) == "Favours NET"
    assert len(case(images).images.ovals) == 2


def test_a_new_case_frees_the_images_and_an_exchange_of_images_does_too(images: AppTest) -> None:
    opened(images)
    first = remembered(images)
    upload(images, small_study())
    assert_freed(first)
    press(images, "Open these phases")
    second = remembered(images)
    send_drawing(images, oval("lesion"), oval("liver"))
    assert headline(images)
    press(images, "Start a new case")
    assert case(images).images.study is None
    assert "3 CT series found." not in words(images)
    assert_freed(second)


def remembered(images: AppTest) -> list[weakref.ref[object]]:
    """Weak references to all that is large or tells of the patient."""
    state = case(images).images
    assert state.study is not None
    volumes = [opened.volume for opened in state.phases.values()]
    headers = [series.frames[0].header for series in state.study.series]
    assert len(volumes) == len(headers) == 3
    pixels = [volume.stored for volume in volumes]
    return [weakref.ref(one) for one in (state, state.study, *volumes, *headers, *pixels)]


def assert_freed(held: list[weakref.ref[object]]) -> None:
    gc.collect()
    assert [type(one()).__name__ for one in held if one() is not None] == []
