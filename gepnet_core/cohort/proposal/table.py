"""What holds for a table as a whole: what a row is, which way round ratios were divided, units, labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.dictionary.mapping import RatioOrientation, RowUnit
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.cohort.proposal.columns import FIRST_ROWS, ReadColumn
from gepnet_core.cohort.proposal.content import MOST_LABELS, compare_orientation, orientation_by_hu
from gepnet_core.cohort.proposal.labels import is_code, label_value
from gepnet_core.cohort.tables.any_table import parse_float
from gepnet_core.cohort.tables.read import Table

_REPEATED_ONE_IN = 10


@dataclass(frozen=True)
class ProposedLabel:
    """A label of a column, what it may mean (None: the user must say it), and in how many rows it stands."""

    label: str
    value: str | None
    count: int


@dataclass(frozen=True)
class ProposedUnit:
    """The unit of a column of numbers; ``unit`` is None where the user must say it."""

    name: str
    unit: str | None
    why: str


@dataclass(frozen=True)
class ProposedRow:
    """What one row is, and why; ``unsure`` where some codes repeat."""

    row: RowUnit
    why: str
    unsure: str = ""


@dataclass(frozen=True)
class ProposedRatio:
    """Which way round the ratios were divided, and why; a guess where nothing says it."""

    orientation: RatioOrientation
    why: str
    is_guess: bool
    unsure: str = ""


Columns = Mapping[str, ReadColumn]
"""By their names in the dictionary."""


def labels_of(table: Table, name: str, position: int) -> tuple[tuple[ProposedLabel, ...], str]:
    """Labels of a column of fixed values in all rows, the most frequent first; and what is unsure of them."""
    is_missing = load_dictionary().is_missing
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for cell, count in Counter(_cells(table, position)).items():
        label = cell.strip()
        if not is_missing(label):
            counts[label.casefold()] += count
            spelt.setdefault(label.casefold(), label)
    if len(counts) > MOST_LABELS:
        return (), f"{name} holds {len(counts)} different texts, too many for labels."
    labels = [
        ProposedLabel(spelt[folded], label_value(name, spelt[folded]), count)
        for folded, count in counts.most_common()
    ]
    codes = [label.label for label in labels if label.value is None and is_code(label.label)]
    n_unknown = sum(label.value is None for label in labels) - len(codes)
    unsure = []
    if codes:
        unsure.append(f"{name} is written in codes ({', '.join(sorted(codes))}): say what each means.")
    if n_unknown:
        unsure.append(f"Labels of {name} that were not understood: {n_unknown}. Say what each means.")
    return tuple(labels), " ".join(unsure)


def propose_row(table: Table, position: int | None) -> ProposedRow:
    """Rows are lesions where more than a tenth of them repeats a patient's code."""
    if position is None:
        return ProposedRow(RowUnit.PATIENT, "No column holds a code of the patient.")
    is_missing = load_dictionary().is_missing
    counts = Counter(cell.strip() for cell in _cells(table, position))
    given = {code: count for code, count in counts.items() if not is_missing(code)}
    n_codes, n_rows = len(given), sum(given.values())
    repeated = n_rows - n_codes
    if not repeated:
        return ProposedRow(RowUnit.PATIENT, "No code of a patient stands in two rows.")
    said = f"Different codes of patients in {n_rows} rows: {n_codes}"
    if _REPEATED_ONE_IN * repeated > n_rows:
        return ProposedRow(RowUnit.LESION, f"{said}.", f"{said}. Each row was taken as one lesion.")
    return ProposedRow(
        RowUnit.PATIENT, f"{said}.", f"{said}. Each row was taken as a patient: do some stand there twice?"
    )


def propose_ratio(table: Table, columns: Columns) -> ProposedRatio:
    """By the HU beside the ratio, else by its heading, else the study's own, as a guess."""
    ratios = [column for name, column in columns.items() if name.endswith("_ratio")]
    if not ratios:
        return ProposedRatio(RatioOrientation.LESION_OVER_LIVER, "The table has no ratio.", is_guess=False)
    said = {column.reading.orientation for column in ratios} - {None}
    counts = compare_orientation(_ratios_with_hu(table, columns))
    proven = orientation_by_hu(counts)
    if proven is not None:
        place = list(RatioOrientation).index(proven)
        why = f"Of {sum(counts)} ratios with HU beside them, {counts[place]} are {_words(proven)}."
        unsure = f"{why} A heading says otherwise." if said - {proven} else ""
        return ProposedRatio(proven, why, is_guess=False, unsure=unsure)
    guess = RatioOrientation.LESION_OVER_LIVER
    if sum(counts):
        why = (
            f"Of {sum(counts)} ratios with HU beside them, {counts[0]} are lesion over liver and {counts[1]} "
            "liver over lesion."
        )
        return ProposedRatio(guess, why, is_guess=True, unsure=f"{why} Say which is meant.")
    if len(said) == 1:
        orientation = next(o for o in said if o is not None)
        return ProposedRatio(orientation, f"The heading says {_words(orientation)}.", is_guess=False)
    why = f"Nothing says which way round the ratio was divided; the study's is {_words(guess)}."
    return ProposedRatio(guess, why, is_guess=True, unsure=f"{why} Say which is meant.")


def propose_units(columns: Columns) -> Iterator[ProposedUnit]:
    """Units by the heading; small sizes with decimals are asked about."""
    for name, column in columns.items():
        known = load_dictionary().columns[name]
        said = column.reading.unit
        if said in known.other_units:
            yield ProposedUnit(name, said, f"The heading says {said}.")
        elif known.other_units and said is None and column.content.may_be_cm:
            others = " or ".join(known.other_units)
            yield ProposedUnit(name, None, f"The largest number is so small that it may be {others}.")


def choice_columns(columns: Columns) -> Iterator[tuple[str, int]]:
    """The columns of fixed values, with their positions."""
    for name, column in columns.items():
        if load_dictionary().columns[name].kind is Kind.CHOICE:
            yield name, column.position


def _ratios_with_hu(table: Table, columns: Columns) -> Iterator[list[float | None]]:
    for phase in (Phase.HAP, Phase.PVP):
        names = (f"{phase}_ratio", f"{phase}_lesion_hu", f"{phase}_liver_hu")
        if not all(name in columns for name in names):
            continue
        places = [columns[name].position for name in names]
        for row in table.rows[:FIRST_ROWS]:
            if max(places) < len(row.cells):
                yield [parse_float(row.cells[place]) for place in places]


def _cells(table: Table, position: int) -> Iterator[str]:
    return (row.cells[position] for row in table.rows if position < len(row.cells))


def _words(orientation: RatioOrientation) -> str:
    return orientation.replace("_", " ")
