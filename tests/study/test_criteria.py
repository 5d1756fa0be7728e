"""The joint cells: forced by the printed margins and AND, and by nothing weaker."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from gepnet_core.errors import StudyError
from gepnet_core.study import criteria as criteria_module
from gepnet_core.study.criteria import GroupCounts, load_criteria
from gepnet_core.study.facts import STUDY_DIRECTORY, fact

N = 23
# Printed: ratio at or below the cutoff in 19 adenocarcinomas and 23 - 18 NETs (Results, Figure 6); plateau in
# 21 adenocarcinomas and 6 NETs (Table 1); both combined: 19 of 23 adenocarcinomas, 21 of 23 NETs not.
LOW = {"adenocarcinoma": 19, "net": 5}
PLATEAU = {"adenocarcinoma": 21, "net": 6}
CALLED = {"adenocarcinoma": 19, "net": 2}


def tables(low: int, plateau: int) -> list[dict[tuple[bool, bool], int]]:
    """Every 2 x 2 table of 23 patients with these margins, by trying all of them."""
    found = []
    for a, b, c in itertools.product(range(N + 1), repeat=3):
        d = N - a - b - c
        if d >= 0 and a + b == low and a + c == plateau:
            found.append({(True, True): a, (True, False): b, (False, True): c, (False, False): d})
    return found


def called(rule, table: dict[tuple[bool, bool], int]) -> int:
    return sum(count for findings, count in table.items() if rule(*findings))


ALL_RULES = {
    # each of the 16 functions of two conditions, by the findings that it calls adenocarcinoma
    frozenset(chosen)
    for size in range(5)
    for chosen in itertools.combinations([(True, True), (True, False), (False, True), (False, False)], size)
}


@pytest.mark.parametrize("group", ["adenocarcinoma", "net"])
def test_and_with_the_printed_margins_leaves_one_table(group: str) -> None:
    fitting = [
        t for t in tables(LOW[group], PLATEAU[group]) if called(lambda r, p: r and p, t) == CALLED[group]
    ]
    stored = {findings: getattr(counts, group) for findings, counts in load_criteria().cells.items()}
    assert fitting == [stored]


def test_or_fits_no_table() -> None:
    for group in ("adenocarcinoma", "net"):
        counts = {called(lambda r, p: r or p, t) for t in tables(LOW[group], PLATEAU[group])}
        assert CALLED[group] not in counts


def test_of_all_rules_of_the_two_conditions_only_and_fits_both_groups() -> None:
    def fits(positive: frozenset[tuple[bool, bool]]) -> bool:
        return all(
            any(
                called(lambda r, p: (r, p) in positive, t) == CALLED[group]
                for t in tables(LOW[group], PLATEAU[group])
            )
            for group in ("adenocarcinoma", "net")
        )

    # "Ratio low" alone fits neither; rules that ignore one condition are among the 16.
    assert [rule for rule in ALL_RULES if fits(rule)] == [frozenset({(True, True)})]


def test_the_plateau_counts_as_the_text_prints_them_fit_no_rule_of_two() -> None:
    # Results print 73.9 % (17 of 23) and 91.3 % (21 of 23) for plateau: swapped (audit, 1).
    swapped = {"adenocarcinoma": 17, "net": 2}
    for rule in (lambda r, p: r and p, lambda r, p: r or p):
        fits = [
            any(called(rule, t) == CALLED[group] for t in tables(LOW[group], swapped[group]))
            for group in ("adenocarcinoma", "net")
        ]
        assert not all(fits)


def test_single_criteria_have_their_margins() -> None:
    criteria = load_criteria()
    assert criteria.ratio_margin(True) == GroupCounts(19, 5)
    assert criteria.ratio_margin(False) == GroupCounts(4, 18)
    assert criteria.pattern_margin(True) == GroupCounts(21, 6)
    assert criteria.pattern_margin(False) == GroupCounts(2, 17)


def test_the_patterns_have_the_counts_of_table_1_and_add_up() -> None:
    patterns = load_criteria().patterns
    assert patterns == {
        "plateau": GroupCounts(21, 6),
        "washout": GroupCounts(2, 15),
        "progressive": GroupCounts(0, 2),
    }
    total = patterns["plateau"] + patterns["washout"] + patterns["progressive"]
    assert total == load_criteria().group_sizes == GroupCounts(N, N)


def test_counts_are_written_adenocarcinoma_first() -> None:
    assert str(load_criteria().cells[True, True]) == "19:2"


def test_the_default_tolerance_lies_where_the_figures_force_it() -> None:
    plateau = fact("figure4_hap_ratio").value - fact("figure4_pvp_ratio").value
    washout = fact("figure2_hap_ratio").value - fact("figure2_pvp_ratio").value
    assert (plateau, washout) == (Decimal("0.105"), Decimal("0.309"))
    assert plateau <= load_criteria().definitions["liver_relative"].tolerance < washout


def test_the_reading_errors_are_those_that_their_reason_computes() -> None:
    # SD * sqrt(1 - ICC) with the SDs that the reason assumes: 22 and 10.8 HU.
    default = load_criteria().reading_error
    for error, sd, icc in (
        (default.lesion_hu, 22, fact("icc_lesion_hu").value),
        (default.liver_hu, Decimal("10.8"), fact("icc_liver_hu").value),
    ):
        assert error == round(sd * (1 - icc).sqrt())
    assert default.status == "assumption"
    assert "22 HU" in default.reason and "10.8 HU" in default.reason


def test_what_is_assumed_says_so() -> None:
    criteria = load_criteria()
    assert criteria.rule_status == "assumption"
    assert "logistic score is not excluded" in criteria.rule_reason
    assert {d.tolerance_status for d in criteria.definitions.values()} == {"assumption"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("adenocarcinoma = 19\nnet = 2", "adenocarcinoma = 18\nnet = 2"),
        ("adenocarcinoma = 0\nnet = 3", "adenocarcinoma = 0\nnet = 4"),
        ("adenocarcinoma = 2\nnet = 14", "adenocarcinoma = 2\nnet = 13"),
        ("adenocarcinoma = 2\nnet = 4", "adenocarcinoma = 4\nnet = 2"),
    ],
)
def test_cells_that_contradict_a_printed_count_are_refused(tmp_path, monkeypatch, old: str, new: str) -> None:
    text = (STUDY_DIRECTORY / "criteria.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "criteria.toml").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(criteria_module, "STUDY_DIRECTORY", tmp_path)
    with pytest.raises(StudyError, match="contradict the printed counts"):
        load_criteria.__wrapped__()


def test_what_is_loaded_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load_criteria().cells[True, True] = GroupCounts(0, 0)  # type: ignore[index]
