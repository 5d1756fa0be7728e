"""A logistic model in sentences."""

from __future__ import annotations

import math

from gepnet_core.cli.logistic_answer import LogisticAnswer
from gepnet_core.cli.table_columns import shown
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.numbers import format_level, rounded_beside
from gepnet_core.report.cohort.description_words import p_text
from gepnet_core.statistics.models.logistic_regression import LogisticFit
from gepnet_core.statistics.models.separation import Separation

_ROUNDING = 1e-9
_LARGEST_EXPONENT = 300 * math.log(10)


def answer_text(result: LogisticAnswer) -> str:
    """Rows, how texts became numbers, steps, and each term with its intervals."""
    lines = [
        f"Event: {shown(result.outcome.column)} {shown(result.outcome.event)}, in {result.n_event} of "
        f"{result.n} rows; the other class is {shown(result.outcome.other)}.",
        f"{result.rows.n_left_out} rows left out because of a missing value.",
    ]
    lines += [f"  Missing in {shown(name)}: {count}." for name, count in result.rows.missing.items() if count]
    for name, codes in result.codes.items():
        pairs = ", ".join(f"{shown(label)} {number:g}" for label, number in codes.items())
        lines.append(f"{shown(name)} coded as a number: {pairs}.")
    for name, reference in result.rows.references.items():
        lines.append(f"{shown(name)} by indicators against {shown(reference)}.")
    lines += _steps_text(result)
    if result.fit is not None:
        lines += ["", "Maximum likelihood", *_fit_text(result.fit)]
    if result.firth is not None:
        lines += ["", separation_sentence(result), "Firth's penalised likelihood", *_fit_text(result.firth)]
    return "\n".join([*lines, "", *result.notes, INTENDED_USE])


def separation_sentence(result: LogisticAnswer) -> str:
    """Which separation there is and by what; empty where there is none."""
    found = result.separation
    if found is None:
        return ""
    kind = {
        Separation.COMPLETE: "Complete separation: the predictors tell all rows of the two classes apart",
        Separation.QUASI_COMPLETE: "Quasi-complete separation: the predictors tell the two classes apart "
        "but for rows on the border",
    }[found.kind]
    alone = f", {' and '.join(map(shown, found.alone))} alone already" if found.alone else ""
    return (
        f"{kind}{alone}. Maximum likelihood has no finite estimate for "
        f"{', '.join(map(shown, found.terms))}; Firth's penalised likelihood has."
    )


def _steps_text(result: LogisticAnswer) -> list[str]:
    if result.elimination is None:
        return []
    if not result.steps:
        return ["No elimination: under separation the tests that decide it do not hold."]
    names = {"lr": "likelihood ratio", "wald": "Wald"}
    lines = [
        "",
        f"Backward elimination by {names[result.elimination.rule]}, removal above "
        f"P {result.elimination.remove:g}",
    ]
    for number, step in enumerate(result.steps, start=1):
        tests = ", ".join(f"{shown(test.name)} P {p_text(test.p)}" for test in step.tests)
        left = "nothing more leaves" if step.removed is None else f"{shown(step.removed)} leaves"
        lines.append(f"  Step {number}: {tests or 'no predictor'}; {left}.")
    return lines


def _fit_text(fit: LogisticFit) -> list[str]:
    if not fit.terms:
        return ["  No predictor stayed."]
    lines = []
    for term, found in fit.terms.items():
        # Wald's interval is not to be trusted where the classes are separated.
        intervals = {} if fit.is_penalised else {"Wald": found.wald}
        if found.profile is not None:
            intervals["profile"] = found.profile
        told = "; ".join(
            f"{name} {format_level(x.level)} CI {_exp(x.low)} to {_exp(x.high)}"
            for name, x in intervals.items()
        )
        lines.append(f"  {shown(term)}: Exp(B) {_exp(found.b)} ({told}), P {p_text(found.p)}")
    return lines


def _exp(value: float) -> str:
    """Exp(B) with about three significant digits, and never rounded to 1 where it is not."""
    if math.isinf(value):
        return "no limit found"
    if value > _LARGEST_EXPONENT:
        return "above 1e300"
    ratio = math.exp(value)
    if abs(value) < _ROUNDING:
        return "1.000"
    return rounded_beside(ratio, (1,), 3) if 0.1 <= ratio < 10 else f"{ratio:.3g}"
