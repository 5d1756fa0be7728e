"""P values of several tests together: Holm's adjustment."""

from __future__ import annotations

from collections.abc import Sequence

from gepnet_core.errors import InsufficientDataError


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjusted P values that keep the risk of any false finding within their level.

    Parameters
    ----------
    p_values : sequence of float or None
        None where a test gave no P; such a test is not counted.

    Returns
    -------
    tuple of float or None
        In the order given, None where None was given.

    Raises
    ------
    InsufficientDataError
        If a P is not between 0 and 1.

    Notes
    -----
    With the m P values in rising order, the largest (m - j + 1) p_j of those up to each, at most 1.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70; adjusted values: Wright SP. Biometrics 1992;48:1005-1013.
    """
    there = [(p, place) for place, p in enumerate(p_values) if p is not None]
    if not all(0 <= p <= 1 for p, _ in there):
        raise InsufficientDataError(
            "a P value is a probability", allowed="from 0 to 1, or None where a test gave none"
        )
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for j, (p, place) in enumerate(sorted(there)):
        largest = max(largest, min(1.0, (len(there) - j) * p))
        adjusted[place] = largest
    return tuple(adjusted)
