"""What each pitfall does to readings: closed forms, and what it leaves alone."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import read_toml
from gepnet_core.teaching.patients import HU_NAMES
from gepnet_core.teaching.pitfalls import altered_hu, kvp_of, oval_sd_hu
from gepnet_core.teaching.quiz_data import QUIZ_FILE, Pitfall, build_quiz_settings, load_quiz_settings

READINGS = {"hap_lesion_hu": 86, "hap_liver_hu": 75, "pvp_lesion_hu": 91, "pvp_liver_hu": 112}
READINGS |= {"ep_lesion_hu": 72, "ep_liver_hu": 99}

readings = st.fixed_dictionaries({name: st.integers(20, 200) for name in HU_NAMES})


def altered(pitfall: Pitfall, hu: dict[str, int]) -> dict[str, int]:
    before = {name: np.array([value]) for name, value in hu.items()}
    after = altered_hu(pitfall, before)
    assert {name: int(column[0]) for name, column in before.items()} == hu  # left as it was
    assert all(column.dtype == np.int64 for column in after.values())
    return {name: int(column[0]) for name, column in after.items()}


def test_swapped_phases() -> None:
    assert altered(Pitfall.SWAPPED_PHASES, READINGS) == READINGS | {
        "hap_lesion_hu": 91,
        "hap_liver_hu": 112,
        "pvp_lesion_hu": 86,
        "pvp_liver_hu": 75,
    }


def test_swapped_lesion_and_liver() -> None:
    assert altered(Pitfall.SWAPPED_LESION_AND_LIVER, READINGS) == {
        "hap_lesion_hu": 75,
        "hap_liver_hu": 86,
        "pvp_lesion_hu": 112,
        "pvp_liver_hu": 91,
        "ep_lesion_hu": 99,
        "ep_liver_hu": 72,
    }


def test_steatosis_takes_the_same_from_the_liver_on_every_phase() -> None:
    # 25 % fat at -1.7 HU per percent: 42.5 HU, and halves go to even numbers.
    assert altered(Pitfall.STEATOSIS, READINGS) == READINGS | {
        "hap_liver_hu": 32,
        "pvp_liver_hu": 70,
        "ep_liver_hu": 56,
    }


def test_necrosis_mixes_two_parts_of_five_at_16_hu() -> None:
    # 0.6 x 86 + 0.4 x 16 = 58, 0.6 x 91 + 6.4 = 61, 0.6 x 72 + 6.4 = 49.6
    assert altered(Pitfall.NECROSIS_IN_OVAL, READINGS) == READINGS | {
        "hap_lesion_hu": 58,
        "pvp_lesion_hu": 61,
        "ep_lesion_hu": 50,
    }
    # sqrt(10^2 + 0.24 x 70^2) = sqrt(1276)
    assert oval_sd_hu(Pitfall.NECROSIS_IN_OVAL, 10, 86) == round(math.sqrt(1276)) == 36
    for pitfall in (None, *(p for p in Pitfall if p is not Pitfall.NECROSIS_IN_OVAL)):
        assert oval_sd_hu(pitfall, 10, 86) == 10


def test_the_sd_of_a_mixture_is_that_of_its_pixels() -> None:
    rng = np.random.default_rng(1)
    pixels = np.where(np.arange(200_000) % 5 < 2, 16, 86) + rng.normal(0, 10, 200_000)
    assert oval_sd_hu(Pitfall.NECROSIS_IN_OVAL, 10, 86) == pytest.approx(pixels.std(ddof=1), abs=0.5)


def test_low_tube_voltage_multiplies_iodine_alone() -> None:
    # Factor 1.63 above 46 (lesion) and 58 HU (liver): 46 + 1.63 x 40 = 111.2, 58 + 1.63 x 17 = 85.71.
    assert altered(Pitfall.LOW_TUBE_VOLTAGE, READINGS) == {
        "hap_lesion_hu": 111,
        "hap_liver_hu": 86,
        "pvp_lesion_hu": 119,
        "pvp_liver_hu": 146,
        "ep_lesion_hu": 88,
        "ep_liver_hu": 125,
    }
    assert kvp_of(Pitfall.LOW_TUBE_VOLTAGE) == 80
    assert {kvp_of(p) for p in (None, *Pitfall) if p is not Pitfall.LOW_TUBE_VOLTAGE} == {120}


def test_an_inverted_ratio_leaves_the_readings() -> None:
    assert altered(Pitfall.INVERTED_RATIO, READINGS) == READINGS


@given(readings)
def test_a_swap_twice_is_none(hu: dict[str, int]) -> None:
    for pitfall in (Pitfall.SWAPPED_PHASES, Pitfall.SWAPPED_LESION_AND_LIVER):
        assert altered(pitfall, altered(pitfall, hu)) == hu


@given(readings)
def test_the_equilibrium_phase_is_not_swapped_and_fat_spares_the_lesion(hu: dict[str, int]) -> None:
    swapped, fatty = altered(Pitfall.SWAPPED_PHASES, hu), altered(Pitfall.STEATOSIS, hu)
    necrotic = altered(Pitfall.NECROSIS_IN_OVAL, hu)
    for name in HU_NAMES:
        if name.startswith("ep_"):
            assert swapped[name] == hu[name]
        unchanged, changed = (fatty, necrotic) if name.endswith("lesion_hu") else (necrotic, fatty)
        assert unchanged[name] == hu[name] and changed[name] <= hu[name]


# --- the file


def test_every_pitfall_is_told_in_full() -> None:
    pitfalls = load_quiz_settings().pitfalls
    assert set(pitfalls) == set(Pitfall)
    for entry in pitfalls.values():
        assert all(text.endswith(".") for text in (entry.altered, entry.see, entry.lesson))
        assert entry.name and not entry.name.endswith(".")


def test_numbers_of_the_study_are_read_from_its_facts() -> None:
    entry = load_quiz_settings().pitfalls[Pitfall.LOW_TUBE_VOLTAGE]
    assert entry.see.endswith("were scanned at 120 kVp.") and entry.lesson.endswith("belongs to 120 kVp.")
    raw = QUIZ_FILE.read_text(encoding="utf-8")
    assert all(number not in raw for number in ("120", "0.898", "0.20", "23"))


def damaged(path: list[Any], value: object) -> dict[str, Any]:
    content = copy.deepcopy(read_toml(QUIZ_FILE))
    place: Any = content
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["selection"], None),
        (["selection", "doubtful_chance"], "0.5"),
        (["selection", "doubtful_chance"], "ten"),
        (["selection", "tolerance_margin"], "0"),
        (["oval", "lesion_sd_hu"], [9]),
        (["oval", "liver_sd_hu"], [9, 8]),
        (["pitfall", 0], None),
        (["pitfall", 0, "id"], "swapped_patients"),
        (["pitfall", 0, "id"], "steatosis"),
        (["pitfall", 0, "base"], "lymphoma"),
        (["pitfall", 0, "lesson"], None),
        (["pitfall", 0, "lesson"], "See {no_such_fact}."),
        (["pitfall", 0, "extra"], "more"),
        (["pitfall", 2, "fat_percent"], None),
        (["pitfall", 3, "share"], 1.0),
    ],
)
def test_a_damaged_file_is_refused(path: list[Any], value: object) -> None:
    with pytest.raises(GepnetError, match="is damaged"):
        build_quiz_settings(damaged(path, value))
