"""Rows to calls: one row in, one row out, whatever it holds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.measurement import Measurement, Reading
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition, PatternSource
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Basis, Call
from gepnet_core.cohort.assess_table import NOTHING_GIVEN, JudgedTable, assess_table
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, DecimalMark
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import CohortError
from gepnet_core.study.criteria import GroupCounts

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "hu_table.csv"
HEADINGS = "hap_lesion_hu;hap_liver_hu;pvp_lesion_hu;pvp_liver_hu;pattern\n"


def judge(text: str, mapping: ColumnMapping | None = None, settings: Case | None = None) -> JudgedTable:
    return assess_table(read_table(text.encode()), mapping, settings)


def row(cells: str, mapping: ColumnMapping | None = None, settings: Case | None = None) -> JudgedTable:
    return judge(f"{HEADINGS}{cells}\n", mapping, settings)


@pytest.mark.parametrize(
    ("cells", "call", "basis", "counts"),
    [
        # Cells and margins of design.md section 4, adenocarcinoma : NET.
        ("50;66;;;plateau", Call.ADENOCARCINOMA, Basis.BOTH, (19, 2)),
        ("70;66;;;plateau", Call.NET, Basis.BOTH, (2, 4)),
        ("50;66;;;washout", Call.NET, Basis.BOTH, (0, 3)),
        ("70;66;;;progressive", Call.NET, Basis.BOTH, (2, 14)),
        ("50;66;;;", Call.NOT_CLASSIFIABLE, None, (19, 5)),
        ("70;66;;;", Call.NET, Basis.HAP_RATIO, (4, 18)),
        (";;;;plateau", Call.NOT_CLASSIFIABLE, None, (21, 6)),
        (";;;;washout", Call.NET, Basis.PATTERN, (2, 17)),
        # On the cutoff and a tenth of a HU to either side; with a decimal comma.
        ("44,9;50;;;plateau", Call.ADENOCARCINOMA, Basis.BOTH, (19, 2)),
        ("45,0;50;;;plateau", Call.NET, Basis.BOTH, (2, 4)),
        ("44,8;50;;;plateau", Call.ADENOCARCINOMA, Basis.BOTH, (19, 2)),
        # Derived: the ratio falls from 0.8 by 0.2, which is plateau, and by 0.201, which is washout.
        ("80;100;60;100;", Call.ADENOCARCINOMA, Basis.BOTH, (19, 2)),
        ("80;100;59,9;100;", Call.NET, Basis.BOTH, (0, 3)),
    ],
)
def test_calls(cells: str, call: Call, basis: Basis | None, counts: tuple[int, int]) -> None:
    (found,) = row(cells).rows
    assert (found.call, found.basis, found.counts) == (call, basis, GroupCounts(*counts))
    assert found.reason.endswith(".")


def test_source_of_the_pattern() -> None:
    reader, derived = judge(f"{HEADINGS}50;66;80;100;Wash-Out\n50;66;80;100;\n").rows
    assert (reader.pattern, reader.pattern_source) == (EnhancementPattern.WASHOUT, PatternSource.READER)
    assert derived.pattern_source is PatternSource.DERIVED
    assert "evidence_from_visual_pattern" in derived.warnings


@pytest.mark.parametrize(
    ("cells", "column", "value", "problem"),
    [
        ("abc;66;;;plateau", "hap_lesion_hu", "abc", "not a number"),
        ("50 HU;66;;;plateau", "hap_lesion_hu", "50 HU", "not a number"),
        ("1.024,5;66;;;plateau", "hap_lesion_hu", "1.024,5", "not a number"),
        ("5e1;66;;;plateau", "hap_lesion_hu", "5e1", "not a number"),
        ("=A1;66;;;plateau", "hap_lesion_hu", "=A1", "not a number"),
        ("inf;66;;;plateau", "hap_lesion_hu", "inf", "not a number"),
        ("٤٤;66;;;plateau", "hap_lesion_hu", "٤٤", "not a number"),
        ("50;0;;;plateau", "hap_liver_hu", "0", "must be above 0"),
        ("50;-60;;;plateau", "hap_liver_hu", "-60", "must be above 0"),
        ("3072;66;;;plateau", "hap_lesion_hu", "3072", "no HU of tissue"),
        ("-1025;66;;;plateau", "hap_lesion_hu", "-1025", "no HU of tissue"),
        ("50;66;80;4000;plateau", "pvp_liver_hu", "4000", "no HU of tissue"),
        ("50;66;;;flat", "pattern", "flat", "no such value"),
        ("50;66;;;" + "x" * 50, "pattern", "x" * 40 + "...", "no such value"),
        ("50;66;80", "", "", "3 cells, the headings have 5"),
        ("50;66;;;plateau;7", "", "", "6 cells, the headings have 5"),
    ],
)
def test_a_cell_that_cannot_be_read_stops_the_call(cells: str, column: str, value: str, problem: str) -> None:
    judged = row(cells)
    (issue,) = judged.issues
    assert (issue.row, issue.line, issue.column, issue.value) == (1, 2, column, value)
    assert problem in issue.problem
    assert issue.remedy
    assert issue.stops_the_call
    assert judged.rows[0].call is None
    assert judged.rows[0].reason.startswith("Not judged, since ")
    assert judged.counts[None] == 1


def test_all_issues_of_a_row_at_once() -> None:
    judged = row("a;b;c;d;e")
    assert [issue.column for issue in judged.issues] == HEADINGS.strip().split(";")
    assert "(4 more in the issues)" in judged.rows[0].reason


def test_a_negative_lesion_is_judged_and_warned() -> None:
    (found,) = row("-5,5;66;;;plateau").rows
    assert found.ratios[Phase.HAP] == -5.5 / 66
    assert "negative_lesion_hu" in found.warnings


def test_missing_is_never_zero() -> None:
    judged = row("NA;;-;n/a;")
    assert judged.rows[0].call is Call.NOT_CLASSIFIABLE
    assert judged.rows[0].reason == NOTHING_GIVEN
    assert judged.issues == ()
    assert any("'na'" in note for note in judged.notes)


def test_half_a_phase_is_missing_and_said() -> None:
    judged = row("50;;;;washout")
    assert (judged.rows[0].call, judged.rows[0].basis) == (Call.NET, Basis.PATTERN)
    (issue,) = judged.issues
    assert (issue.column, issue.stops_the_call) == ("hap_liver_hu", False)


RATIOS = "hap_lesion_hu;hap_liver_hu;hap_ratio;pvp_ratio;pattern\n"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        # 50 / 66 = 0.7576; whole HU stand for 49.5..50.5 and 65.5..66.5, so for ratios 0.744..0.771.
        ("50;66;0.758;;plateau", None),
        ("50;66;0.75;;plateau", None),
        ("50.0;66.0;0.758;;plateau", None),
        ("50.0;66.0;0.76;;plateau", None),
        ("50.0;66.0;0.765;;plateau", "not this ratio"),
        ("50;66;1.32;;plateau", "not this ratio"),
        ("50;66;0;;plateau", "not this ratio"),
        # 45 / 50 = 0.9 is above the cutoff; whole HU would allow 0.898, which is not.
        ("45;50;0.898;;plateau", "different sides of the cutoff"),
        ("45;50;0.9;;plateau", None),
    ],
)
def test_a_ratio_beside_hu_is_checked(cells: str, problem: str | None) -> None:
    judged = judge(f"{RATIOS}{cells}\n")
    assert judged.rows[0].call is not None
    assert [problem is not None and problem in issue.problem for issue in judged.issues] == [True] * bool(
        problem
    )


def test_a_ratio_without_hu_is_not_judged() -> None:
    judged = judge(f"{RATIOS};;0.758;;plateau\n50;66;;0.7;\n50;66;;0.7;plateau\n")
    assert [found.call for found in judged.rows] == [None, None, Call.ADENOCARCINOMA]
    assert [issue.column for issue in judged.issues] == ["hap_ratio", "pvp_ratio", "pvp_ratio"]


def test_diagnosis_is_never_looked_at() -> None:
    plain = row("50;66;;;plateau").rows[0]
    for diagnosis in ("net", "adenocarcinoma", "?", "nonsense"):
        judged = judge(f"diagnosis;{HEADINGS}{diagnosis};50;66;;;plateau\n")
        assert judged.rows[0] == plain
        assert judged.issues == ()
        assert "Columns that a call does not look at: diagnosis." in judged.notes


def test_two_columns_that_no_call_looks_at_are_no_error() -> None:
    judged = judge("pathology,group,pattern\nnet,net,washout\n")
    assert judged.rows[0].call is Call.NET
    assert "Columns that mean nothing here and were not read: column 2." in judged.notes


def test_mapping_of_labels_and_decimal() -> None:
    mapping = ColumnMapping({}, {"pattern": {"WO": "washout"}}, DecimalMark.COMMA)
    assert row("44,9;50;;;wo", mapping).rows[0].pattern is EnhancementPattern.WASHOUT
    judged = row("44.9;50;;;WO", mapping)
    assert judged.rows[0].call is None
    assert "decimal comma" in judged.issues[0].problem


def test_both_decimal_marks_are_noted() -> None:
    assert any("both occur" in note for note in row("44,9;50.0;;;plateau").notes)
    assert not any("both occur" in note for note in row("44,9;50,0;;;plateau").notes)


def test_settings_hold_for_every_row() -> None:
    settings = Case(
        definition=PatternDefinition.LESION_HU,
        tolerances={PatternDefinition.LESION_HU: Decimal(5)},
        cutoff=Decimal("0.8"),
    )
    judged = judge(f"{HEADINGS}50;66;56;100;\n50;66;55;100;\n", settings=settings)
    assert [found.pattern for found in judged.rows] == ["progressive", "plateau"]
    assert {found.counts for found in judged.rows} == {None}
    assert "0.8" in judged.rows[0].reason


def test_scope_of_a_row_goes_before_that_of_the_table() -> None:
    text = "hap_lesion_hu,hap_liver_hu,pattern,scope_untreated\n50,66,plateau,{}\n"
    settings = Case(scope={"untreated": ScopeState.NO})
    for cell, call in (
        ("yes", Call.ADENOCARCINOMA),
        ("unknown", Call.ADENOCARCINOMA),
        ("no", Call.WITHHELD),
        ("", Call.WITHHELD),
        ("treated", None),
    ):
        assert judge(text.format(cell), settings=settings).rows[0].call is call, cell


def test_codes_of_patients_and_shared_codes() -> None:
    text = "patient_id,pattern\nCANARY,washout\nB,washout\n CANARY ,plateau\n"
    table = read_table(text.encode())
    hidden, shown = assess_table(table), assess_table(table, with_patient_id=True)
    assert "CANARY" not in repr(hidden)
    assert [found.patient_id for found in shown.rows] == ["CANARY", "B", "CANARY"]
    (note,) = hidden.notes
    assert note.endswith("judged by itself: rows 1, 3.")


def test_the_example_is_synthetic_and_shows_every_call() -> None:
    judged = assess_table(read_table(EXAMPLE.read_bytes()), with_patient_id=True)
    assert judged.is_synthetic
    assert all(found.synthetic and (found.patient_id or "").startswith("SYNTHETIC-") for found in judged.rows)
    assert {call for call, n in judged.counts.items() if n} == set(Call)
    assert (judged.issues, judged.notes) == ((), ())
    # The steatosis of findings/users.md: 55/75 = 0.73 becomes 55/40 = 1.38.
    assert "liver_hu_low" in judged.rows[11].warnings


@pytest.mark.parametrize(
    "headings",
    [
        "a,b",
        "patient_id,diagnosis",
        "hap_lesion_hu,pvp_liver_hu",
        "pvp_lesion_hu,pvp_liver_hu",
        "hap_liver_hu",
    ],
)
def test_a_table_without_a_criterion_is_refused(headings: str) -> None:
    with pytest.raises(CohortError, match="no column holds a criterion"):
        judge(f"{headings}\n1,2\n")


def test_headings_without_meaning_are_not_quoted() -> None:
    # A table whose headings are missing has a patient where they should be.
    with pytest.raises(CohortError) as refused:
        judge("Canary Anna,50\nCanary Bert,60\n")
    assert "Canary" not in str(refused.value)


def test_progress_counts_every_row() -> None:
    seen: list[tuple[int, int]] = []
    table = read_table(b"pattern\n" + b"washout\n" * 5)
    assess_table(table, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 5) for n in range(1, 6)]


HU = st.decimals(-100, 300, places=1)
LIVER = st.decimals("0.1", 300, places=1)
PATTERN = st.sampled_from([None, *EnhancementPattern])


@given(HU, LIVER, HU, LIVER, PATTERN, st.booleans())
def test_a_row_says_what_its_case_says(
    hap_lesion: Decimal,
    hap_liver: Decimal,
    pvp_lesion: Decimal,
    pvp_liver: Decimal,
    pattern: EnhancementPattern | None,
    comma: bool,
) -> None:
    cells = ";".join([*map(str, (hap_lesion, hap_liver, pvp_lesion, pvp_liver)), pattern or ""])
    (found,) = row(cells.replace(".", ",") if comma else cells).rows
    expected = assess(
        Case(
            {
                Phase.HAP: Measurement(Phase.HAP, Reading(hap_lesion), Reading(hap_liver)),
                Phase.PVP: Measurement(Phase.PVP, Reading(pvp_lesion), Reading(pvp_liver)),
            },
            reader_pattern=pattern,
        )
    )
    assert (found.call, found.basis, found.ratios) == (expected.call, expected.basis, expected.ratios)
    assert found.pattern is expected.pattern.value
    assert found.likelihood_ratio_net == (expected.evidence and expected.evidence.likelihood_ratio_net)
    assert set(found.warnings) == {caution.code for caution in expected.warnings}


CELL = st.sampled_from(["", "50", "0", "-7,5", "x", "=1+1", "NA", "plateau", "no", '"'])


@given(st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=8))
def test_every_row_comes_back_in_its_place(rows: list[list[str]]) -> None:
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in rows]
    filled = [i for i, cells in enumerate(rows) if any(cells)]
    if not filled:
        return
    judged = judge(HEADINGS + "\n".join(quoted) + "\n")
    assert [found.line for found in judged.rows] == [i + 2 for i in filled]
    assert [found.row for found in judged.rows] == list(range(1, len(filled) + 1))
    assert all(found.reason for found in judged.rows)
    stopped = {issue.row for issue in judged.issues if issue.stops_the_call}
    assert stopped == {found.row for found in judged.rows if found.call is None}
