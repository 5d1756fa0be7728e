"""Labels of real spreadsheets, and those whose meaning only the user knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.cohort.proposal.labels import is_code, label_value

CHOICES = [column for column in load_dictionary().columns.values() if column.kind is Kind.CHOICE]


@pytest.mark.parametrize(
    ("name", "value", "labels"),
    [
        ("pattern", "washout", ["WO", "Wash-out", "wash out pattern", "washout"]),
        ("pattern", "plateau", ["PL", " Plateau ", "plateau type"]),
        ("pattern", "progressive", ["PR", "prog.", "Progressive enhancement"]),
        ("pattern", None, ["persistent", "no washout", "type III", "gradual", "w/o", "WO?", "1", ""]),
        ("reader2_pattern", "washout", ["WO"]),
        ("diagnosis", "net", [
            "NET", "pNET", "p-NET", "GEP-NET", "NET G1", "NET, grade 2", "carcinoid", "Neuroendocrine tumour",
            "neuro-endocrine tumor G2 (pancreas)", "well-differentiated NET of the ileum",
        ]),
        ("diagnosis", "adenocarcinoma", [
            "AC", "adeno", "Adeno-Ca", "adeno carcinoma", "Adenocarcinoma", "CRC", "PDAC",
            "pancreatic ductal adenocarcinoma", "poorly differentiated adenocarcinoma of the colon",
        ]),
        # A neuroendocrine carcinoma, a mixed tumour and other primaries are neither of the study's groups.
        ("diagnosis", None, [
            "NEC", "neuroendocrine carcinoma", "neuroendocrine neoplasm", "MiNEN", "HCC", "AC/NET", "A",
            "mixed adenoneuroendocrine carcinoma", "poorly differentiated neuroendocrine tumour", "non-NET",
            "no NET", "NET?", "NET vs AC", "metastasis", "tumour", "lung adenocarcinoma", "0", "1", "2",
            "1.0", "TRUE",
        ]),
        ("diagnosis", "net", ["Karzinoid", "neuroendokriner Tumor G1"]),
        ("diagnosis", "adenocarcinoma", ["Adenokarzinom", "Adenokarzinom Kolon"]),
        ("diagnosis", None, ["neuroendokrines Karzinom", "neuroendokrin Karzinom", "kein Adenokarzinom"]),
        ("sex", "female", ["F", "f", "Female", "weiblich"]),
        ("sex", "male", ["M", "männlich"]),
        ("sex", None, ["1", "2", "x"]),
        ("lymphadenopathy", "present", ["yes", "Y", "pos.", "present", "ja"]),
        ("lymphadenopathy", None, ["0", "1", "N2"]),
        ("primary_site", "small_bowel", ["ileum", "Small bowel", "small_bowel"]),
        ("primary_site", None, ["midgut", "lung"]),
        ("shape", "round_oval", ["round", "round/oval", "Oval"]),
        ("scope_untreated", "yes", ["Y", "true"]),
        ("scope_untreated", "unknown", ["Unknown"]),
    ],
)  # fmt: skip
def test_what_labels_mean(name: str, value: str | None, labels: list[str]) -> None:
    assert {label: label_value(name, label) for label in labels} == dict.fromkeys(labels, value)


@given(st.integers(-5, 1000), st.sampled_from(["", ".0", ",0", "."]))
def test_codes_are_never_guessed(number: int, end: str) -> None:
    label = f"{number}{end}"
    assert is_code(label)
    assert all(label_value(choice.name, label) is None for choice in CHOICES)


@pytest.mark.parametrize("label", ["G1", "1a", "1-2", "I", "", "1.5", "١x"])
def test_what_is_no_code(label: str) -> None:
    assert not is_code(label)


def test_every_value_means_itself() -> None:
    for column in CHOICES:
        for value in column.allowed:
            assert label_value(column.name, value.upper()) == value


@given(st.text(max_size=30))
def test_any_label_is_a_value_or_none(label: str) -> None:
    for choice in CHOICES:
        assert label_value(choice.name, label) in (None, *choice.allowed)
