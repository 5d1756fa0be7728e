"""Texts get the study's numbers, and a name that the study does not know is refused."""

from __future__ import annotations

import pytest

from gepnet_core.errors import StudyError
from gepnet_core.study.filled_text import filled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("No number, 5 %.", "No number, 5 %."),
        # Abstract: "23 well-differentiated (G1 or G2) GEP NETs"; Figure 6: "value≤0.898".
        ("{n_net} NETs, ratio {hap_ratio_cutoff}.", "23 NETs, ratio 0.898."),
        ("{kvp}{kvp}", "120120"),
        # Table 1 prints 0.33 and 0.20: the last digit stays.
        ("{hap_ratio_sd_net}, {hap_ratio_sd_adenocarcinoma}", "0.33, 0.20"),
    ],
)
def test_names_in_braces_become_the_studys_numbers(text: str, expected: str) -> None:
    assert filled(text) == expected


@pytest.mark.parametrize(
    "text",
    ["{nothing}", "{}", "{0}", "{", "}", "{n_net", "n_net}", "{{n_net}}", "{n_net.count}", "{n_net!r}"],
)
def test_any_other_brace_is_refused(text: str) -> None:
    with pytest.raises(StudyError, match="the study has no such fact"):
        filled(text)
