"""What is said of natural frequencies, of samples and the truth behind them, and of errors in the paper."""

from __future__ import annotations

from gepnet_core.numbers import (
    format_level,
    format_percent,
    rounded_beside,
)
from gepnet_core.replication.audit.rows import AuditStatus
from gepnet_core.report.cutoff.cutoff_words import POSITIVE, shown_cutoff, with_interval
from gepnet_core.report.study_words import GROUP_NAMES, STATUS_MEANING, quantity_words, recomputed_text
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import fact
from gepnet_core.teaching.errors_in_paper import ExerciseOutcome, PrintedChoice
from gepnet_core.teaching.natural_frequencies import CellFrequency, NaturalFrequencies
from gepnet_core.teaching.sampling import POPULATION_MEANS, Draw, Draws, Population

CELL_HEADINGS = (POSITIVE, "Adenocarcinomas", "NETs", "In the study, adenocarcinoma to NET")
EXERCISE_HEADINGS = ("Printed", "Quantity", "Group", "Place")
DRAW_HEADINGS = ("", "This sample", "All patients")

_DECIMALS = 3


def frequency_sentences(tree: NaturalFrequencies) -> tuple[str, ...]:
    """The tree in words: who has it, who is called so, and what a call is worth."""
    prevalence = format_percent(tree.prevalence)
    return (
        f"Of {tree.of} such patients {tree.with_disease} have adenocarcinoma and {tree.without_disease} NET "
        f"(prevalence of adenocarcinoma {prevalence}).",
        f"Called adenocarcinoma: {tree.called_positive}, of whom {tree.tp} have it. "
        f"{_worth('Positive', tree.ppv)}",
        f"Called NET: {tree.called_negative}, of whom {tree.tn} have NET. {_worth('Negative', tree.npv)}",
        "Patients are rounded to whole ones so that all parts add up; predictive values are not computed "
        "from rounded patients. Sensitivity and specificity for adenocarcinoma are taken to hold at any "
        "prevalence.",
    )


def cell_rows(cells: tuple[CellFrequency, ...]) -> tuple[tuple[str, ...], ...]:
    """The joint cells among so many patients, beside the counts that they rest on."""
    return tuple(
        (
            f"Ratio {'at or below' if cell.ratio_met else 'above'} the cutoff, "
            f"{'plateau' if cell.pattern_met else 'no plateau'}",
            str(cell.patients.adenocarcinoma),
            str(cell.patients.net),
            str(cell.study),
        )
        for cell in cells
    )


def population_sentences(population: Population) -> tuple[str, ...]:
    """Where the samples come from, and what is true there."""
    n, m = len(population.adenocarcinoma.ratios), len(population.net.ratios)
    return (
        f"The population: {n} adenocarcinomas and {m} NETs of {population.n_cohorts} cohorts. "
        f"{POPULATION_MEANS}",
        f"True in all of them: AUC {_shown(population.auc)}; best cutoff {shown_cutoff(population.cutoff)} "
        f"with Youden's index {_shown(population.best.youden)} for adenocarcinoma.",
    )


def draw_rows(draw: Draw, population: Population) -> tuple[tuple[str, ...], ...]:
    """One sample beside all patients."""
    return (
        (
            "AUC of the HAP ratio for adenocarcinoma",
            with_interval(draw.area, draw.auc.interval),
            _shown(population.auc),
        ),
        ("Best cutoff", shown_cutoff(draw.cutoff), shown_cutoff(population.cutoff)),
        ("Youden's index of this sample's cutoff", _shown(draw.apparent), _shown(draw.true)),
        (
            "Called rightly at this sample's cutoff",
            f"{draw.best.true_positives} of {draw.best.n_positive} adenocarcinomas, "
            f"{draw.best.n_negative - draw.best.false_positives} of {draw.best.n_negative} NETs",
            _called_in_all(draw, population),
        ),
    )


def draw_sentences(draw: Draw, population: Population) -> tuple[str, ...]:
    """What one sample shows: whether its interval holds the truth, and how its cutoff flatters."""
    low, high = draw.auc.interval.low, draw.auc.interval.high
    holds = "holds" if low <= population.auc <= high else "misses"
    if draw.flattery > 0:
        verdict = f"it looks better by {_shown(draw.flattery)} in the patients that chose it than it is"
    elif draw.flattery < 0:
        verdict = f"it looks worse by {_shown(-draw.flattery)} here than it is, which happens by chance"
    else:
        verdict = "it looks exactly as good as it is, which happens by chance"
    return (
        f"The interval of the AUC {holds} the truth, {_shown(population.auc)}.",
        f"The best cutoff of this sample has Youden's index {_shown(draw.apparent)} here and "
        f"{_shown(draw.true)} in all patients: {verdict}.",
    )


def draws_sentences(draws: Draws) -> tuple[str, ...]:
    """What many samples show."""
    sizes = load_criteria().group_sizes
    area, cutoff = draws.middle(draws.areas), draws.middle(draws.cutoffs)
    level, mean = format_level(area.level), float(draws.flattery.mean())
    n_flattered = int((draws.flattery > 0).sum())
    more = "more" if mean >= 0 else "less"
    return (
        f"In {level} of {draws.n} samples of {sizes.adenocarcinoma} + {sizes.net} the AUC lies between "
        f"{_shown(area.low)} and {_shown(area.high)}, and the best cutoff between {shown_cutoff(cutoff.low)} "
        f"and {shown_cutoff(cutoff.high)}.",
        f"On average the best cutoff has a Youden's index {_shown(abs(mean))} {more} in its own sample than "
        f"in all patients; it looks better than it is in {n_flattered} of {draws.n} samples.",
        f"The study chose its cutoff in its own {sizes.adenocarcinoma + sizes.net} patients too.",
    )


def exercise_rows(choices: tuple[PrintedChoice, ...]) -> tuple[tuple[str, ...], ...]:
    """The printed numbers of an exercise, before it is answered."""
    return tuple(
        (
            choice.printed,
            quantity_words(fact(choice.fact_id)),
            GROUP_NAMES.get(choice.group, choice.group),
            choice.place,
        )
        for choice in choices
    )


def exercise_sentences(outcome: ExerciseOutcome) -> tuple[str, ...]:
    """Whether the choice was right, what speaks for the number that was taken, and what is wrong and why."""
    wrong, erratum = outcome.wrong, outcome.erratum
    said = []
    if outcome.is_right:
        said.append(f"Right, it is {wrong.printed}. {STATUS_MEANING[wrong.status]}")
    else:
        chosen = outcome.chosen
        said.append(f"Not {chosen.printed}. {STATUS_MEANING[chosen.status]} {chosen.note}")
        said.append(f"It is {wrong.printed}. {STATUS_MEANING[wrong.status]}")
    if wrong.status is AuditStatus.PRINTED_WRONG and wrong.recomputed is not None:
        said.append(f"The other printed numbers give {recomputed_text(wrong)}.")
    return (*said, f"{erratum.title}. {erratum.right}", f"How to see it: {erratum.why}")


def _worth(kind: str, value: float | None) -> str:
    if value is None:
        return f"{kind} predictive value: none, since nobody is called so."
    return f"{kind} predictive value {format_percent(value)}."


def _called_in_all(draw: Draw, population: Population) -> str:
    counts = population.curve.at(draw.cutoff).ratio.counts
    return f"{counts.tp} of {counts.n_positive} adenocarcinomas, {counts.tn} of {counts.n_negative} NETs"


def _shown(value: float) -> str:
    return rounded_beside(value, (0, 1), _DECIMALS)
