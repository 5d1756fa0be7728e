"""Cases that the tests of reports and figures share, and a strategy for any case."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from gepnet_core.case.case import Case, ReadingError, ScopeState
from gepnet_core.case.measurement import Measurement, Reading, RoiSpread
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.study.scope import load_scope


def typed(phase: Phase, lesion: str, liver: str) -> Measurement:
    return Measurement(phase, Reading(Decimal(lesion)), Reading(Decimal(liver)))


def measured(phase: Phase, lesion: float, liver: float) -> Measurement:
    return Measurement(
        phase,
        Reading(lesion, RoiSpread(120, 11.2, 80.4, 1, (("small", "the region has few pixels."),))),
        Reading(liver, RoiSpread(240, None, None, 2)),
    )


def case_of(
    hap: tuple[str, str] | None = None,
    pvp: tuple[str, str] | None = None,
    ep: tuple[str, str] | None = None,
    *,
    reader: EnhancementPattern | None = None,
    **choices: object,
) -> Case:
    given = {Phase.HAP: hap, Phase.PVP: pvp, Phase.EP: ep}
    measurements = {phase: typed(phase, *pair) for phase, pair in given.items() if pair is not None}
    # Each choice has its own type; Case checks them.
    return Case(measurements, reader, **choices)  # type: ignore[arg-type]


PLATEAU, WASHOUT, PROGRESSIVE = (
    EnhancementPattern.PLATEAU,
    EnhancementPattern.WASHOUT,
    EnhancementPattern.PROGRESSIVE,
)
LOW, AT, HIGH = ("44.9", "53.5"), ("44.9", "50"), ("60", "50")

_HU = st.decimals("-100", "400", places=1, allow_nan=False, allow_infinity=False)
_LIVER = st.decimals("0.1", "300", places=1, allow_nan=False, allow_infinity=False)


@st.composite
def _measurements(draw: st.DrawFn, phase: Phase) -> Measurement:
    lesion, liver = draw(_HU), draw(_LIVER)
    if draw(st.booleans()):
        return Measurement(phase, Reading(lesion), Reading(liver))
    return measured(phase, float(lesion) + draw(st.floats(-0.04, 0.04)), float(liver))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any case that can be judged: one phase at least, or a reader's pattern."""
    phases = draw(st.sets(st.sampled_from(list(Phase))))
    reader = draw(st.sampled_from([*EnhancementPattern, None] if phases else list(EnhancementPattern)))
    return Case(
        {phase: draw(_measurements(phase)) for phase in phases},
        reader,
        definition=draw(st.sampled_from(list(PatternDefinition))),
        cutoff=draw(st.sampled_from([Decimal("0.898"), Decimal("0.95"), Decimal("1.10345")])),
        pretest_net=draw(st.sampled_from([None, Decimal("0.05"), Decimal("0.9999")])),
        scope=draw(st.dictionaries(st.sampled_from(list(load_scope())), st.sampled_from(list(ScopeState)))),
        reading_error=draw(
            st.sampled_from([ReadingError(Decimal(6), Decimal(3)), ReadingError(Decimal(0), Decimal(0))])
        ),
    )
