"""What a user can give, by kind: an input is made of (seed, number) alone, and taken as the app takes it."""

from __future__ import annotations

import io
import shutil
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from gepnet_core.__main__ import main
from gepnet_core.cohort.assess_table import assess_table
from gepnet_core.cohort.dictionary.mapping import parse_mapping
from gepnet_core.cohort.proposal.proposal import propose_mapping
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.any_table import read_any_table
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.pixels.intake import Source
from gepnet_core.imaging.rois.roi import Ellipse, Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import read_rois
from gepnet_core.imaging.rois.roi_statistics import measure_roi
from gepnet_core.imaging.series.study import ImagingStudy, read_study, read_volume
from gepnet_core.imaging.volume import HuVolume
from gepnet_core.report.case.case_file import load_case, save_case
from tests.fuzz.archives import bent_upload
from tests.fuzz.command_words import bent_files, bent_table, bent_words
from tests.fuzz.dicom_files import CANARY, bent_image, bent_region, sound_series
from tests.fuzz.foreign_files import bent_foreign, foreign_paths
from tests.fuzz.json_files import bent_case, bent_drawing, bent_mapping, bent_places
from tests.fuzz.nifti_files import bent_nifti


class WrongAnswerError(AssertionError):
    """An answer that may not be given: a name repeated, a status or output that was not promised."""


def _said(*texts: str) -> None:
    """No sentence repeats the name that stands in every seed."""
    if any(CANARY.lower() in text.lower() for text in texts):
        raise WrongAnswerError("a message repeats a name of the file")


def _measure_all(study: ImagingStudy) -> bool:
    """Decode every series and measure on it; True where one could be."""
    _said(*study.problems, *(text for one in study.series for text in one.warnings))
    measured = False
    for series in study.series:
        try:
            volume = read_volume(series)
            measure_roi(volume, Roi("oval", (Ellipse(0, 40.0, 40.0, 5.0, 5.0),), RoiSource.DRAWN))
            measured = True
        except GepnetError as error:
            _said(str(error))
    return measured


def make_images(random: Random) -> list[Source]:
    """Bent slices among sound ones."""
    bent = [Source("x.dcm", bent_image(random)) for _ in range(random.choice((1, 1, 2)))]
    return [*bent, *random.sample(sound_series(), random.choice((0, 2, 7)))]


def take_upload(sources: list[Source]) -> bool:
    return _measure_all(read_study(sources))


def take_regions(sources: list[Source]) -> bool:
    """A region file on the sound series."""
    study = read_study([*sound_series(), *sources])
    _said(*study.problems)
    volume = _sound_volume()
    for roi_file in study.roi_files:
        for loaded in read_rois(roi_file, study.series, study.roi_files):
            _said(*loaded.warnings)
            for roi in loaded.rois:
                measure_roi(volume, roi)
    if not study.roi_files:
        raise GepnetError("no region file")
    return True


_VOLUMES: list[HuVolume] = []


def _sound_volume() -> HuVolume:
    if not _VOLUMES:
        _VOLUMES.append(read_volume(read_study(sound_series()).series[0]))
    return _VOLUMES[0]


def make_regions(random: Random) -> list[Source]:
    """One region file, or two of which one may refer to the other."""
    return [Source("r.dcm", bent_region(random)) for _ in range(random.choice((1, 1, 1, 2)))]


def make_nifti(random: Random) -> list[Source]:
    return [Source("m.nii.gz", bent_nifti(random))]


def take_any_table(content: bytes) -> bool:
    return read_any_table(content).n_rows > 0


def take_table(content: bytes) -> bool:
    """Everything that the pages do with a table before its statistics."""
    table = read_table(content)
    _said(*table.notes)
    proposal = propose_mapping(table)
    _said(*(sentence for sentence in proposal.unsure if "heading" not in sentence))
    answered = 0
    # As proposed or as it stands, which the content decides, so that an input stays the same.
    for mapping in (proposal.mapping(),) if len(content) % 2 else (None,):
        for read in (read_cohort, assess_table):
            try:
                read(table, mapping)
                answered += 1
            except GepnetError as error:
                _said(str(error))
    return answered > 0


def take_mapping(content: bytes) -> bool:
    parse_mapping(content.decode("utf-8", "replace")).recognise("Arterial lesion")
    return True


def take_case(content: bytes) -> bool:
    """A case that is loaded can be saved, and is then the same."""
    case = load_case(content)
    if load_case(save_case(case)) != case:
        raise WrongAnswerError("a loaded case is another one when saved and loaded again")
    return True


def take_places(body: bytes) -> bool:
    from tests.roi_viewer.measure_requests import post

    answer = post(body)
    if answer.status not in (200, 400):
        raise WrongAnswerError(f"status {answer.status}")
    return bool(answer.status == 200)


def take_drawing(untrusted: Any) -> bool:
    from ui.roi_viewer.drawing import validate_drawing

    for oval in validate_drawing(untrusted).ovals:
        try:
            measure_roi(_sound_volume(), oval.to_roi())
        except GepnetError as error:
            _said(str(error))
    return True


class _Stream(io.TextIOWrapper):
    """A terminal that keeps what is written."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii", errors="backslashreplace", newline="\n")

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]


def make_command(random: Random) -> list[str]:
    """The words, with the files that they name put into the work folder."""
    words = bent_words(random)
    files = bent_files(random, words)
    (Path() / "ct").mkdir(exist_ok=True)
    for name, content in files.items():
        Path(name).write_bytes(content)
    return words


def take_words(words: list[str]) -> bool:
    """A command line in the work folder: an answer, or status 2 with one line."""
    streams = sys.stdout, sys.stderr
    out, err = _Stream(), _Stream()
    sys.stdout, sys.stderr = out, err
    try:
        status = int(main(words))
    except SystemExit as ended:  # help and version
        status = int(ended.code or 0)
    finally:
        sys.stdout, sys.stderr = streams
        _clear(Path())
    told, line = out.text(), err.text()
    if status == 2 and (told or not line.endswith("\n") or line.count("\n") != 1):
        raise WrongAnswerError(f"status 2 with {len(told)} characters of answer, {line.count(chr(10))} lines")
    if status not in (0, 2) or (status == 0 and line):
        raise WrongAnswerError(f"status {status} with {line.count(chr(10))} lines of error")
    _said(line)
    return status == 0


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@dataclass(frozen=True)
class Target:
    """One kind of input: how it is made, how the app takes it (True: accepted), its share of a run."""

    name: str
    make: Callable[[Random], Any]
    take: Callable[[Any], bool]
    share: float


TARGETS = (
    Target("dicom image", make_images, take_upload, 5),
    Target("region file", make_regions, take_regions, 5),
    Target("nifti", make_nifti, take_regions, 2),
    Target("archive", bent_upload, take_upload, 2),
    Target("cohort table", bent_table, take_table, 2),
    Target("any table", bent_table, take_any_table, 1),
    Target("mapping", bent_mapping, take_mapping, 2),
    Target("case file", bent_case, take_case, 2),
    Target("viewer request", bent_places, take_places, 1),
    Target("drawing", bent_drawing, take_drawing, 1),
    Target("command line", make_command, take_words, 3),
    # Only where those files lie beside the project.
    *([Target("foreign file", bent_foreign, take_upload, 4)] if foreign_paths() else []),
)


def chosen(seed: int, number: int, only: str | None = None) -> tuple[Target, Any]:
    """The target of an input, and the input."""
    random = Random(f"{seed}:{number}")  # noqa: S311 - nothing is secret
    target = random.choices(TARGETS, [one.share for one in TARGETS])[0]
    if only is not None:
        target = next(one for one in TARGETS if one.name == only)
    return target, target.make(random)


def taken(target: Target, given: Any) -> bool:
    """Whether the input was accepted; False where it was refused as the library promises.

    Warnings are errors: they would reach a terminal or a log, and may quote what is in a file.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return target.take(given)
        except GepnetError as error:
            _said(str(error))
            return False


def warm() -> None:
    """Make the seeds and load what is loaded once, before time and memory count."""
    for number in range(12):
        for target in TARGETS:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                given = target.make(Random(number))  # noqa: S311
                try:
                    target.take(given)
                except Exception:  # noqa: BLE001, S112 - what fails here is met again when it counts
                    continue
