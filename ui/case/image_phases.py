"""Which series is which phase: guessed from the headers, confirmed or changed by the user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.series.study import ImageSeries, ImagingStudy, read_volume
from ui.case.files import place_pending_ovals
from ui.progress import Advance, progress_bar
from ui.state import ImageState, OpenPhase, case_state, series_key

NO_SERIES = "none"


def draw_phase_choice(state: ImageState) -> None:
    """Offer a series for each phase and open those that are confirmed."""
    study = state.study
    if study is None:
        return
    guesses = guess_phases(study)
    options = [NO_SERIES, *(series.key for series in study.series)]
    by_key = {series.key: series for series in study.series}
    names = name_series(study.series)
    columns = st.columns(len(Phase))
    for phase, column in zip(Phase, columns, strict=True):
        if series_key(phase) not in st.session_state:
            st.session_state[series_key(phase)] = guesses[phase].key if phase in guesses else NO_SERIES
        with column:
            chosen = st.selectbox(
                phase.label[0].upper() + phase.label[1:],
                options,
                format_func=lambda key: names.get(key, "Not given"),
                key=series_key(phase),
                persist_state="session",
            )
            if chosen in by_key:
                st.caption(_guess_note(by_key[chosen], phase))
                for warning in by_key[chosen].warnings:
                    st.caption(f":orange[{warning}]")
    chosen_now = chosen_series()
    opened = {phase: open_.series_key for phase, open_ in state.phases.items()}
    if chosen_now == opened:
        return
    doubled = len(set(chosen_now.values())) < len(chosen_now)
    if doubled:
        st.error("One series stands for two phases. Choose a different series for each phase.")
    mixed = _mixture([by_key[key] for key in chosen_now.values()])
    if mixed is not None:
        st.error(mixed)
    if not chosen_now:
        st.info("Choose a series for at least the hepatic artery phase.")
    if st.button(
        "Open these phases", type="primary", disabled=doubled or mixed is not None or not chosen_now
    ):
        with progress_bar("Reading pixels, slice") as advance:
            open_phases(state, chosen_now, advance)
        place_pending_ovals()  # before the rerun, so that its notice of ovals that do not fit is seen
        st.rerun()


def chosen_series() -> dict[Phase, str]:
    """The series chosen for each phase now; phases without one are left out."""
    chosen = {phase: st.session_state.get(series_key(phase), NO_SERIES) for phase in Phase}
    return {phase: key for phase, key in chosen.items() if key != NO_SERIES}


def guess_phases(study: ImagingStudy) -> dict[Phase, ImageSeries]:
    """The series guessed for each phase; where several claim one, the first with most slices."""
    guesses: dict[Phase, ImageSeries] = {}
    for series in study.series:
        phase = series.phase_guess.phase
        if phase is not None and (phase not in guesses or series.n_slices > guesses[phase].n_slices):
            guesses[phase] = series
    return guesses


def open_guessed_phases(state: ImageState, progress: Advance) -> None:
    """Open what the headers suggest, for the example, whose headers are known."""
    if state.study is not None:
        guesses = guess_phases(state.study)
        open_phases(state, {phase: series.key for phase, series in guesses.items()}, progress)


def open_phases(state: ImageState, chosen: Mapping[Phase, str], progress: Advance) -> None:
    """Decode the chosen series; ovals of a phase whose series changed are dropped."""
    if state.study is None:
        return
    by_key = {series.key: series for series in state.study.series}
    total = sum(by_key[key].n_slices for key in chosen.values())
    done = 0
    opened: dict[Phase, OpenPhase] = {}
    problems: list[str] = []
    for phase, key in chosen.items():
        known = next((open_ for open_ in state.phases.values() if open_.series_key == key), None)
        start = done
        if known is None:
            try:
                volume = read_volume(by_key[key], _shifted(progress, start, total))
            except GepnetError as error:
                problems.append(f"{phase.label[0].upper()}{phase.label[1:]}: {error}")
                done = start + by_key[key].n_slices
                continue
            known = OpenPhase(key, volume)
        opened[phase] = known
        done = start + by_key[key].n_slices
    same = {phase for phase, open_ in opened.items() if state.phases.get(phase) is open_}
    if any(oval.phase not in same for oval in state.ovals):
        state.replace_ovals(tuple(oval for oval in state.ovals if oval.phase in same))
    state.phases = opened
    state.assigned = {place: roi for place, roi in state.assigned.items() if place[0] in same}
    case_state().notice = "\n\n".join(problems) or None


def _shifted(progress: Advance, start: int, total: int) -> Advance:
    """Progress of one series as progress of all."""

    def advance(done: int, _of_this: int) -> None:
        progress(start + done, total)

    return advance


def _mixture(series: list[ImageSeries]) -> str | None:
    """Why these series cannot be phases of one examination; None where nothing says so."""
    if len({s.patient for s in series if s.patient is not None}) > 1:
        return "These series belong to different patients. Choose series of one patient."
    if len({s.study for s in series if s.study is not None}) > 1:
        return "These series belong to different examinations. Choose phases of one examination."
    return None


def name_series(series: Sequence[ImageSeries]) -> dict[str, str]:
    """Each series, by its key, in words that carry no identifier and tell it from the others."""
    several_patients = len({one.patient for one in series}) > 1
    several_studies = len({one.study for one in series}) > 1
    names = {one.key: describe_series(one) for one in series}
    for one in series:
        if several_patients and one.patient is not None:
            names[one.key] += f", patient {one.patient}"
        elif several_studies and one.study is not None:
            names[one.key] += f", examination {one.study}"
    seen = Counter(names.values())
    place: Counter[str] = Counter()
    for key, name in names.items():
        place[name] += 1
        if seen[name] > 1:
            names[key] = f"{name} ({place[name]})"
    return names


def describe_series(series: ImageSeries) -> str:
    """A series in words that carry no identifier."""
    parts = [f"Series {series.number}" if series.number is not None else "Series without number"]
    if series.part is not None:
        parts.append("part {} of {}".format(*series.part))
    parts.append(f"{series.n_slices} slices" if series.n_slices != 1 else "1 slice")
    if series.slice_thickness_mm is not None:
        parts.append(f"{series.slice_thickness_mm:g} mm")
    if series.kvp is not None:
        parts.append(f"{series.kvp:g} kVp")
    return ", ".join(parts)


def _guess_note(series: ImageSeries, phase: Phase) -> str:
    """Whether the header speaks for the chosen phase, with the reason."""
    guess = series.phase_guess
    if guess.phase is None:
        return f"Your choice: {guess.reason}"
    if guess.phase is phase:
        return f"A guess, please check: {guess.reason}"
    return f":orange[The header suggests {guess.phase.label}: {guess.reason}]"
