"""What is said of the study and of its printed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

from gepnet_core.numbers import format_decimal, format_proportion
from gepnet_core.replication.audit.audit import AuditRow
from gepnet_core.replication.audit.rows import AuditStatus
from gepnet_core.replication.ensemble import QuantityRange
from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.study.criteria import GroupCounts, load_criteria
from gepnet_core.study.errata import Erratum, load_errata
from gepnet_core.study.facts import Fact

STATUS_MEANING = {
    AuditStatus.CONSISTENT: "Agrees with the other printed numbers, as far as they can tell.",
    AuditStatus.PRINTED_WRONG: "Contradicts other printed numbers.",
    AuditStatus.UNDECLARED: "Agrees only with a method or an input that the paper does not name.",
    AuditStatus.ASSUMPTION: "Agrees only under a rule that the paper does not state.",
    AuditStatus.NOT_RECOMPUTABLE: "Rests on data that the paper does not print.",
}
GROUP_NAMES = {"net": "NET", "adenocarcinoma": "Adenocarcinoma", "both": "Both"}
_SMALLEST_FIXED = 1e-6
# Names of statistics that keep their small letter at the start of a line.
_KEPT_SMALL = ("t,",)


@dataclass(frozen=True)
class CriterionAccuracy:
    """Sensitivity for adenocarcinoma and specificity of one way to call, counts first."""

    name: str
    sensitivity: str
    specificity: str
    erratum: str | None = None


def criteria_accuracy() -> tuple[CriterionAccuracy, ...]:
    """Of the ratio, of plateau (Table 1) and of both together, with Wilson intervals."""
    criteria = load_criteria()
    cutoff = format_decimal(criteria.hap_ratio_cutoff, 1)
    return (
        _accuracy(f"Ratio at or below {cutoff}", criteria.ratio_margin(True)),
        _accuracy("Plateau", criteria.pattern_margin(True), "plateau_swapped"),
        _accuracy("Both together", criteria.cells[True, True], "combination"),
    )


def _accuracy(name: str, called: GroupCounts, erratum: str | None = None) -> CriterionAccuracy:
    n = load_criteria().group_sizes
    positives, negatives = called.adenocarcinoma, n.net - called.net
    return CriterionAccuracy(
        name,
        format_proportion(positives, n.adenocarcinoma, wilson_interval(positives, n.adenocarcinoma)),
        format_proportion(negatives, n.net, wilson_interval(negatives, n.net)),
        erratum,
    )


def recomputed_text(row: AuditRow) -> str:
    """What the other printed numbers give, with the digits of the print; empty where they give nothing.

    One value, or the limits that rounding leaves, or a value with its limits where they differ when rounded.
    Limits closer than two units of the last digit have one digit more; numbers that would show as zero have
    two significant ones.
    """
    limits = _limits_text(row)
    if row.recomputed is None:
        return limits
    value = _number(row.recomputed, row.fact, row.printed)
    return value if limits in ("", value) else f"{value} ({limits})"


def reconstructed_text(row: AuditRow) -> str:
    """What a reconstructed cohort has, with the digits of the print."""
    return "" if row.reconstructed is None else _number(row.reconstructed, row.fact, row.printed)


def _limits_text(row: AuditRow) -> str:
    if row.recomputed_low is None or row.recomputed_high is None:
        return ""
    if isinf(row.recomputed_low) and isinf(row.recomputed_high):
        return ""
    limits = row.recomputed_low, row.recomputed_high
    low, high = (_number(v, row.fact, row.printed) for v in limits)
    if isinf(row.recomputed_low):
        return f"up to {high}"
    if isinf(row.recomputed_high):
        return f"from {low}"
    if low == high:
        return low
    if row.recomputed_high - row.recomputed_low < 2 * 10.0 ** int(row.fact.value.as_tuple().exponent):
        low, high = (_number(v, row.fact, row.printed, more=1) for v in limits)
    return f"{low} to {high}"


def _number(value: float, fact: Fact, printed: str, more: int = 0) -> str:
    """A value with the decimals of the print and perhaps more, in percent where the print is."""
    is_percent = "%" in printed
    decimals = max(0, -int(fact.value.as_tuple().exponent) - 2 * is_percent) + more
    value *= 100 if is_percent else 1
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-") if value == 0 else _two_digits(value)
    return f"{text}%" if is_percent else text


def _two_digits(value: float) -> str:
    if abs(value) < _SMALLEST_FIXED:
        return f"{value:.1e}".replace("e-0", "e-")
    decimals = 0
    while float(f"{value:.{decimals}f}") != float(f"{value:.1e}"):
        decimals += 1
    return f"{value:.{decimals}f}"


def quantity_words(fact: Fact) -> str:
    """The quantity as it starts a line."""
    words = fact.quantity
    return words if words.startswith(_KEPT_SMALL) else words[:1].upper() + words[1:]


def errata_of(fact: Fact) -> tuple[Erratum, ...]:
    """The errata that touch a number, or the one that it repeats."""
    ids = {fact.id, fact.repeats}
    return tuple(erratum for erratum in load_errata().values() if ids & set(erratum.facts))


def range_rows(ranges: Sequence[QuantityRange]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Heading and lines of the table of what the print leaves open; HU with one decimal, else three."""

    def cells(one: QuantityRange) -> tuple[str, ...]:
        decimals = 1 if one.id.endswith("_hu") else 3
        low, middle, high = (f"{value:.{decimals}f}" for value in (one.lowest, one.median, one.highest))
        return one.label, middle, f"{low} to {high}"

    return ("Quantity", "Median", "Lowest to highest"), tuple(cells(one) for one in ranges)
