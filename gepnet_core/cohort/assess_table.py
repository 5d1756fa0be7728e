"""A table of patients judged: one row, one call, one reason, by the same function as one case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gepnet_core import __version__
from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.evidence import PosttestProbability
from gepnet_core.case.measurement import Measurement
from gepnet_core.case.pattern import EnhancementPattern, PatternSource
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Basis, Call
from gepnet_core.cohort.dictionary.columns import ColumnMatch, check_usable, columns_of_a_call, match_columns
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import load_dictionary, says_yes
from gepnet_core.cohort.dictionary.table_cells import Issue, RowReader
from gepnet_core.cohort.rows.row_reason import refusal_reason, row_reason
from gepnet_core.cohort.rows.table_notes import reading_notes
from gepnet_core.cohort.tables.read import Table
from gepnet_core.cohort.tables.records import Record
from gepnet_core.statistics.proportions.proportion_ratio import ProportionRatio
from gepnet_core.study.criteria import GroupCounts
from gepnet_core.study.scope import load_scope

NOTHING_GIVEN = "Neither lesion and liver HU nor a pattern is given in this row."

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class JudgedRow:
    """One row of the table with its call.

    ``call`` is None where the row could not be read; ``reason`` then says what to mend. ``ratio_met`` is None
    where the HAP ratio is unknown. ``counts`` are those of the joint cell where ``counts_basis`` is both
    criteria, else of the one that is known.
    """

    row: int
    line: int
    patient_id: str | None
    synthetic: bool
    call: Call | None
    basis: Basis | None
    ratios: Mapping[Phase, float | None]
    ratio_met: bool | None
    pattern: EnhancementPattern | None
    pattern_source: PatternSource | None
    counts: GroupCounts | None
    counts_basis: Basis | None
    likelihood_ratio_net: ProportionRatio | None
    posttest_net: PosttestProbability | None
    warnings: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class JudgedTable:
    """All rows in the order of the file, with what was found wrong and what was guessed or passed over.

    ``settings`` is the case without measurements whose choices hold for every row.
    """

    rows: tuple[JudgedRow, ...]
    issues: tuple[Issue, ...]
    notes: tuple[str, ...]
    settings: Case
    with_patient_id: bool
    version: str

    @property
    def counts(self) -> dict[Call | None, int]:
        """Rows by call; None counts the rows that could not be judged."""
        found = Counter(row.call for row in self.rows)
        return {call: found[call] for call in (*Call, None)}

    @property
    def is_synthetic(self) -> bool:
        """Whether any row says that it is invented."""
        return any(row.synthetic for row in self.rows)


def assess_table(
    table: Table,
    mapping: ColumnMapping | None = None,
    settings: Case | None = None,
    *,
    with_patient_id: bool = False,
    progress: Progress | None = None,
) -> JudgedTable:
    """Judge every row of a table. The column of diagnoses is never looked at.

    Parameters
    ----------
    table : Table
    mapping : ColumnMapping, optional
        What differs from the data dictionary.
    settings : Case, optional
        A case without measurements and pattern: definition, tolerance, cutoff, pre-test probability, scope
        and reading error for every row. A row's own scope columns go before.
    with_patient_id : bool
        Whether the codes of the table's patients are handed on.
    progress : callable, optional
        Called with the number of rows done and of all rows.

    Returns
    -------
    JudgedTable
        As many rows as the table has, in its order.

    Raises
    ------
    CohortError
        If no column holds a criterion, or two headings mean the same column that a call looks at.
    """
    mapping = mapping or ColumnMapping()
    settings = settings or Case()
    match = match_columns(table.headings, mapping, columns_of_a_call())
    check_usable(match)
    rows: list[JudgedRow] = []
    issues: list[Issue] = []
    for number, record in enumerate(table.rows, start=1):
        reader = RowReader(number, record.line, _cells(record, match), mapping)
        rows.append(_judge(reader, record, len(table.headings), settings, with_patient_id))
        issues.extend(reader.issues)
        if progress is not None:
            progress(number, len(table.rows))
    notes = (*table.notes, *reading_notes(table, match))
    return JudgedTable(tuple(rows), tuple(issues), notes, settings, with_patient_id, __version__)


def _cells(record: Record, match: ColumnMatch) -> dict[str, str]:
    return {
        name: record.cells[position]
        for name, position in match.positions.items()
        if position < len(record.cells)
    }


def _judge(reader: RowReader, record: Record, width: int, settings: Case, with_patient_id: bool) -> JudgedRow:
    if not reader.has_width(len(record.cells), width):
        return _row(reader, None, with_patient_id, refusal_reason(reader.issues))
    case = _case(reader, settings)
    if reader.is_stopped:
        return _row(reader, None, with_patient_id, refusal_reason(reader.issues))
    if not case.measurements and case.reader_pattern is None:
        return _row(reader, Call.NOT_CLASSIFIABLE, with_patient_id, NOTHING_GIVEN)
    assessment = assess(case, with_flips=False)
    evidence = assessment.evidence
    return replace(
        _row(reader, assessment.call, with_patient_id, row_reason(assessment)),
        basis=assessment.basis,
        ratios=assessment.ratios,
        ratio_met=assessment.ratio.met,
        pattern=assessment.pattern.value,
        pattern_source=assessment.pattern.source,
        counts=None if evidence is None else evidence.counts,
        counts_basis=None if evidence is None else evidence.basis,
        likelihood_ratio_net=None if evidence is None else evidence.likelihood_ratio_net,
        posttest_net=None if evidence is None else evidence.posttest_net,
        warnings=tuple(dict.fromkeys(caution.code for caution in assessment.warnings)),
    )


def _row(reader: RowReader, call: Call | None, with_patient_id: bool, reason: str) -> JudgedRow:
    """A row of which nothing but the call and its reason is known."""
    return JudgedRow(
        row=reader.row,
        line=reader.line,
        patient_id=reader.cells.get("patient_id", "").strip() if with_patient_id else None,
        synthetic=says_yes(reader.cells.get("synthetic", "")),
        call=call,
        basis=None,
        ratios=dict.fromkeys(Phase),
        ratio_met=None,
        pattern=None,
        pattern_source=None,
        counts=None,
        counts_basis=None,
        likelihood_ratio_net=None,
        posttest_net=None,
        warnings=(),
        reason=reason,
    )


def _case(reader: RowReader, settings: Case) -> Case:
    """The row as a case; what cannot be read is in the reader's issues."""
    measurements = {phase: m for phase in Phase if (m := reader.measurement(phase)) is not None}
    pattern = reader.choice("pattern")
    _check_ratios(reader, measurements, settings, has_pattern=pattern is not None)
    prefix = load_dictionary().scope_prefix
    own_scope = {item: reader.choice(prefix + item) for item in load_scope()}
    return replace(
        settings,
        measurements=measurements,
        reader_pattern=None if pattern is None else EnhancementPattern(pattern),
        scope={
            **settings.scope,
            **{item: ScopeState(state) for item, state in own_scope.items() if state is not None},
        },
    )


def _check_ratios(
    reader: RowReader, measurements: Mapping[Phase, Measurement], settings: Case, *, has_pattern: bool
) -> None:
    """A ratio beside HU is compared with them; a ratio that stands alone cannot be judged."""
    for phase in (Phase.HAP, Phase.PVP):
        name = f"{phase}_ratio"
        if phase in measurements:
            reader.compare_ratio(name, measurements[phase], settings.cutoff if phase is Phase.HAP else None)
        elif reader.is_given(name):
            # Lesion = ratio with liver = 1 would give the same side of the cutoff, but false warnings, a
            # false grey zone, and a false change of the lesion's HU.
            reader.report(
                name,
                "the ratio stands without the HU that it was made of, and a table is judged by its HU",
                f"Give {phase}_lesion_hu and {phase}_liver_hu.",
                stops_the_call=phase is Phase.HAP or not has_pattern,
            )
