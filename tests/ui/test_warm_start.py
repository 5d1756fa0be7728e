"""What is imported beside the start of the server: what a typed case needs, and nothing that it does not."""

from __future__ import annotations

import json
import subprocess
import sys

from scripts.served import ROOT

SAY = (
    "import json, sys; from ui.warm_start import warm_start; warm_start().join(); "
    "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
)


def test_a_typed_case_does_not_pay_for_tables_images_or_models() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    brought = set(json.loads(done.stdout))
    assert {"plotly", "scipy", "gepnet_core"} <= brought
    assert brought.isdisjoint(
        {"statsmodels", "sklearn", "pydicom", "highdicom", "nibabel", "openpyxl", "pandera"}
    )
