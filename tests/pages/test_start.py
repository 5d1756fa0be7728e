"""What opening the app brings in: what only images or tables need would double the time to a page."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent

from scripts.served import ROOT

LATER = ("pydicom", "gdcm", "highdicom", "nibabel", "pandas", "scipy", "openpyxl")


def test_the_first_page_opens_without_the_libraries_of_images_and_tables() -> None:
    program = dedent("""
        import json, sys
        import app
        from streamlit.testing.v1 import AppTest
        test = AppTest.from_file("ui/router.py", default_timeout=120).run()
        brought = [name for name in sys.argv[1:] if name in sys.modules]
        print(json.dumps([test.title[0].value, len(test.exception), brought]))
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, *LATER], cwd=ROOT, capture_output=True, text=True, check=True
    )
    title, n_exceptions, brought = json.loads(done.stdout.splitlines()[-1])
    assert title == "Check a case"
    assert n_exceptions == 0
    assert brought == []
