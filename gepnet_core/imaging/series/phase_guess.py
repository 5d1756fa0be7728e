"""A guess of each series' contrast phase, with its reason. The user confirms or changes it.

Order of worth: words of the series description, a delay written in it, words of the protocol name, then the
time between the start of contrast and the first acquisition. Reasons use only words of our own list and
numbers of seconds; header text never enters one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.series.phase_words import Unenhanced, phase_words
from gepnet_core.imaging.series.words import MAX_TEXT, word_list

# The study scanned 25-30 s, 70-75 s and 150 s after the start of the injection (Methods, "CT examination").
# Windows are widened to common practice and leave gaps where the time decides nothing.
PHASE_WINDOWS_S = {Phase.HAP: (20.0, 45.0), Phase.PVP: (55.0, 110.0), Phase.EP: (120.0, 420.0)}
# Shorter or longer is a test bolus, another injection or another clock.
PLAUSIBLE_SECONDS = (5.0, 900.0)
DAY_S = 86_400.0
# A letter before the number is a kernel ("B30s"), a point or comma a rotation time ("0.5 s").
_SECONDS_TEXT = re.compile(
    r"(?<![a-z0-9.,])(\d{2,3})\s?(?:s|sec|secs|sek|seg|seconds|sekunden|secondes|segundos|secondi|秒)(?![a-z])"
)
_MINUTES_TEXT = re.compile(r"(?<![a-z0-9.,])(\d{1,2})\s?(?:min|mins|minutes|minuten|分钟)(?![a-z])")


@dataclass(frozen=True)
class PhaseGuess:
    """Phase that the header suggests, None where it suggests none; why; seconds after contrast if known."""

    phase: Phase | None
    reason: str
    seconds: float | None = None


def seconds_since_contrast(bolus_start_s: float | None, first_acquisition_s: float | None) -> float | None:
    """Seconds from ContrastBolusStartTime (0018,1042) to the first AcquisitionTime (0008,0032) of a series.

    Times are seconds since midnight; an injection before midnight and a scan after it are honoured. None
    where a time is missing or the difference is implausible (outside `PLAUSIBLE_SECONDS`).
    """
    if bolus_start_s is None or first_acquisition_s is None:
        return None
    seconds = (first_acquisition_s - bolus_start_s) % DAY_S
    low, high = PLAUSIBLE_SECONDS
    return seconds if low <= seconds <= high else None


def phase_at(seconds: float) -> Phase | None:
    """Phase whose window holds the time, bounds included; None between the windows."""
    for phase, (low, high) in PHASE_WINDOWS_S.items():
        if low <= seconds <= high:
            return phase
    return None


def guess_phase(description: str, protocol: str, seconds: float | None) -> PhaseGuess:
    """Guess the phase of one series.

    Parameters
    ----------
    description, protocol : str
        SeriesDescription and ProtocolName.
    seconds : float or None
        From `seconds_since_contrast`.
    """
    timed = phase_at(seconds) if seconds is not None else None
    for text, place in ((description, "series description"), (protocol, "protocol name")):
        named = phase_words(word_list(text), text[:MAX_TEXT])
        kinds = {kind for kind, _ in named}
        if len(kinds) == 1:
            kind, word = named[0]
            if isinstance(kind, Unenhanced):
                return PhaseGuess(None, f'the word "{word}" in the {place}: without contrast', seconds)
            return PhaseGuess(
                kind, f'the word "{word}" in the {place}' + _doubt(kind, timed, seconds), seconds
            )
        if len(kinds) > 1 and place == "series description":
            return _several_words(timed, seconds)
        if place == "series description":
            written = _written_delay(text)
            phase = phase_at(written) if written is not None else None
            if written is not None and phase is not None:
                reason = f"a delay of {written:.0f} s written in the {place}"
                return PhaseGuess(phase, reason + _doubt(phase, timed, seconds), seconds)
    return _by_time(timed, seconds)


def _written_delay(text: str) -> float | None:
    """One delay such as "35 s" or "3 min" in the text; None where there is none or several."""
    lowered = text[:MAX_TEXT].casefold()
    found = [float(value) for value in _SECONDS_TEXT.findall(lowered)]
    found += [60 * float(value) for value in _MINUTES_TEXT.findall(lowered)]
    return found[0] if len(found) == 1 else None


def _doubt(phase: Phase, timed: Phase | None, seconds: float | None) -> str:
    if timed is None or timed is phase or seconds is None:
        return ""
    return f"; but {seconds:.0f} s after the start of contrast would be the {timed.label}"


def _several_words(timed: Phase | None, seconds: float | None) -> PhaseGuess:
    if timed is None or seconds is None:
        return PhaseGuess(None, "words of several phases in the series description", seconds)
    return PhaseGuess(
        timed,
        f"{seconds:.0f} s after the start of contrast; words of several phases in the series description",
        seconds,
    )


def _by_time(timed: Phase | None, seconds: float | None) -> PhaseGuess:
    if seconds is None:
        return PhaseGuess(None, "neither a word nor a time in the header tells the phase")
    if timed is None:
        return PhaseGuess(
            None, f"{seconds:.0f} s after the start of contrast lies between the phases", seconds
        )
    return PhaseGuess(timed, f"{seconds:.0f} s after the start of contrast", seconds)


def reconcile(guesses: Sequence[PhaseGuess], clocks_s: Sequence[float | None]) -> tuple[PhaseGuess, ...]:
    """Make the guesses of one study consistent: say where a phase is guessed twice, and the order in time.

    Parameters
    ----------
    guesses : sequence of PhaseGuess
    clocks_s : sequence of float or None
        First acquisition of each series in seconds since midnight.

    Returns
    -------
    tuple of PhaseGuess
        The phases are as they were; a phase named by the protocol alone is dropped where it would hold for
        several series, since a protocol names the examination and not the series.
    """
    counts = Counter(guess.phase for guess in guesses)
    ranks = _ranks(clocks_s)
    settled: list[PhaseGuess] = []
    for guess, rank in zip(guesses, ranks, strict=True):
        if guess.phase is not None and counts[guess.phase] > 1:
            times = counts[guess.phase]
            if "protocol name" in guess.reason:
                reason = f"the protocol name is the same for {times} series and does not tell them apart"
                settled.append(replace(guess, phase=None, reason=reason))
            else:
                note = f"; {times} series are guessed as the {guess.phase.label}"
                settled.append(replace(guess, reason=guess.reason + note))
        elif guess.phase is None and rank is not None:
            position, total = rank
            note = f"; acquired as number {position} of {total} by the clock"
            settled.append(replace(guess, reason=guess.reason + note))
        else:
            settled.append(guess)
    return tuple(settled)


def _ranks(clocks_s: Sequence[float | None]) -> list[tuple[int, int] | None]:
    """(rank, total) of each time; None where fewer than two differ. Around midnight no order is claimed."""
    known = sorted({clock for clock in clocks_s if clock is not None})
    if len(known) < 2 or known[-1] - known[0] > DAY_S / 2:
        return [None for _ in clocks_s]
    return [None if clock is None else (known.index(clock) + 1, len(known)) for clock in clocks_s]
