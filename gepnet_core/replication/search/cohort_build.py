"""From HU in two phases to a whole cohort: identities, sizes, calls, and a second reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.rank_order import CODES, WASHOUT
from gepnet_core.replication.search.annealer import Uniform
from gepnet_core.replication.search.constraints import load_constraints
from gepnet_core.replication.search.features import draw_calls
from gepnet_core.replication.search.integer_samples import AGES, SIZES, lesion_counts, sample_integers
from gepnet_core.replication.search.ratio_search import RatioSolution
from gepnet_core.replication.search.second_reader import measure_again, read_again
from gepnet_core.replication.search.whole_hu import TwoPhases

Table = dict[str, NDArray[Any]]

SITES = ("gastric", "small_bowel", "colorectal", "pancreas")
GRADES = ("well_moderate", "moderate", "moderate_poor", "poor")

DISAGREEMENTS = {
    "distribution": (1, ("restricted", "diffuse")),
    "shape": (1, ("round_oval", "irregular")),
    "hap_enhancement": (5, ("hyper", "hypo")),
    "pattern": (2, tuple(CODES)),
    "lymphadenopathy": (0, ("present", "absent")),
}
"""How many of 46 calls differ between the readers, which the printed kappas leave no choice about."""

_TRIES = 5


@dataclass(frozen=True)
class Failure:
    """The step that did not come out, in words, for the error of a run that does not converge."""

    step: str


@dataclass(frozen=True)
class _Cases:
    """Positions of the patients of Figures 2 to 5."""

    figure2: int
    figure3: int
    figure4: int
    figure5: int


def build_cohort(
    solution: RatioSolution, hu: TwoPhases, rng: np.random.Generator, uniform: Uniform
) -> Table | Failure:
    """Add everything that the cohort schema has beside HAP and PVP values.

    Parameters
    ----------
    solution : RatioSolution
    hu : TwoPhases
    rng : numpy.random.Generator
    uniform : callable

    Returns
    -------
    dict of name to array, or Failure
        46 rows, NETs first.
    """
    ac, code = solution.order.adenocarcinoma, solution.order.code
    ratio = hu.hap_lesion / hu.hap_liver
    free_washout = np.flatnonzero(~ac & (code == WASHOUT) & (np.arange(46) != solution.figure2))
    low_plateau = np.flatnonzero(ac & (ratio < 0.8) & (np.arange(46) != solution.figure4))
    if not len(free_washout) or not len(low_plateau):
        return Failure("patients like those of Figures 3 and 5")
    figure3 = int(free_washout[np.argmax(ratio[free_washout] + 0.1 * rng.random(len(free_washout)))])
    cases = _Cases(solution.figure2, figure3, solution.figure4, int(rng.choice(low_plateau)))
    names = np.array(list(CODES))
    table: Table = {
        "diagnosis": np.where(ac, "adenocarcinoma", "net"),
        "hap_lesion_hu": hu.hap_lesion,
        "hap_liver_hu": hu.hap_liver,
        "pvp_lesion_hu": hu.pvp_lesion,
        "pvp_liver_hu": hu.pvp_liver,
        "hap_ratio": ratio,
        "pvp_ratio": hu.pvp_lesion / hu.pvp_liver,
        "pattern": names[code - 1],
    }
    calls = draw_calls(table, _known(cases, hyper=True), _known(cases, hyper=False), rng)
    if calls is None:
        return Failure("backward elimination that ends with pattern and HAP ratio")
    table["hap_enhancement"], table["lymphadenopathy"] = calls
    for add in (_add_integers, _add_identities):
        failure = add(table, cases, rng, uniform)
        if failure is not None:
            return failure
    _add_equilibrium(table, rng)
    failure = _add_second_reader(table, rng, uniform)
    return failure if failure is not None else _in_order(table, cases, rng)


def _known(cases: _Cases, *, hyper: bool) -> NDArray[np.int8]:
    """What the legends say: 1 yes, 0 no, -1 nothing."""
    known = np.full(46, -1, dtype=np.int8)
    known[[cases.figure2, cases.figure3]] = 1 if hyper else 0
    known[cases.figure5] = 0 if hyper else 1
    if hyper:
        known[cases.figure4] = 0
    return known


def _add_integers(table: Table, cases: _Cases, rng: np.random.Generator, uniform: Uniform) -> Failure | None:
    ac = table["diagnosis"] == "adenocarcinoma"
    for column, goal_name in (("size_mm", "size"), ("lesion_count", "lesion_count"), ("age_years", "age")):
        groups = None
        for _ in range(_TRIES):
            goal = {"size": SIZES, "age": AGES}.get(goal_name) or lesion_counts(uniform)
            if (groups := sample_integers(goal, uniform)) is not None:
                break
        if groups is None:
            return Failure(f"mean, SD and rank test of {goal_name}")
        values = np.zeros(len(ac), dtype=np.int64)
        for group, numbers in zip((~ac, ac), groups, strict=True):
            values[group] = rng.permutation(numbers)
        table[column] = values
    for name in ("figure2", "figure3", "figure4", "figure5"):
        figure, age = getattr(cases, name), _count(f"{name}_age")
        there = np.flatnonzero((table["age_years"] == age) & (ac == ac[figure]))[0]
        table["age_years"][[figure, there]] = table["age_years"][[there, figure]]
    for figure in (cases.figure2, cases.figure5):  # "multiple" in the legends
        if table["lesion_count"][figure] < 2:
            most = int(np.argmax(np.where(ac == ac[figure], table["lesion_count"], -1)))
            table["lesion_count"][[figure, most]] = table["lesion_count"][[most, figure]]
    return None


def _add_identities(
    table: Table, cases: _Cases, rng: np.random.Generator, uniform: Uniform
) -> Failure | None:
    ac = table["diagnosis"] == "adenocarcinoma"
    printed = load_constraints()
    n = len(ac)
    for name in ("sex", "primary_site", "grade", "distribution", "shape"):
        table[name] = np.full(n, "", dtype="U14")
    for group, suffix in ((~ac, "net"), (ac, "adenocarcinoma")):
        _fill(table["sex"], group, {"male": _count(f"men_{suffix}")}, "female",
              {cases.figure2: "male", cases.figure3: "female", cases.figure4: "female",
               cases.figure5: "female"}, rng)  # fmt: skip
        _fill(table["primary_site"], group, {site: _count(f"site_{site}") for site in SITES}, "",
              {cases.figure2: "colorectal", cases.figure3: "pancreas", cases.figure4: "pancreas",
               cases.figure5: "colorectal"}, rng)  # fmt: skip
        # Restricted metastases are likelier where there are few.
        few = np.flatnonzero(group & ~np.isin(np.arange(n), [cases.figure2, cases.figure5]))
        few = few[np.argsort(table["lesion_count"][few] + rng.gumbel(size=len(few)) * 3)]
        table["distribution"][group] = "diffuse"
        table["distribution"][few[: _count(f"distribution_restricted_{suffix}")]] = "restricted"
        irregular = round(printed[f"shape_irregular_{suffix}"].high - 0.5)
        _fill(table["shape"], group, {"irregular": irregular}, "round_oval",
              {cases.figure2: "round_oval", cases.figure3: "round_oval", cases.figure4: "round_oval",
               cases.figure5: "round_oval"}, rng)  # fmt: skip
    _fill(table["grade"], ac, {grade: _count(f"grade_{grade}_adenocarcinoma") for grade in GRADES}, "",
          {cases.figure4: "moderate_poor", cases.figure5: "moderate"}, rng)  # fmt: skip
    # The split of the NETs into G1 and G2 is not printed.
    g2 = int(rng.integers(6, 18))
    _fill(table["grade"], ~ac, {"G2": g2}, "G1", {cases.figure2: "G2", cases.figure3: "G2"}, rng)
    return None


def _fill(
    column: NDArray[np.str_],
    group: NDArray[np.bool_],
    counts: dict[str, int],
    rest: str,
    known: dict[int, str],
    rng: np.random.Generator,
) -> None:
    """Deal values to a group by count, those of known patients first."""
    left = dict(counts)
    for i, value in known.items():
        if group[i]:
            column[i] = value
            if value in left:
                left[value] -= 1
    free = [i for i in np.flatnonzero(group) if i not in known]
    deck = [value for value, k in left.items() for _ in range(k)]
    deck += [rest] * (len(free) - len(deck))
    column[np.array(free)] = rng.permutation(np.array(deck))


def _add_equilibrium(table: Table, rng: np.random.Generator) -> None:
    """Make up HU at 150 s, which nothing printed fixes.

    The liver is a little below the portal venous phase, the lesion as its pattern goes on.
    """
    n = len(table["pattern"])
    liver = table["pvp_liver_hu"] - rng.integers(6, 17, n)
    drift = {"plateau": (0.95, 1.08), "washout": (0.9, 1.02), "progressive": (1.0, 1.12)}
    factor = np.array([rng.uniform(*drift[str(name)]) for name in table["pattern"]])
    table["ep_liver_hu"] = liver
    table["ep_lesion_hu"] = np.rint(table["pvp_lesion_hu"] / table["pvp_liver_hu"] * factor * liver).astype(
        int
    )


def _add_second_reader(table: Table, rng: np.random.Generator, uniform: Uniform) -> Failure | None:
    printed = load_constraints()
    for feature, (number, levels) in DISAGREEMENTS.items():
        calls = read_again(table[feature], feature, number, levels, rng)
        if calls is None:
            return Failure(f"kappa of {feature}")
        table[f"reader2_{feature}"] = calls
    columns = {
        f"{phase}_{tissue}_hu": f"icc_{tissue}_hu"
        for phase in ("hap", "pvp", "ep")
        for tissue in ("lesion", "liver")
    }
    for column, fact_id in {**columns, "size_mm": "icc_size"}.items():
        values = table[column]
        icc = (printed[fact_id].low + printed[fact_id].high) / 2
        error = np.full(len(values), values.std(ddof=1) * np.sqrt(2 * (1 - icc)))
        if column == "size_mm":  # the larger, the less exactly measured
            error = error[0] * values / np.sqrt((values.astype(float) ** 2).mean())
        second = None
        for _ in range(_TRIES):
            second = measure_again(values, printed[fact_id], error, 3, uniform)
            if second is not None:
                break
        if second is None:
            return Failure(f"ICC of {column}")
        table[f"reader2_{column}"] = second
    # No agreement is printed for the number of lesions; an uncountable one stays so.
    count = table["lesion_count"]
    step = np.where(rng.random(len(count)) < 0.3, rng.choice([-1, 1], len(count)), 0)
    table["reader2_lesion_count"] = np.where(count < 20, np.clip(count + step, 1, 19), count)
    return None


def _in_order(table: Table, cases: _Cases, rng: np.random.Generator) -> Table:
    """NETs first, otherwise shuffled, with codes that say what the rows are."""
    ac = table["diagnosis"] == "adenocarcinoma"
    order = np.concatenate([rng.permutation(np.flatnonzero(group)) for group in (~ac, ac)])
    names = {getattr(cases, figure): figure for figure in ("figure2", "figure3", "figure4", "figure5")}
    ids = [
        f"SYNTHETIC-{k:02d}" + (f"-{names[i]}" if i in names else "") for k, i in enumerate(order.tolist(), 1)
    ]
    return {
        "patient_id": np.array(ids),
        "synthetic": np.full(len(ids), "yes"),
        **{name: values[order] for name, values in table.items()},
    }


def _count(fact_id: str) -> int:
    return round(load_constraints()[fact_id].low + 0.5)
