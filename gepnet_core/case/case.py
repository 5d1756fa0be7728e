"""What is known of one patient: measurements, the reader's pattern, and the choices made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from gepnet_core.case.measurement import Measurement
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition, check_tolerance
from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.scope import load_scope

CUTOFF_HIGHEST = 10
"""A ratio beyond it is a percentage or a slip: the study's patients average about 1."""

READING_ERROR_HIGHEST_HU = 1000
"""Beyond it, an error in HU is a slip: the whole range of HU is about 4096 wide."""


class ScopeState(StrEnum):
    """Whether one condition of the study holds for a case."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ReadingError:
    """Assumed standard deviation of one reading, in HU; see data/study/criteria.toml."""

    lesion_hu: Decimal
    liver_hu: Decimal

    def __post_init__(self) -> None:
        for name, value in (("lesion", self.lesion_hu), ("liver", self.liver_hu)):
            if not value.is_finite() or not 0 <= value <= READING_ERROR_HIGHEST_HU:
                raise MeasurementError(
                    f"the reading error of the {name} must be a number of HU, 0 or more",
                    got=str(value),
                    allowed=f"0 to {READING_ERROR_HIGHEST_HU} HU",
                    remedy="Type the standard deviation of one reading.",
                    field=f"reading_error.{name}",
                )


def study_reading_error() -> ReadingError:
    """The default reading error, an assumption."""
    default = load_criteria().reading_error
    return ReadingError(default.lesion_hu, default.liver_hu)


def study_cutoff() -> Decimal:
    """The published cutoff of the HAP ratio."""
    return load_criteria().hap_ratio_cutoff


@dataclass(frozen=True)
class Case:
    """One patient's inputs. What is absent is unknown, never zero or false.

    Parameters
    ----------
    measurements : mapping of Phase to Measurement
    reader_pattern : EnhancementPattern or None
        The reader's visual call; it decides where it is given.
    definition : PatternDefinition
        Which definition derives the pattern where the reader gave none.
    tolerances : mapping of PatternDefinition to Decimal
        Tolerances that differ from the definitions' defaults.
    cutoff : Decimal
        Cutoff of the HAP ratio; at or below it points to adenocarcinoma.
    pretest_net : Decimal or None
        Pre-test probability of NET, a fraction strictly between 0 and 1; None asks for no post-test.
    scope : mapping of item id to ScopeState
        Items not named are unknown.
    reading_error : ReadingError

    Raises
    ------
    MeasurementError
        If a value is outside its range, a measurement stands under another phase than its own, or a scope
        item is unknown to the study.
    """

    measurements: Mapping[Phase, Measurement] = field(default_factory=dict)
    reader_pattern: EnhancementPattern | None = None
    definition: PatternDefinition = PatternDefinition.LIVER_RELATIVE
    tolerances: Mapping[PatternDefinition, Decimal] = field(default_factory=dict)
    cutoff: Decimal = field(default_factory=study_cutoff)
    pretest_net: Decimal | None = None
    scope: Mapping[str, ScopeState] = field(default_factory=dict)
    reading_error: ReadingError = field(default_factory=study_reading_error)

    def __post_init__(self) -> None:
        object.__setattr__(self, "measurements", MappingProxyType(dict(self.measurements)))
        object.__setattr__(self, "tolerances", MappingProxyType(dict(self.tolerances)))
        object.__setattr__(self, "scope", MappingProxyType(dict(self.scope)))
        for phase, measurement in self.measurements.items():
            if measurement.phase is not phase:
                raise MeasurementError(
                    "a measurement stands under another phase than its own",
                    got=f"{measurement.phase.label} under {phase.label}",
                    field=str(phase),
                )
        for tolerance in self.tolerances.values():
            check_tolerance(tolerance)
        if not self.cutoff.is_finite() or not 0 < self.cutoff <= CUTOFF_HIGHEST:
            raise MeasurementError(
                "the cutoff of the ratio must be above 0",
                got=str(self.cutoff),
                allowed=f"above 0, at most {CUTOFF_HIGHEST}",
                remedy=f"Type a ratio such as {load_criteria().hap_ratio_cutoff}, not a percentage.",
                field="cutoff",
            )
        if self.pretest_net is not None and not (self.pretest_net.is_finite() and 0 < self.pretest_net < 1):
            raise MeasurementError(
                "the pre-test probability of NET must lie strictly between 0 and 1",
                got=str(self.pretest_net),
                allowed="a fraction such as 0.05 (5 %)",
                remedy="Leave it empty if you do not want a post-test probability.",
                field="pretest",
            )
        unknown = sorted(set(self.scope) - set(load_scope()))
        if unknown:
            raise MeasurementError(
                "no such scope item",
                got=", ".join(unknown),
                allowed=", ".join(load_scope()),
                field="scope",
            )

    def tolerance(self, definition: PatternDefinition) -> Decimal:
        """The tolerance in force for a definition."""
        default = load_criteria().definitions[definition].tolerance
        return self.tolerances.get(definition, default)

    @property
    def has_study_cutoff(self) -> bool:
        """Whether the cutoff is the published one, which alone has evidence."""
        return self.cutoff == load_criteria().hap_ratio_cutoff

    @property
    def is_outside_scope(self) -> bool:
        """Whether any scope item is answered no, so that the call is withheld."""
        return ScopeState.NO in self.scope.values()

    def scope_state(self, item: str) -> ScopeState:
        """State of one scope item; unknown unless answered."""
        return self.scope.get(item, ScopeState.UNKNOWN)
