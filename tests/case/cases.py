"""Cases in a few words for the tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gepnet_core.case.case import Case
from gepnet_core.case.measurement import Hu, Measurement, Reading
from gepnet_core.case.phase import Phase


def hu(value: str | float) -> Hu:
    """Text is a typed value, a float a measured one."""
    return Decimal(value) if isinstance(value, str) else value


def measurement(phase: Phase, lesion: str | float, liver: str | float) -> Measurement:
    return Measurement(phase, Reading(hu(lesion)), Reading(hu(liver)))


def case(
    hap: tuple[str | float, str | float] | None = None,
    pvp: tuple[str | float, str | float] | None = None,
    ep: tuple[str | float, str | float] | None = None,
    **choices: Any,
) -> Case:
    given = {Phase.HAP: hap, Phase.PVP: pvp, Phase.EP: ep}
    return Case({phase: measurement(phase, *pair) for phase, pair in given.items() if pair}, **choices)
