"""What is said of a logistic model of a cohort: terms, steps, separation, calibration, decisions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from gepnet_core.cohort.analysis import Absent
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.cohort.parts.model import CohortModel
from gepnet_core.cohort.parts.model_predictors import (
    PATTERN_CODE,
    PLATEAU,
    RATIO_MET,
    possible_predictors,
)
from gepnet_core.numbers import RATIO_DECIMALS, format_decimal, format_level, rounded_beside
from gepnet_core.report.cohort.description_words import LABELS, column_label, p_text
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from gepnet_core.statistics.models.decision_curve import DecisionCurve
from gepnet_core.statistics.models.logistic_regression import Coefficient
from gepnet_core.statistics.models.separation import Separation
from gepnet_core.study.facts import fact

STEP_HEADINGS = ("Step", "P of each predictor in the model", "What leaves")
RULES = {None: "none leaves", RemovalRule.LR: "likelihood ratio", RemovalRule.WALD: "Wald's test"}
"""What predictors leave by, as choices."""

FEWEST_PER_COEFFICIENT = 10
"""Peduzzi P et al. J Clin Epidemiol 1996;49:1373-1379."""

_STEPS = {Kind.RATIO: Decimal("0.1"), Kind.HU: Decimal(10), Kind.NUMBER: Decimal(10)}
"""By so much a number is higher for the odds ratio that is shown: patients do differ by that."""

_ROUNDING = 1e-9
_LARGEST_EXPONENT = 300 * math.log(10)
_WHOLE_UNIT = "hap_ratio"


def predictor_label(name: str, cutoff: Decimal) -> str:
    """A predictor as a choice; the cutoff is that of the criterion of the ratio."""
    own = {
        RATIO_MET: f"Ratio at or below {format_decimal(cutoff, 1)}",
        PLATEAU: "Plateau",
        PATTERN_CODE: "Pattern as one number",
    }
    return own[name] if name in own else column_label(name)


def term_headings(model: CohortModel) -> tuple[str, ...]:
    """Headings of `term_rows`."""
    if model.separation is not None:
        interval = "95 % CI, penalised profile"
        return ("Event: adenocarcinoma", "Odds ratio, Firth", interval, "P, penalised likelihood", "B (SE)")
    return ("Event: adenocarcinoma", "Odds ratio", "95 % CI, profile", "95 % CI, Wald", "P, Wald", "B (SE)")


def term_rows(model: CohortModel) -> tuple[tuple[str, ...], ...]:
    """Each term with its odds ratio, intervals, P and coefficient, for the step that its label names.

    Wald's interval is left out under separation, where it is not to be trusted.
    """
    rows = []
    for term, found in model.estimates.terms.items():
        label, step = _term_label(model, term)
        profile = found.profile or found.wald
        wald = () if model.separation is not None else (_between(found.wald.low, found.wald.high, step),)
        rows.append(
            (
                label,
                odds_ratio_text(found.b * step),
                _between(profile.low, profile.high, step),
                *wald,
                p_text(found.p).removeprefix("= "),
                f"{found.b * step:.3f} ({found.se * step:.3f})",
            )
        )
    return tuple(rows)


def odds_ratio_text(log_odds: float) -> str:
    """An odds ratio with about three digits, never rounded to 1 where it is not."""
    if math.isinf(log_odds):
        return "no limit found"
    if abs(log_odds) > _LARGEST_EXPONENT:
        return "above 1e300" if log_odds > 0 else "below 1e-300"
    ratio = 1.0 if abs(log_odds) < _ROUNDING else math.exp(log_odds)
    if not 0.001 <= ratio < 1_000_000:
        return f"{ratio:.2g}"
    decimals = 3 if ratio < 0.1 else 2 if ratio < 10 else 1 if ratio < 100 else 0
    return rounded_beside(ratio, (1,), decimals)


def model_sentences(model: CohortModel) -> tuple[str, ...]:
    """Which rows the model rests on, what it stands for, and what to be careful about."""
    n, out = model.n, model.n_left_out
    said = [
        "Event: adenocarcinoma; an odds ratio above 1 speaks for it. The model rests on "
        f"{n.adenocarcinoma + n.net} rows, {n.adenocarcinoma} of adenocarcinoma and {n.net} of NET."
    ]
    if out.adenocarcinoma or out.net:
        missing = ", ".join(
            f"{predictor_label(name, model.cutoff)} in {counts.adenocarcinoma + counts.net}"
            for name, counts in model.missing.items()
            if counts.adenocarcinoma or counts.net
        )
        said.append(
            f"Rows left out for a missing value: {out.adenocarcinoma} of adenocarcinoma and {out.net} of NET "
            f"(missing: {missing})."
        )
    return (*said, *_whole_unit(model), *_cautions(model))


def separation_sentences(model: CohortModel) -> tuple[str, ...]:
    """Which separation there is and by what; empty where there is none."""
    found = model.separation
    if found is None:
        return ()
    kind = {
        Separation.COMPLETE: "Complete separation: the predictors tell all rows of the two diagnoses apart",
        Separation.QUASI_COMPLETE: "Quasi-complete separation: the predictors tell the two diagnoses apart "
        "but for rows on the border",
    }[found.kind]
    alone = " and ".join(predictor_label(name, model.cutoff) for name in found.alone)
    terms = "; ".join(_term_label(model, term)[0] for term in found.terms)
    return (
        f"{kind}{f', {alone} alone already' if alone else ''}.",
        f"Maximum likelihood has no finite estimate of: {terms}. Shown are Firth's penalised estimates, "
        "which are finite.",
    )


def elimination_sentence(model: CohortModel) -> str | None:
    """The rule and what stayed; None where no elimination was asked for or made."""
    if model.rule is None or not model.steps:
        return None
    left = [step.removed for step in model.steps if step.removed is not None]
    stayed = ", ".join(predictor_label(name, model.cutoff) for name in model.kept) or "no predictor"
    return (
        f"Backward elimination by {RULES[model.rule]}, removal above P {model.remove:g}: "
        f"{len(left)} of {len(model.asked)} predictors were removed; what stays: {stayed}."
    )


def step_rows(model: CohortModel) -> tuple[tuple[str, str, str], ...]:
    """Each step of the elimination: P of every predictor, and which one leaves."""
    return tuple(
        (
            str(number),
            "; ".join(
                f"{predictor_label(test.name, model.cutoff)}: {p_text(test.p).removeprefix('= ')}"
                for test in step.tests
            )
            or "no predictor is left",
            "nothing more" if step.removed is None else predictor_label(step.removed, model.cutoff),
        )
        for number, step in enumerate(model.steps, start=1)
    )


def intercept_sentences(model: CohortModel) -> tuple[str, ...]:
    """That there is no published probability, and what the intercept of this model belongs to."""
    pattern, low, high = (fact(f"logistic_pattern_{what}").value for what in ("exp_b", "low", "high"))
    ratio = fact("logistic_hap_ratio_exp_b")
    return (
        "The study prints no intercept, so that no probability of a single patient follows from its "
        f"regression: only Exp(B) {pattern} ({low}-{high}) of the pattern and {ratio.comparison} "
        f"{ratio.value} of one unit of the ratio, without event or coding.",
        f"The intercept of this model, B {model.estimates.intercept.b:.3f}, and its probabilities belong to "
        f"the design of this table, {model.n.adenocarcinoma} adenocarcinomas to {model.n.net} NETs, and say "
        "nothing of a single patient.",
    )


def performance_sentences(model: CohortModel) -> tuple[str, ...]:
    """Discrimination, Brier score and calibration on the same rows, and what resampling leaves of them."""
    found, apparent = model.optimism, model.calibration
    said = [_apparent_slope(model)]
    reference = rounded_beside(apparent.observed * (1 - apparent.observed), (0,), RATIO_DECIMALS)
    auc, brier = _three(model.auc), _three(apparent.brier)
    if found is None:
        said.append(
            f"On these rows the AUC is {auc} and the Brier score {brier} ({reference} for the share of "
            f"adenocarcinomas alone). How much of that is optimism is not known: {model.reasons['optimism']}."
        )
        return tuple(said)
    anew = "elimination included" if model.steps else "built anew in each"
    said.append(
        f"AUC {auc} on these rows, {_three(found.auc.value)} corrected for optimism; Brier score {brier}, "
        f"corrected {_three(found.brier.value)} ({reference} for the share of adenocarcinomas alone). "
        f"Bootstrap of {found.n_resamples} resamples, {anew}, seed {found.seed} (Harrell 1996)."
    )
    if found.slope is None:
        said.append(f"The slope on other rows is not known: {found.reasons['slope']}.")
    else:
        said.append(
            f"On other rows of the same kind expect a calibration slope of about {found.slope:.2f}; below 1 "
            "predictions are too extreme."
        )
    if found.n_firth and model.separation is None:
        said.append(f"{found.n_firth} resamples were separated and had Firth's estimates.")
    said += [f"{_capital(why)}." for field, why in found.reasons.items() if field != "slope"]
    return tuple(said)


def decision_sentences(curve: DecisionCurve) -> tuple[str, ...]:
    """Where acting on the model does better than acting on all or none."""
    best = np.maximum(curve.treat_all, curve.treat_none)
    better = curve.thresholds[curve.net_benefit > best + _ROUNDING]
    said = [
        f"At a prevalence of adenocarcinoma of {100 * curve.prevalence:.4g} %, to which the model's "
        "probabilities were moved by the odds. To act is to treat as adenocarcinoma; a threshold of 20 % "
        "means that one missed adenocarcinoma is as bad as four NETs treated so."
    ]
    if len(better):
        said.append(
            f"The model does better than acting on all and on none at {len(better)} of "
            f"{len(curve.thresholds)} thresholds, from {100 * better.min():.4g} % to "
            f"{100 * better.max():.4g} %; the whole {format_level(curve.level)} interval lies above both at "
            f"{np.count_nonzero(curve.low > best + _ROUNDING)} of them."
        )
    else:
        said.append("At no threshold does the model do better than acting on all and on none.")
    said.append("Model and curve are of the same rows: expect less elsewhere.")
    return tuple(said)


def refusal_sentence(absent: Absent, cutoff: Decimal) -> str:
    """Why there is no model or no decision curve, with the predictor that is at fault where one is."""
    is_predictor = absent.field is not None and absent.field in possible_predictors()
    where = f"{predictor_label(absent.field, cutoff)}: " if is_predictor and absent.field else ""
    return _capital(f"{where}{absent.reason}")


def _term_label(model: CohortModel, term: str) -> tuple[str, float]:
    """A term in words with the step that its odds ratio is for, and that step."""
    name, _, category = term.partition("=")
    if category:
        reference = model.references[name].replace("_", " ")
        return f"{LABELS[name]}: {category.replace('_', ' ')} against {reference}", 1.0
    if name == PATTERN_CODE:
        return "Pattern as one number (plateau 1, washout 2, progressive 3), per step", 1.0
    if name in (RATIO_MET, PLATEAU):
        return predictor_label(name, model.cutoff), 1.0
    column = load_dictionary().columns[name]
    if column.kind not in _STEPS:
        return f"{LABELS[name]}, per one more", 1.0
    step = _STEPS[column.kind]
    unit = f" {column.unit}" if column.unit and column.kind is not Kind.RATIO else ""
    return f"{LABELS[name]}, per {step}{unit}", float(step)


def _between(low: float, high: float, step: float) -> str:
    return f"{odds_ratio_text(low * step)} to {odds_ratio_text(high * step)}"


def _whole_unit(model: CohortModel) -> Iterator[str]:
    """The ratio's odds ratio as the study prints it."""
    found: Coefficient | None = model.estimates.terms.get(_WHOLE_UNIT)
    if found is not None:
        profile = found.profile or found.wald
        yield (
            "For one whole unit of the ratio on the hepatic artery phase, as the study prints it, the odds "
            f"ratio is {odds_ratio_text(found.b)} ({_between(profile.low, profile.high, 1.0)})."
        )


def _cautions(model: CohortModel) -> Iterator[str]:
    if model.per_coefficient < FEWEST_PER_COEFFICIENT:
        rarer = min(model.n.adenocarcinoma, model.n.net)
        yield (
            f"The rarer diagnosis has {rarer} rows, {model.per_coefficient:.3g} for each coefficient that "
            f"was looked at, fewer than {FEWEST_PER_COEFFICIENT}: estimates tend to be too large and "
            "intervals too narrow."
        )
    if model.steps:
        yield (
            "The predictors that stay were chosen by the same rows: P values and intervals do not count "
            "that choice."
        )
    for field in ("patients", "pattern", "steps", "resamples"):
        if field in model.reasons:
            yield f"{_capital(model.reasons[field])}."


def _apparent_slope(model: CohortModel) -> str:
    slope = model.calibration.slope
    if model.separation is None:
        if not model.kept:
            return "No predictor stayed: every row has the same probability, and nothing is told apart."
        return (
            "On the rows that made the model the calibration slope is 1 by construction: it proves nothing."
        )
    if slope is None:
        return f"On the rows that made the model there is no slope: {model.calibration.reasons['slope']}."
    return (
        f"On the rows that made the model the calibration slope is {slope.value:.2f}: Firth's estimates are "
        "drawn towards no effect."
    )


def _three(value: float) -> str:
    return rounded_beside(value, (0, 1), RATIO_DECIMALS)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
