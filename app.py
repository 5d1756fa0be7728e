"""The application: `streamlit run app.py`.

Binds the pages and the route that serves slices to the viewer; everything else is elsewhere.
"""

import streamlit as st

from ui import log_privacy
from ui.failure import show_failure

log_privacy.install()
app = st.App("ui/router.py", on_script_error=show_failure)
