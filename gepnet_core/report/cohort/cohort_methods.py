"""How a cohort was analysed, as a paragraph for a paper and as the command that repeats it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from importlib.metadata import version
from platform import python_version

from gepnet_core import __version__
from gepnet_core.cohort.analysis import Absent, AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.cohort import Cohort, Pick
from gepnet_core.cohort.dictionary.mapping import RowUnit
from gepnet_core.cohort.parts.model import CohortModel
from gepnet_core.cohort.parts.tuning import TunedCutoff
from gepnet_core.numbers import format_decimal
from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE
from gepnet_core.report.cutoff.model_words import RULES, predictor_label
from gepnet_core.statistics.cutpoints.cutpoint_spec import method_spec
from gepnet_core.study.criteria import load_criteria

NO_PREDICTORS = "none"
"""Said in place of predictors where no model is wanted."""

PACKAGES = ("numpy", "scipy", "pandas")
"""Whose versions the numbers rest on."""


def methods_paragraph(analysis: CohortAnalysis) -> str:
    """What was done, in the past tense and with every choice, for the methods of a paper."""
    cohort, choices = analysis.cohort, analysis.choices
    settings, criteria = cohort.settings, load_criteria()
    definition = criteria.definitions[settings.definition]
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    tolerance = format_decimal(settings.tolerance(settings.definition))
    sentences = [
        "The criteria of Cui et al. (Oncotarget 2017) were applied unchanged: a metastasis-to-liver ratio of "
        f"raw HU on the hepatic artery phase at or below {format_decimal(criteria.hap_ratio_cutoff)}, and "
        "the plateau pattern; both together called adenocarcinoma, which was the positive class.",
        "A reader's pattern was used where one was given; otherwise it was derived by the "
        f"{definition.label}, with a tolerance of {tolerance} ({definition.unit}).",
        _rows(cohort),
        "Proportions have Wilson and Clopper-Pearson intervals, the area under the ROC curve DeLong's "
        "interval on the plain and on the logit scale; areas of two measures in the same patients were "
        "compared by DeLong's paired test, both criteria together with each alone by McNemar's exact test.",
        "Groups were compared by the test that is named beside each P value, with Holm's adjustment over all "
        "of them.",
        _tuning(analysis.tuned, choices),
        *_modelling(analysis),
        f"Software: GEP-NET liver CT {__version__}, Python {python_version()}, {versions}.",
    ]
    if cohort.is_synthetic:
        sentences.insert(0, SYNTHETIC_NOTE)
    return " ".join(sentence for sentence in sentences if sentence)


def repeat_command(analysis: CohortAnalysis, table: str, mapping: str, folder: str) -> str:
    """The command that gives the same numbers from the exported table.

    Parameters
    ----------
    analysis : CohortAnalysis
    table, mapping, folder : str
        Names of the files to read and of the folder to write.
    """
    return shlex.join(
        [
            "python",
            "-m",
            "gepnet_core",
            "cohort",
            table,
            "--mapping",
            mapping,
            *_options(analysis),
            "--out",
            folder,
        ]
    )


def _options(analysis: CohortAnalysis) -> list[str]:
    """Every choice that has a value, also a usual one: what is usual may change."""
    choices, settings = analysis.choices, analysis.cohort.settings
    said = {
        "--definition": str(settings.definition),
        "--tolerance": format_decimal(settings.tolerance(settings.definition)),
        "--method": method_spec(choices.method),
        "--resamples": str(choices.resamples),
        "--folds": str(choices.folds),
        "--repeats": str(choices.repeats),
        "--seed": str(choices.seed),
        "--zone": ",".join(map(repr, choices.zone)),
    }
    words = [word for pair in said.items() for word in pair]
    if analysis.cohort.picked is not None:
        words += ["--count", str(analysis.cohort.picked)]
    if choices.tests:
        words += ["--tests", ",".join(f"{name}={test}" for name, test in choices.tests.items())]
    if choices.prevalence is not None:
        words += ["--prevalence", repr(choices.prevalence)]
    if analysis.predictors or choices.predictors is not None:
        words += ["--predictors", ",".join(analysis.predictors) or NO_PREDICTORS]
    if choices.removal is not None:
        words += ["--backward", str(choices.removal)]
    return words


def _rows(cohort: Cohort) -> str:
    left_out = cohort.flow.repeated
    if cohort.n_repeats:
        return (
            f"Each row was a lesion; rows that shared a patient with an earlier one: {cohort.n_repeats}. "
            "Intervals of proportions and of the area allow for it (Rao and Scott; Obuchowski)."
        )
    if left_out:
        by = {None: "first row", Pick.FIRST: "first row", Pick.LARGEST: "largest lesion"}[cohort.picked]
        return (
            f"Each patient counted once, by the {by}; rows of the same patients that were left "
            f"out: {left_out}."
        )
    return (
        "Each row was a patient." if cohort.mapping.row is RowUnit.PATIENT else "No patient had several rows."
    )


def _tuning(tuned: TunedCutoff, choices: AnalysisChoices) -> str:
    if tuned.bootstrap is None:
        return ""
    text = (
        f"A cutoff of the cohort's own was chosen by {choices.method.label} and judged on the rows left out "
        f"of {tuned.bootstrap.n} stratified bootstrap samples"
    )
    if tuned.cross_validation is not None:
        validated = tuned.cross_validation
        text += f" and by {validated.folds}-fold cross-validation repeated {validated.repeats} times"
    return f"{text} (seed {choices.seed})."


def _modelling(analysis: CohortAnalysis) -> Iterator[str]:
    """What was done for the model, where there is one."""
    model, decision = analysis.model, analysis.decision
    if isinstance(model, Absent):
        return
    asked = ", ".join(predictor_label(name, model.cutoff) for name in model.asked)
    text = (
        f"A logistic regression of adenocarcinoma on {asked} was fitted to the "
        f"{model.n.adenocarcinoma + model.n.net} rows that had all of them"
    )
    if model.separation is not None:
        text += (
            "; since the predictors separated the diagnoses, by Firth's penalised likelihood, with intervals "
            "of its profile"
        )
    else:
        text += ", by maximum likelihood, with intervals of the profile likelihood and Wald's"
    if model.steps:
        text += (
            f"; predictors left by backward elimination ({RULES[model.rule]}, removal above P "
            f"{model.remove:g})"
        )
    yield f"{text}."
    yield from _resampling(model)
    if not isinstance(decision, Absent):
        yield (
            "Net benefit was computed over threshold probabilities from 1 % to 99 % at a prevalence of "
            f"adenocarcinoma of {100 * decision.prevalence:.4g} % (Vickers and Elkin 2006), to which the "
            "model's odds were moved."
        )


def _resampling(model: CohortModel) -> Iterator[str]:
    found = model.optimism
    if found is None:
        return
    anew = ", elimination included" if model.steps else ""
    yield (
        f"Its optimism was estimated from {found.n_resamples} stratified bootstrap samples, in each of which "
        f"it was built anew{anew} (Harrell 1996; seed {found.seed})."
    )
