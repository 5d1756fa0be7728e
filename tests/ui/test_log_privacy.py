"""No log record or warning of the process carries words that may be a user's."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from scripts.served import ROOT

CANARY = "canary^patient-4711"


def logged(body: str) -> str:
    """What a process prints that installs the privacy of the log and then runs `body`."""
    program = "import logging, warnings\nfrom ui import log_privacy\nlog_privacy.install()\n" + dedent(body)
    # The canary comes by argument: a source line in a traceback is the program's own and may be shown.
    done = subprocess.run(
        [sys.executable, "-c", program, CANARY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(
    "call",
    [
        "log.exception('Uncaught app execution')",
        "log.error('Uncaught app execution', exc_info=error)",
        "log.error('failed: %s', error)",
        "log.error('failed: %(error)s', {'error': error})",
        "log.error(error)",
    ],
)
@pytest.mark.parametrize("logger", ["streamlit.error_util", "uvicorn.error", "asyncio", "root"])
def test_a_logged_exception_keeps_its_type_and_loses_its_words(call: str, logger: str) -> None:
    text = logged(f"""
        import sys
        log = logging.getLogger({logger!r})
        logging.basicConfig()
        try:
            try:
                int(sys.argv[1])
            except ValueError as cause:
                raise LookupError(f"row {{sys.argv[1]}}") from cause
        except LookupError as error:
            {call}
    """)
    assert CANARY not in text
    assert "LookupError" in text


def test_the_frames_of_a_failure_can_still_be_found() -> None:
    text = logged("""
        logging.basicConfig()
        def read_row():
            raise LookupError("x")
        try:
            read_row()
        except LookupError:
            logging.getLogger("a").exception("failed")
    """)
    assert "in read_row" in text


def test_a_warning_keeps_its_place_and_loses_its_words() -> None:
    text = logged("""
        import sys
        warnings.warn(f"Invalid value for VR UI: {sys.argv[1]}", UserWarning)
    """)
    assert CANARY not in text
    assert "UserWarning" in text


def test_captured_warnings_lose_their_words_too() -> None:
    text = logged("""
        import sys
        logging.basicConfig()
        logging.captureWarnings(True)
        warnings.warn(f"Invalid value for VR UI: {sys.argv[1]}", UserWarning)
    """)
    assert CANARY not in text


def test_pydicoms_own_words_on_a_broken_value_stay_out() -> None:
    text = logged("""
        import io, sys
        import pydicom
        from pydicom.dataset import Dataset
        logging.basicConfig(level=logging.DEBUG)
        pydicom.config.debug(True)
        dataset = Dataset()
        dataset.PatientID = sys.argv[1] * 20
        dataset.StudyDate = sys.argv[1]
        dataset.SOPInstanceUID = sys.argv[1]
        stream = io.BytesIO()
        pydicom.dcmwrite(stream, dataset, implicit_vr=True, little_endian=True)
        stream.seek(0)
        read = pydicom.dcmread(stream, force=True)
        read.PatientID, read.StudyDate, read.SOPInstanceUID
    """)
    assert CANARY not in text


def test_installing_twice_changes_nothing() -> None:
    assert logged("log_privacy.install()\nlogging.basicConfig()\nlogging.error('plain %s', 'words')") == (
        "ERROR:root:plain words\n"
    )
