"""A figure is drawn by one thread while another one imports a library that Plotly looks for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scripts.served import ROOT

SLOW = "import time\ntime.sleep(1)\nSeries = Index = type('Series', (), {})\n"
DRAW = """
import sys, threading, time
from gepnet_core.figures.theme import blank_canvas
assert "pandas" not in sys.modules
importing = threading.Thread(target=lambda: __import__("pandas"))
importing.start()
while "pandas" not in sys.modules:
    time.sleep(0.01)
assert not hasattr(sys.modules["pandas"], "Series")
canvas = blank_canvas("Ratio", dark=False, height=300)
canvas.traces.append({"type": "scatter", "x": [1, 2], "y": [3, 4]})
print(list(canvas.figure().data[0].y))
"""


def test_a_figure_waits_for_pandas_that_another_thread_imports(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text(SLOW, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    drawn = subprocess.run(
        [sys.executable, "-c", DRAW],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (drawn.returncode, drawn.stdout.strip()) == (0, "[3, 4]"), drawn.stderr
