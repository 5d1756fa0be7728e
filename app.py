"""The application: `streamlit run app.py`.

Binds the pages, the routes of the CT viewer and what guards them; everything else is elsewhere.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from ui import log_privacy, uploads
from ui.failure import show_failure
from ui.roi_viewer.headers import BrowserCookie, SecurityHeaders
from ui.roi_viewer.pixel_route import routes
from ui.session_end import forget_expired_sessions
from ui.warm_start import warm_start


@asynccontextmanager
async def while_serving(app: st.App) -> AsyncIterator[None]:
    """What goes on beside the pages."""
    warm_start()
    async with forget_expired_sessions(app):
        yield


log_privacy.install()
uploads.keep_in_memory()
app = st.App(
    "ui/router.py",
    routes=routes(),
    middleware=[Middleware(BrowserCookie), Middleware(SecurityHeaders)],
    lifespan=while_serving,
    on_script_error=show_failure,
)
