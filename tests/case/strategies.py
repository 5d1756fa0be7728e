"""Cases for property-based tests: typed tenths and measured means, many of them near a threshold."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from gepnet_core.case.case import Case, study_cutoff
from gepnet_core.case.measurement import Hu, Measurement, Reading
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase

# Measured means are multiples of 1/512 HU: floats without rounding, so that an oracle can use integers.
PER_HU = 512


def as_typed_or_measured(value: float, *, typed: bool) -> Hu:
    return Decimal(round(value * 10)) / 10 if typed else round(value * PER_HU) / PER_HU


@st.composite
def measurements(draw: st.DrawFn, phase: Phase, near: float) -> Measurement:
    liver = as_typed_or_measured(draw(st.floats(0.5, 250)), typed=draw(st.booleans()))
    lesion_typed = draw(st.booleans())
    if draw(st.booleans()):
        value = near * float(liver) + draw(st.floats(-3, 3))
    else:
        value = draw(st.floats(-120, 400))
    return Measurement(phase, Reading(as_typed_or_measured(value, typed=lesion_typed)), Reading(liver))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    cutoff = draw(st.sampled_from([study_cutoff(), Decimal("0.5"), Decimal("1"), Decimal("1.37")]))
    definition = draw(st.sampled_from(PatternDefinition))
    choices = {
        PatternDefinition.LIVER_RELATIVE: ["0.20", "0", "0.05", "0.31", "1.5"],
        PatternDefinition.LESION_HU: ["10", "0", "0.1", "25", "2.5"],
    }
    tolerance = Decimal(draw(st.sampled_from(choices[definition])))
    given_phases: dict[Phase, Measurement] = {}
    if draw(st.integers(0, 9)) > 0:
        given_phases[Phase.HAP] = draw(measurements(Phase.HAP, float(cutoff)))
    if draw(st.integers(0, 9)) > 1:
        given_phases[Phase.PVP] = draw(measurements(Phase.PVP, float(cutoff) - 0.2))
    if draw(st.booleans()):
        given_phases[Phase.EP] = draw(measurements(Phase.EP, 0.7))
    reader = draw(st.sampled_from([None, None, *EnhancementPattern]))
    return Case(
        given_phases,
        reader_pattern=reader,
        definition=definition,
        tolerances={definition: tolerance},
        cutoff=cutoff,
    )
