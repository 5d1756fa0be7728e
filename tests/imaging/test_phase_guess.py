from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.series.phase_guess import (
    PhaseGuess,
    guess_phase,
    phase_at,
    reconcile,
    seconds_since_contrast,
)

HAP, PVP, EP = Phase.HAP, Phase.PVP, Phase.EP


@pytest.mark.parametrize(
    ("description", "phase"),
    [
        ("ARTERIAL", HAP),
        ("Late arterial 3.0 B30f", HAP),
        ("LIVER ART 1.25mm", HAP),
        ("Abd_Art_5mm", HAP),
        ("HAP", HAP),
        ("Leber spätarteriell", HAP),
        ("Arterielle Phase", HAP),
        ("Temps artériel", HAP),
        ("Fase arterial", HAP),
        ("Fase arteriosa", HAP),
        ("Arteriële fase", HAP),
        ("动脉期 5mm", HAP),
        ("動脈期", HAP),
        ("PORTAL VENOUS 5MM", PVP),
        ("Abdomen PV", PVP),
        ("portalvenöse Phase", PVP),
        ("Leber portalvenoes", PVP),
        ("Temps portal", PVP),
        ("portoveineux", PVP),
        ("Fase venosa portal", PVP),
        ("fase portale", PVP),
        ("portoveneuze fase", PVP),
        ("门静脉期", PVP),
        ("门脉期", PVP),
        ("Equilibrium", EP),
        ("Gleichgewichtsphase", EP),
        ("phase d'équilibre", EP),
        ("fase de equilibrio", EP),
        ("evenwichtsfase", EP),
        ("平衡期", EP),
        ("延迟期", EP),
        ("DELAYED", EP),
        ("Spätphase", EP),
        ("Temps tardif", EP),
        ("fase tardiva", EP),
        ("Late venous", PVP),
    ],
)
def test_words_of_a_description_name_the_phase(description, phase):
    guess = guess_phase(description, "", None)
    assert guess.phase is phase
    assert guess.reason.startswith('the word "')


@pytest.mark.parametrize(
    "description",
    [
        "HEART",
        "PLATE",
        "TWO PLATES 5 mm",
        "LIVER 3 PHASE (AP)",
        "Abdomen 5.0 B30s",
        "5 mm",
        "Chest 0.5 sec",
        "SmartScore - Gated 0.5 sec",
        "70 sag",
        "主动脉 CTA",
        "PARTIAL",
        "REPORT",
        "ISOVENOUSLY",
        "Lv2",
        "FDG_TK_KM",
        "ART / PV / DELAY",
        "30s and 70s",
        "",
    ],
)
def test_traps_name_no_phase(description):
    assert guess_phase(description, "", None).phase is None


@pytest.mark.parametrize(
    "description",
    [
        "Abdomen nativ",
        "WITHOUT CONTRAST",
        "Leber ohne KM",
        "sans injection",
        "sin contraste",
        "senza mdc",
        "平扫",
    ],
)
def test_a_series_without_contrast_has_no_phase_even_where_a_time_stands(description):
    guess = guess_phase(description, "", 30.0)
    assert guess.phase is None
    assert "without contrast" in guess.reason


def test_w_wo_decides_nothing():
    assert "without contrast" not in guess_phase("ABD W WO", "", None).reason


@pytest.mark.parametrize(
    ("description", "phase"),
    [
        ("Liver 35s", HAP),
        ("Liver 35 sec", HAP),
        ("Leber 70 Sek", PVP),
        ("ABDOMEN 3 MIN", EP),
        ("Liver 50s", None),
    ],
)
def test_a_delay_written_in_the_description(description, phase):
    assert guess_phase(description, "", None).phase is phase


@pytest.mark.parametrize(
    ("seconds", "phase"),
    [
        (19.9, None),
        (20.0, HAP),
        (25.0, HAP),
        (30.0, HAP),
        (45.0, HAP),
        (45.1, None),
        (54.9, None),
        (55.0, PVP),
        (70.0, PVP),
        (75.0, PVP),
        (95.8, PVP),
        (110.0, PVP),
        (110.1, None),
        (119.9, None),
        (120.0, EP),
        (150.0, EP),
        (420.0, EP),
        (420.1, None),
    ],
)
def test_windows_of_time(seconds, phase):
    """The study scanned at 25-30, 70-75 and 150 s after the start of the injection (Methods)."""
    assert phase_at(seconds) is phase


@pytest.mark.parametrize(
    ("start", "first", "seconds"),
    [
        (50_536.694022, 50_632.457, 95.762978),  # totalseg_abdomen, DICOM tags read with dcmdump
        (86_390.0, 20.0, 30.0),  # over midnight
        (1000.0, 1005.0, 5.0),
        (1000.0, 1004.9, None),  # a test bolus
        (1000.0, 1900.0, 900.0),
        (1000.0, 1900.1, None),
        (1000.0, 990.0, None),  # another clock
        (None, 990.0, None),
        (1000.0, None, None),
    ],
)
def test_seconds_since_contrast(start, first, seconds):
    found = seconds_since_contrast(start, first)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=1e-6))


def test_a_word_outweighs_the_time_and_the_conflict_is_said():
    guess = guess_phase("ARTERIAL", "", 70.0)
    assert guess.phase is HAP
    assert guess.reason == (
        'the word "arterial" in the series description; '
        "but 70 s after the start of contrast would be the portal venous phase"
    )


def test_several_words_leave_the_time_to_decide():
    assert guess_phase("ART AND PV", "", 72.0).phase is PVP
    assert guess_phase("ART AND PV", "", None).reason == "words of several phases in the series description"


def test_the_protocol_counts_after_the_description():
    assert guess_phase("PV 5mm", "ARTERIAL", None).phase is PVP
    assert guess_phase("5mm", "ARTERIAL", None).phase is HAP


def test_a_protocol_that_holds_for_several_series_tells_none():
    same = guess_phase("5mm", "ARTERIAL", None)
    settled = reconcile([same, same], [None, None])
    assert [guess.phase for guess in settled] == [None, None]
    assert "does not tell them apart" in settled[0].reason


def test_two_series_of_one_phase_are_said():
    settled = reconcile([guess_phase("ART", "", None), guess_phase("LATE ART", "", None)], [None, None])
    assert [guess.phase for guess in settled] == [HAP, HAP]
    assert all("2 series are guessed as the hepatic artery phase" in guess.reason for guess in settled)


def test_the_order_in_time_is_a_hint_and_no_guess():
    unknown = guess_phase("", "", None)
    settled = reconcile([unknown, unknown], [200.0, 100.0])
    assert [guess.phase for guess in settled] == [None, None]
    assert settled[0].reason.endswith("acquired as number 2 of 2 by the clock")
    around_midnight = reconcile([unknown, unknown], [10.0, 86_390.0])
    assert "clock" not in around_midnight[0].reason


@given(st.text(max_size=80), st.text(max_size=80), st.none() | st.floats(5, 900))
def test_a_reason_never_quotes_the_header(description, protocol, seconds):
    """Whatever the header says, the reason is made of our own words and numbers of seconds."""
    marked = f"{description} ZQXCANARY", f"ZQXCANARY {protocol}"
    guess = guess_phase(*marked, seconds)
    assert isinstance(guess, PhaseGuess)
    assert "zqxcanary" not in guess.reason.lower()
