"""Demonstration of the viewer without the rest: `streamlit run tests/roi_viewer/demo_app.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from starlette.middleware import Middleware

from ui.roi_viewer.headers import BrowserCookie, SecurityHeaders
from ui.roi_viewer.pixel_route import routes

app = st.App(
    Path(__file__).with_name("demo_script.py"),
    routes=routes(),
    middleware=[Middleware(BrowserCookie), Middleware(SecurityHeaders)],
)
