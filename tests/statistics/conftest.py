"""Faults of the statistics that the torture tests found and that are not mended yet, each by its test.

Strict: a test that passes again fails the run until its line is taken out here.
"""

from __future__ import annotations

import pytest

NOT_MENDED = frozenset(
    {
        "test_a_box_is_in_order[largest, 0]",
        "test_a_box_is_in_order[neighbours, 0]",
        "test_a_group_in_a_few_figures_is_in_order[a tenth and its neighbour, 0]",
        "test_a_group_in_a_few_figures_is_in_order[largest, 0]",
        "test_a_group_in_a_few_figures_is_in_order[tiny beside one huge, 0]",
        "test_a_group_in_a_few_figures_is_in_order[tiny beside one huge, 1]",
        "test_a_logistic_model_of_extremes[apart by five roundings]",
        "test_correlations_of_extreme_readings[against each other]",
        "test_kappa_of_extreme_tables[apart the other way-kappa]",
        "test_kappa_of_extreme_tables[apart the other way-linear]",
        "test_kappa_of_extreme_tables[apart the other way-quadratic]",
        "test_kappa_of_extreme_tables[ends alone-kappa]",
        "test_kappa_of_extreme_tables[ends alone-linear]",
        "test_kappa_of_extreme_tables[ends alone-quadratic]",
        "test_no_class_and_no_number_have_no_model[NaN alone]",
        "test_no_class_and_no_number_have_no_model[NaN in the other]",
        "test_no_class_and_no_number_have_no_model[NaN]",
        "test_ranks_are_unchanged_by_a_rising_transform[one odd value in many]",
        "test_the_exact_p_of_three_rare_values_is_hypergeometric[600]",
        "test_two_groups_and_the_same_exchanged[one odd value in many]",
        "test_two_groups_and_the_same_exchanged[small spread beside a constant]",
        "test_what_is_no_number_has_no_figures[describe-NaN and 1]",
        "test_what_is_no_number_has_no_figures[describe-NaN]",
        "test_what_is_no_number_has_no_figures[describe-both]",
        "test_what_is_no_number_has_no_figures[describe-infinity]",
        "test_what_is_no_table_says_why[more negative]",
        "test_what_is_no_table_says_why[nothing]",
        "test_what_is_no_table_says_why[ragged]",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name.startswith("test_torture") and item.name in NOT_MENDED:
            item.add_marker(pytest.mark.xfail(strict=True, reason="a known fault, not mended yet"))
