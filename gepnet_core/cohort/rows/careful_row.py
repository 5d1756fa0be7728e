"""One row of a cohort by itself: exact decimals, and an issue for each cell that cannot be taken as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gepnet_core.case.case import CUTOFF_HIGHEST, Case, ScopeState
from gepnet_core.case.measurement import Measurement, Reading
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Verdict, settle
from gepnet_core.cohort.dictionary.mapping import RatioOrientation
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.dictionary.table_cells import RowReader
from gepnet_core.errors import MeasurementError
from gepnet_core.study.scope import load_scope

RATIO_PHASES = (Phase.HAP, Phase.PVP)
"""Phases whose ratio may stand in a table without the HU that it was made of."""


@dataclass(frozen=True)
class CarefulRow:
    """What one row says of the criteria.

    ``measurements`` rest on HU; ``ratios`` hold those of a phase of which only the ratio is given as well.
    """

    measurements: Mapping[Phase, Measurement]
    ratios: Mapping[Phase, float]
    reader_pattern: EnhancementPattern | None
    verdict: Verdict
    is_outside_scope: bool


def careful_row(reader: RowReader, settings: Case) -> CarefulRow | None:
    """Read the criteria of one row; None where an issue, which the reader then holds, forbids to count it.

    Parameters
    ----------
    reader : RowReader
    settings : Case
        Cutoff, definition and tolerance; its measurements are not looked at.
    """
    measurements = {phase: m for phase in Phase if (m := reader.measurement(phase)) is not None}
    known = dict(measurements)
    for phase in RATIO_PHASES:
        if phase in measurements:
            cutoff = settings.cutoff if phase is Phase.HAP else None
            reader.compare_ratio(f"{phase}_ratio", measurements[phase], cutoff)
        elif (quotient := _ratio_alone(reader, phase)) is not None:
            known[phase] = quotient
    word = reader.choice("pattern")
    pattern = None if word is None else EnhancementPattern(word)
    scope = [reader.choice(load_dictionary().scope_prefix + item) for item in load_scope()]
    if reader.is_stopped:
        return None
    verdict = settle(settings, known)
    if settings.definition is PatternDefinition.LESION_HU:
        # A ratio has no change of the lesion's HU.
        verdict = Verdict(verdict.ratio_met, settle(settings, measurements).pattern, verdict.call)
    return CarefulRow(
        measurements,
        {phase: measurement.ratio for phase, measurement in known.items()},
        pattern,
        verdict if pattern is None else Verdict(verdict.ratio_met, pattern, verdict.call),
        ScopeState.NO in scope,
    )


def _ratio_alone(reader: RowReader, phase: Phase) -> Measurement | None:
    """A ratio of the table as lesion and liver of which it is the quotient; None where there is none."""
    name = f"{phase}_ratio"
    given = reader.number(name)
    if given is None:
        return None
    is_inverse = reader.mapping.ratio is RatioOrientation.LIVER_OVER_LESION
    lesion, liver = (Decimal(1), given) if is_inverse else (given, Decimal(1))
    try:
        quotient = Measurement(phase, Reading(lesion), Reading(liver))
    except MeasurementError:
        allowed = "liver HU / lesion HU, above 0" if is_inverse else "lesion HU / liver HU, such as 0.9"
        reader.report(name, "this is no such ratio", f"Allowed: {allowed}.", stops_the_call=True)
        return None
    if abs(quotient.exact_ratio) > CUTOFF_HIGHEST:
        problem = f"lesion / liver would be above {CUTOFF_HIGHEST}; it was taken as it stands"
        reader.report(
            name, problem, "Check that it is a ratio, no percentage and no HU.", stops_the_call=False
        )
    return quotient
