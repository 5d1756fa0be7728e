"""The study's two criteria with their counts: what is printed, what follows from it, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from gepnet_core.errors import StudyError
from gepnet_core.study.facts import STUDY_DIRECTORY, fact, read_toml


@dataclass(frozen=True)
class GroupCounts:
    """Patients of each group: adenocarcinoma and NET."""

    adenocarcinoma: int
    net: int

    def __add__(self, other: GroupCounts) -> GroupCounts:
        return GroupCounts(self.adenocarcinoma + other.adenocarcinoma, self.net + other.net)

    def __str__(self) -> str:
        return f"{self.adenocarcinoma}:{self.net}"


@dataclass(frozen=True)
class DefinitionDefault:
    """How one definition of the pattern is named, and the tolerance that it starts with."""

    label: str
    unit: str
    tolerance: Decimal
    tolerance_status: str
    reason: str


@dataclass(frozen=True)
class ReadingErrorDefault:
    """Assumed standard deviation of one reading, in HU."""

    lesion_hu: Decimal
    liver_hu: Decimal
    status: str
    reason: str


@dataclass(frozen=True)
class StudyCriteria:
    """Everything that the rule and its evidence take from the study.

    ``cells`` is keyed by (ratio at or below the cutoff, pattern is plateau).
    """

    hap_ratio_cutoff: Decimal
    group_sizes: GroupCounts
    cells: Mapping[tuple[bool, bool], GroupCounts]
    patterns: Mapping[str, GroupCounts]
    definitions: Mapping[str, DefinitionDefault]
    reading_error: ReadingErrorDefault
    rule_statement: str
    rule_status: str
    rule_reason: str

    def ratio_margin(self, met: bool) -> GroupCounts:
        """Counts by the ratio criterion alone."""
        return self.cells[met, True] + self.cells[met, False]

    def pattern_margin(self, met: bool) -> GroupCounts:
        """Counts by the pattern criterion alone."""
        return self.cells[True, met] + self.cells[False, met]


PATTERN_NAMES = ("plateau", "washout", "progressive")


@cache
def load_criteria() -> StudyCriteria:
    """The criteria, after checking that the derived cells agree with every printed margin.

    Raises
    ------
    StudyError
        If the cells contradict a number that the study prints.
    """
    table = read_toml(STUDY_DIRECTORY / "criteria.toml")
    cells = {
        (row["ratio_met"], row["pattern_met"]): GroupCounts(row["adenocarcinoma"], row["net"])
        for row in table["cell"]
    }
    definitions = {
        name: DefinitionDefault(**{**entry, "tolerance": Decimal(entry["tolerance"])})
        for name, entry in table["definition"].items()
    }
    error = table["reading_error"]
    criteria = StudyCriteria(
        hap_ratio_cutoff=fact("hap_ratio_cutoff").value,
        group_sizes=GroupCounts(fact("n_adenocarcinoma").count, fact("n_net").count),
        cells=MappingProxyType(cells),
        patterns=MappingProxyType(
            {
                name: GroupCounts(
                    fact(f"pattern_{name}_adenocarcinoma").count, fact(f"pattern_{name}_net").count
                )
                for name in PATTERN_NAMES
            }
        ),
        definitions=MappingProxyType(definitions),
        reading_error=ReadingErrorDefault(
            Decimal(error["lesion_hu"]), Decimal(error["liver_hu"]), error["status"], error["reason"]
        ),
        rule_statement=table["rule"]["statement"],
        rule_status=table["rule"]["status"],
        rule_reason=table["rule"]["reason"],
    )
    _check_margins(criteria)
    return criteria


def _check_margins(criteria: StudyCriteria) -> None:
    """Refuse cells that do not add up to the printed counts."""
    n = criteria.group_sizes
    ratio_low = GroupCounts(
        fact("hap_ratio_true_positives").count, n.net - fact("hap_ratio_true_negatives").count
    )
    both = GroupCounts(fact("combined_true_positives").count, n.net - fact("combined_true_negatives").count)
    not_plateau = criteria.patterns["washout"] + criteria.patterns["progressive"]
    printed = {
        "ratio at or below the cutoff": (criteria.ratio_margin(True), ratio_low),
        "plateau": (criteria.pattern_margin(True), criteria.patterns["plateau"]),
        "not plateau": (criteria.pattern_margin(False), not_plateau),
        "both criteria": (criteria.cells[True, True], both),
        "all patients": (criteria.ratio_margin(True) + criteria.ratio_margin(False), n),
    }
    for name, (derived, stated) in printed.items():
        if derived != stated:
            raise StudyError(
                f"the joint cells contradict the printed counts for {name}",
                got=str(derived),
                allowed=str(stated),
                remedy="Correct data/study/criteria.toml.",
            )
