"""How the study analysed: each choice quoted from the paper, a damaged file refused."""

from __future__ import annotations

import pytest

from gepnet_core.errors import StudyError
from gepnet_core.study import analysis as analysis_module
from gepnet_core.study.analysis import StudyTest, load_agreement_bands, load_study_tests
from gepnet_core.study.facts import STUDY_DIRECTORY
from tests.study.test_facts import needs_paper, normalised, section


@needs_paper
@pytest.mark.parametrize("one", load_study_tests().values(), ids=lambda one: one.column)
def test_each_choice_of_the_study_is_quoted(one: StudyTest) -> None:
    assert normalised(one.quote) in section(one.place)


@needs_paper
def test_the_words_for_an_agreement_are_quoted() -> None:
    for band in load_agreement_bands():
        # The text file lost a hyphen where a line ends: 0.410.60.
        assert normalised(band.quote).replace("-", "") in section(band.place).replace("-", "")
        assert f"{band.low}-{band.high}" in band.quote and band.word in band.quote


@pytest.mark.parametrize(
    ("old", "new", "load"),
    [
        ('columns = ["shape"]', 'columns = ["pattern"]', load_study_tests),
        ('test = "chi2_yates"', 'name = "chi2_yates"', load_study_tests),
        ('low = "0.81"', 'low = "high"', load_agreement_bands),
        ('word = "fair"', 'name = "fair"', load_agreement_bands),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, monkeypatch, old: str, new: str, load) -> None:
    text = (STUDY_DIRECTORY / "analysis.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "analysis.toml").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(analysis_module, "STUDY_DIRECTORY", tmp_path)
    with pytest.raises(StudyError):
        load.__wrapped__()
