"""What would change a criterion or the call, the smallest change first."""

from __future__ import annotations

from itertools import groupby

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.phase import Phase
from gepnet_core.case.robustness import Changes, Flip, Quantity
from gepnet_core.case.rule import Call
from gepnet_core.numbers import format_delta_hu, format_hu

_CHANGED = {Changes.HAP_RATIO: "the ratio", Changes.PATTERN: "the pattern", Changes.CALL: "the call"}
_ORDER = list(_CHANGED)


def flip_sentences(assessment: Assessment) -> tuple[str, ...]:
    """One sentence for each value of a HU that changes something; flips to the same value are one."""
    ordered = sorted(
        assessment.flips,
        key=lambda f: (abs(f.delta_hu), f.quantity.name, f.to_hu, _ORDER.index(f.changes)),
    )
    return tuple(
        _sentence(assessment, quantity, list(flips))
        for (quantity, _), flips in groupby(ordered, key=lambda f: (f.quantity, f.to_hu))
    )


def steadfast_sentence(assessment: Assessment) -> str | None:
    """Said where no single HU changes the call; None where one does, or where no call is made.

    An arterial HU always flips its own criterion: no flip at all then means that none were sought.
    """
    if assessment.call is Call.WITHHELD or not assessment.case.measurements:
        return None
    if not assessment.flips and Phase.HAP in assessment.case.measurements:
        return None
    if any(flip.changes is Changes.CALL for flip in assessment.flips):
        return None
    return "No single HU value changes the call while the other inputs stay as they are."


def _sentence(assessment: Assessment, quantity: Quantity, flips: list[Flip]) -> str:
    first = flips[0]
    place = f"the {quantity.phase.upper()} {quantity.tissue}"
    steps = [_step(flip) for flip in flips]
    listed = steps[0] if len(steps) == 1 else f"{', '.join(steps[:-1])} and {steps[-1]}"
    return (
        f"{format_delta_hu(first.delta_hu)} in {place} ({_from_text(assessment, first)} to "
        f"{format_hu(first.to_hu)}) moves {listed}."
    )


def _step(flip: Flip) -> str:
    preposition = "" if flip.outcome.startswith("above") else "to "
    return f"{_CHANGED[flip.changes]} {preposition}{flip.outcome}"


def _from_text(assessment: Assessment, flip: Flip) -> str:
    """The present value, as it is shown elsewhere."""
    measurement = assessment.case.measurements[Phase(flip.quantity.phase)]
    return format_hu((measurement.lesion if flip.quantity.tissue == "lesion" else measurement.liver).hu)
