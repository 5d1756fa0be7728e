"""The page of a case by images: ovals, refused uploads, contours, what survives and what is freed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Sequence
from functools import cache

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.dicom import write_study
from gepnet_core.imaging.phantom.rois import write_seg
from gepnet_core.imaging.pixels.intake import Source
from tests.imaging import hostile
from tests.pages.case_steps import (
    case,
    choose,
    headline,
    plain,
    press,
    problems,
    rested,
    upload,
    words,
)
from ui.case.image_rois import VIEWER_KEY
from ui.state import Way

Opener = Callable[[str], AppTest]


@pytest.fixture
def page(open_page: Opener) -> AppTest:
    return rested(open_page("case.py"))


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
    assert "HAP Lesion 1 drawn " in words(images)


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
    assert "HAP Lesion 1 drawn 3 " in words(images)
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
    assert "HAP Lesion 1 loaded 3 " in words(images)
    assert "The region has 3 pixels; below 25 its mean is mostly noise" in plain(words(images))


def test_a_later_contour_file_leaves_the_choice_on_the_region_that_was_chosen(images: AppTest) -> None:
    """A segmentation stands behind a structure set of the same upload, but not of a later one."""
    phantom = hostile.small_phantom()
    opened(images, [write_seg(phantom, Phase.HAP)])
    images.selectbox(key="case.contour.hap.lesion").set_value(0)
    rested(images.run())
    ((_, chosen),) = case(images).images.assigned.items()
    row = next(line for line in words(images).splitlines() if "Lesion 1 loaded " in line)
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
