"""What a user sees when a page fails."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from gepnet_core.errors import MeasurementError
from ui.failure import show_failure


def shown(error: Exception) -> str:
    def script(error: Exception) -> None:
        from ui.failure import show_failure

        show_failure(error)

    test = AppTest.from_function(script, kwargs={"error": error}).run()
    assert not test.exception
    assert len(test.error) == 1
    return test.error[0].value


def test_an_unforeseen_error_is_named_by_type_and_not_quoted() -> None:
    text = shown(KeyError("canary^patient-4711"))
    assert "KeyError" in text
    assert "canary" not in text
    assert "No result is shown" in text


def test_the_librarys_own_error_says_what_got_allowed_and_remedy() -> None:
    error = MeasurementError(
        "Liver HU must be above 0", got="-3", allowed="0 to 3071", remedy="Measure again."
    )
    assert shown(error) == "Liver HU must be above 0; got -3; allowed: 0 to 3071. Measure again."


def test_streamlit_is_told_to_show_nothing_of_its_own() -> None:
    def script() -> None:
        import streamlit as st

        from ui.failure import show_failure

        st.session_state["answer"] = show_failure(ValueError("x"))

    assert AppTest.from_function(script).run().session_state["answer"] is True
    assert callable(show_failure)
