"""A cohort of 46 invented patients that reproduces what the study prints, from a seed.

The study publishes no patient's data. A cohort found here is one of very many that fit, and is nobody's data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from gepnet_core.errors import StudyError
from gepnet_core.replication.measures import measure_cohort
from gepnet_core.replication.search.annealer import uniform_numbers
from gepnet_core.replication.search.cohort_build import Failure, Table, build_cohort
from gepnet_core.replication.search.constraints import Check, check_all
from gepnet_core.replication.search.features import ends_as_printed
from gepnet_core.replication.search.ratio_search import search_ratios
from gepnet_core.replication.search.whole_hu import TwoPhases, choose_hap, choose_pvp
from gepnet_core.study.criteria import load_criteria

Progress = Callable[[int, str], None]
"""Told the number of the attempt and what it is doing."""

MOST_ATTEMPTS = 25

EXAMPLE_SEED = 3
"""The cohort that is shipped as an example."""

_HU_TRIES = 2
_BUILD_TRIES = 10


@dataclass(frozen=True)
class Reconstruction:
    """A cohort that was found, with its seed and the check of every printed number.

    ``columns`` follow the data dictionary. There is none whose check fails: `reconstruct` raises instead.
    """

    seed: int
    attempts: int
    columns: Table
    checks: tuple[Check, ...]

    @property
    def values(self) -> dict[str, float]:
        """Fact id to the cohort's value, as `gepnet_core.replication.audit.audit.audit` takes it."""
        return {check.constraint.id: check.value for check in self.checks}


def reconstruct(
    seed: int, progress: Progress | None = None, most_attempts: int = MOST_ATTEMPTS
) -> Reconstruction:
    """Search for a cohort; on one machine the same seed gives the same cohort.

    Processors with other vector instructions round a sum otherwise in its last digit, from which on the
    search takes another way: there the seed may give another cohort, which meets the same constraints.

    Parameters
    ----------
    seed : int
        At least 0.
    progress : callable, optional
        Called as ``progress(attempt, step)`` when a step begins.
    most_attempts : int
        After so many the search gives up.

    Raises
    ------
    StudyError
        If the seed is negative, or if no attempt converged; it says which constraints stayed unmet.
    """
    if seed < 0:
        raise StudyError(
            "a seed is a whole number of at least 0", got=str(seed), allowed="0 or more", field="seed"
        )
    rng = np.random.default_rng(seed)
    uniform = uniform_numbers(rng)
    tell = progress if progress is not None else _silent
    left: dict[str, int] = {}
    for attempt in range(1, most_attempts + 1):
        found = _attempt(rng, uniform, partial(tell, attempt))
        if isinstance(found, Failure):
            left[found.step] = left.get(found.step, 0) + 1
            continue
        checks = check_all(measure_cohort(found))
        unmet = [check for check in checks if not check.is_met]
        unmet_rules = unmet_demands(found)
        if not unmet and not unmet_rules:
            return Reconstruction(seed, attempt, found, checks)
        for what in (*map(str, unmet), *unmet_rules):
            left[what] = left.get(what, 0) + 1
    raise StudyError(
        f"the search did not converge from this seed in {most_attempts} attempts",
        got="unmet: " + "; ".join(f"{what} ({n} times)" for what, n in left.items()),
        remedy="Try another seed.",
    )


def unmet_demands(columns: Table) -> list[str]:
    """What a cohort fails beyond single printed numbers: cells, patterns, elimination, rising liver."""
    criteria = load_criteria()
    ac = columns["diagnosis"] == "adenocarcinoma"
    low = np.array(
        [
            Fraction(int(a), int(b)) <= Fraction(criteria.hap_ratio_cutoff)
            for a, b in zip(columns["hap_lesion_hu"], columns["hap_liver_hu"], strict=True)
        ]
    )
    plateau = columns["pattern"] == "plateau"
    unmet = [
        f"joint cell low={met[0]} plateau={met[1]}"
        for met, counts in criteria.cells.items()
        if [int(((low == met[0]) & (plateau == met[1]) & group).sum()) for group in (ac, ~ac)]
        != [counts.adenocarcinoma, counts.net]
    ]
    ratio_change = columns["pvp_ratio"] - columns["hap_ratio"]
    hu_change = columns["pvp_lesion_hu"] - columns["hap_lesion_hu"]
    for name, change in (("liver_relative", ratio_change), ("lesion_hu", hu_change)):
        tolerance = float(criteria.definitions[name].tolerance)
        derived = np.where(
            change < -tolerance, "washout", np.where(change > tolerance, "progressive", "plateau")
        )
        if (derived != columns["pattern"]).any():
            unmet.append(f"pattern from HU under {name}")
    if (columns["pvp_liver_hu"] <= columns["hap_liver_hu"]).any():
        unmet.append("liver that rises from the hepatic artery to the portal venous phase")
    if not ends_as_printed(columns, ac):
        unmet.append("backward elimination that ends with pattern and HAP ratio")
    return unmet


def _attempt(
    rng: np.random.Generator, uniform: Callable[[], float], tell: Callable[[str], None]
) -> Table | Failure:
    tell("HAP ratios")
    solution = search_ratios(rng, uniform)
    if solution is None:
        return Failure("HAP ratios with all of ROC analysis, means, SDs, t and regression")
    failure = Failure("whole HU with the same")
    for _ in range(_HU_TRIES):
        tell("whole HU")
        hap = choose_hap(solution, rng, uniform)
        if hap is None:
            continue
        for _ in range(_BUILD_TRIES):
            tell("PVP values, calls, sizes and second reader")
            pvp = choose_pvp(solution, *hap, uniform)
            if pvp is None:
                failure = Failure("PVP ratios with all of means, SDs, t and patterns")
                break
            built = build_cohort(solution, TwoPhases(*hap, *pvp), rng, uniform)
            if not isinstance(built, Failure):
                return built
            failure = built
    return failure


def _silent(attempt: int, step: str) -> None:
    """Tell nobody."""
