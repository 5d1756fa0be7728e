"""One sample beside the truth, and a thousand of them: how chance moves an area, a cutoff and its score."""

from __future__ import annotations

import streamlit as st

from gepnet_core.figures.teaching_figures import (
    auc_draws_figure,
    cutoff_draws_figure,
    draws_table,
    flattery_draws_figure,
)
from gepnet_core.figures.theme import PLOT_CONFIG
from gepnet_core.report.teaching.teaching_words import (
    DRAW_HEADINGS,
    draw_rows,
    draw_sentences,
    draws_sentences,
    population_sentences,
)
from gepnet_core.teaching.sampling import Draw, Draws, draw_many, ensemble_population
from ui.study_table import study_table
from ui.teach.explorer_state import MANY, SEED, ExplorerState
from ui.teach.state import key


def draw_many_samples(state: ExplorerState, sample: Draw | None) -> None:
    """Draw the section; the population is read when it is first asked for."""
    st.header("See how samples differ", anchor="teach-samples")
    with st.container(horizontal=True):
        st.button(
            f"Draw {MANY} at once",
            key=key("explorer.many"),
            on_click=state.want_many,
            args=(True,),
            disabled=state.wants_many,
        )
        st.button(
            "Put them away",
            key=key("explorer.none"),
            on_click=state.want_many,
            args=(False,),
            disabled=not state.wants_many,
        )
    if sample is None and not state.wants_many:
        st.markdown(
            "No sample is looked at. Draw another one at the top, in place of the example cohort: its "
            "numbers then stand here beside those of all patients."
        )
        return
    place = st.empty()
    with place, st.spinner(f"Drawing {MANY} samples"):
        population = ensemble_population()
        if state.wants_many and state.many is None:
            state.many = draw_many(population, SEED, MANY)
    place.empty()
    st.markdown(" ".join(population_sentences(population)))
    if sample is not None:
        st.html(
            study_table(
                DRAW_HEADINGS,
                draw_rows(sample, population),
                "gp-teach-draw",
                name="The sample and all patients",
            )
        )
        st.markdown(f"{' '.join(draw_sentences(sample, population))} Samples drawn so far: {state.n_drawn}.")
    if state.wants_many and state.many is not None:
        _draw_distributions(state.many, sample)


def _draw_distributions(many: Draws, sample: Draw | None) -> None:
    dark, table = st.context.theme.type == "dark", draws_table(many, sample)
    st.markdown(f"{' '.join(draws_sentences(many))} Seed of all draws: {many.seed}.")
    upper, lower = st.columns(2, gap="large"), st.columns(2, gap="large")
    for place, name, said, draw in (
        (upper[0], "auc", "Areas under the ROC curve of the samples", auc_draws_figure),
        (upper[1], "cutoff", "Best cutoffs of the samples", cutoff_draws_figure),
        (lower[0], "flattery", "How the best cutoff flatters", flattery_draws_figure),
    ):
        place.plotly_chart(
            draw(many, sample, dark=dark),
            key=key(f"explorer.figure.{name}"),
            config=dict(PLOT_CONFIG),
            theme=None,
            alt=f"{said}. The numbers stand in the table after the figures.",
        )
    lower[1].html(study_table(table.columns, table.rows, "gp-teach-draws", name=table.title))
