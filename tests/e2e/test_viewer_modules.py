"""The viewer's modules in Chromium: geometry, undo, scrolling, loading."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from gepnet_core.imaging.geometry import VolumeGeometry
from tests.e2e.viewer_page import IN_BROWSER, module_page


@pytest.fixture(scope="module")
def viewer_modules(chromium: Browser) -> Iterator[Page]:
    with module_page(chromium) as page:
        yield page


PANEL = {
    "phase": "hap",
    "label": "Hepatic artery phase",
    "url": "/ct/token",
    "slices": 9,
    "rows": 4,
    "columns": 4,
    "rowSpacing": 0.8,
    "columnSpacing": 0.5,
    "positions": [2.5 * k for k in range(9)],
    "dtype": "int16",
    "slopes": 1,
    "intercepts": 0,
    "padding": None,
    "origin": [-100.0, -90.0],
}


@IN_BROWSER
@given(x=st.floats(-600, 600), y=st.floats(-600, 600), zoom=st.floats(0.5, 24), pan=st.floats(-200, 200))
def test_screen_and_pixels_are_inverse(viewer_modules: Page, x, y, zoom, pan) -> None:
    back = viewer_modules.evaluate(
        """async ([panel, view, x, y]) => { const g = await import('/geometry.js');
          const t = g.fit(panel, view, 300, 200); return g.toPixel(t, ...g.toScreen(t, x, y)); }""",
        [PANEL, {"zoom": zoom, "panX": pan, "panY": -pan}, x, y],
    )
    assert back == pytest.approx([x, y], abs=1e-6)


@IN_BROWSER
@given(
    handle=st.sampled_from("nesw"),
    cx=st.floats(0, 500),
    cy=st.floats(0, 500),
    rx=st.floats(0.5, 100),
    ry=st.floats(0.5, 100),
    x=st.floats(-100, 600),
    y=st.floats(-100, 600),
)
def test_a_handle_moves_its_end_alone(viewer_modules: Page, handle, cx, cy, rx, ry, x, y) -> None:
    oval = {"cx": cx, "cy": cy, "rx": rx, "ry": ry}
    new = oval | viewer_modules.evaluate(
        "async (a) => (await import('/geometry.js')).resized(...a)", [oval, handle, x, y]
    )
    centre, half, sign, aim = {
        "e": ("cx", "rx", 1, x),
        "w": ("cx", "rx", -1, x),
        "s": ("cy", "ry", 1, y),
        "n": ("cy", "ry", -1, y),
    }[handle]
    fixed = oval[centre] - sign * oval[half]
    assert new[centre] - sign * new[half] == pytest.approx(fixed, abs=1e-9)
    assert new[half] == pytest.approx(max(sign * (aim - fixed), 1) / 2, abs=1e-9)
    other = ("cy", "ry") if half == "rx" else ("cx", "rx")
    assert [new[name] for name in other] == [oval[name] for name in other]


@IN_BROWSER
@given(x=st.floats(0, 500), y=st.floats(0, 500))
def test_a_copy_lies_at_the_same_patient_point(viewer_modules: Page, x, y) -> None:
    def geometry(origin, row_spacing, column_spacing):
        return VolumeGeometry(
            np.array([[*origin, 0.0]]),
            np.array([1.0, 0.0, 0.0]),
            np.array([0.0, 1.0, 0.0]),
            row_spacing,
            column_spacing,
            512,
            512,
        )

    there = {**PANEL, "origin": [-120.0, -85.0], "rowSpacing": 0.7, "columnSpacing": 0.9}
    carried = viewer_modules.evaluate(
        "async (a) => (await import('/geometry.js')).carry(...a)",
        [PANEL, there, {"cx": x, "cy": y, "rx": 9, "ry": 7}],
    )
    point = geometry((-100.0, -90.0), 0.8, 0.5).pixel_to_patient(0, x, y)
    column, row, _ = geometry((-120.0, -85.0), 0.7, 0.9).patient_to_pixel(point)
    assert [carried["cx"], carried["cy"]] == pytest.approx([column[0], row[0]], abs=1e-9)
    assert [carried["rx"] * 0.9, carried["ry"] * 0.7] == pytest.approx([9 * 0.5, 7 * 0.8])


def test_undo_and_redo_step_through_whole_edits(viewer_modules: Page) -> None:
    steps = viewer_modules.evaluate(
        """async () => {
          const { Drawing } = await import('/drawing.js');
          const place = { tissue: 'lesion', phase: 'hap', slice: 0, cx: 5, cy: 5, rx: 2, ry: 2 };
          const d = new Drawing([{ ...place, id: 'x1', cx: 1 }]);
          const log = []; const note = () => log.push(d.ovals.map((o) => `${o.id}:${o.cx}`).join());
          d.begin(); const a = d.add(place);
          d.change(a.id, { cx: 6 }); d.change(a.id, { cx: 7.12345 }); log.push(d.end()); note();
          d.begin(); d.change(a.id, { cx: 7.12 }); log.push(d.end());
          d.begin(); d.change(a.id, { cx: 99 }); d.cancel(); note();
          d.begin(); d.remove('x1'); d.end(); note();
          d.undo(); note(); d.undo(); note(); log.push(d.undo()); d.redo(); note();
          d.begin(); const b = d.add(place); d.end();
          log.push(b.id !== a.id, d.redo());
          return [a.id, log];
        }"""
    )
    a, log = steps
    assert log == [
        True,
        f"x1:1,{a}:7.12",
        False,
        f"x1:1,{a}:7.12",
        f"{a}:7.12",
        f"x1:1,{a}:7.12",
        "x1:1",
        False,
        f"x1:1,{a}:7.12",
        True,
        False,
    ]


def test_slices_come_from_the_middle_outwards_and_as_many_as_fit(viewer_modules: Page) -> None:
    asked, kept = viewer_modules.evaluate(
        """async (panel) => {
          const { Slices } = await import('/transport.js');
          const asked = [];
          const fetcher = async (url) => { asked.push(Number(url.split('/').pop()));
            return { ok: true, status: 200, arrayBuffer: async () => new ArrayBuffer(32) }; };
          const run = async (budget, slices) => {
            asked.length = 0;
            const p = { ...panel, slices };
            const store = new Slices([p], { onSlice() {}, onProgress() {}, fetcher, budget });
            store.show([Math.floor(slices / 2)]);
            await new Promise((done) => setTimeout(done, 60));
            return [[...asked], [...store.stacks[0].kept.keys()].sort((a, b) => a - b)];
          };
          const all = await run(1e6, 9);
          const few = await run(32 * 10, 100);
          return [[all[0], few[0]], [all[1], few[1]]];
        }""",
        PANEL,
    )
    assert asked[0] == [4, 3, 5, 2, 6, 1, 7, 0, 8]
    assert kept[0] == list(range(9))
    # Room for 10: those within 4 of the one shown, and no more.
    assert kept[1] == list(range(46, 55))
    assert sorted(asked[1]) == list(range(46, 55))


@pytest.mark.parametrize(("status", "failure", "requests"), [(404, "gone", 1), (500, "unreachable", 3)])
def test_what_cannot_be_fetched_is_said(viewer_modules: Page, status, failure, requests) -> None:
    got = viewer_modules.evaluate(
        """async ([panel, status]) => {
          const { Slices } = await import('/transport.js');
          let asked = 0; let answer = { ok: false, status };
          const fetcher = async () => { asked += 1; return answer; };
          const store = new Slices([{ ...panel, slices: 1 }], { onSlice() {}, onProgress() {}, fetcher });
          store.show([0]);
          await new Promise((done) => setTimeout(done, 60));
          const first = [store.failure, asked];
          answer = { ok: true, status: 200, arrayBuffer: async () => new ArrayBuffer(32) };
          store.retry();
          await new Promise((done) => setTimeout(done, 60));
          return [...first, store.failure, store.loaded];
        }""",
        [PANEL, status],
    )
    assert got == [failure, requests, None, 1]


def test_a_short_answer_is_no_slice(viewer_modules: Page) -> None:
    loaded = viewer_modules.evaluate(
        """async (panel) => {
          const { Slices } = await import('/transport.js');
          const answer = { ok: true, status: 200, arrayBuffer: async () => new ArrayBuffer(30) };
          const fetcher = async () => answer;
          const store = new Slices([{ ...panel, slices: 1 }], { onSlice() {}, onProgress() {}, fetcher });
          store.show([0]);
          await new Promise((done) => setTimeout(done, 60));
          return [store.loaded, store.failure];
        }""",
        PANEL,
    )
    assert loaded == [0, "unreachable"]


def test_phases_scroll_together_by_position_with_an_offset(viewer_modules: Page) -> None:
    other = {**PANEL, "slices": 5, "positions": [-5.0, 0.0, 5.0, 10.0, 15.0]}
    log = viewer_modules.evaluate(
        """async ([a, b]) => {
          const { View } = await import('/view.js');
          const v = new View([a, b]); const log = [];
          const note = () => log.push([...v.indices, v.offsets[1]]);
          note(); v.scroll(0, 1); note(); v.scroll(0, 100); note(); v.scroll(0, -100); note();
          v.shift(1, 1); note(); v.scroll(0, 2); note(); log.push(v.matching(0, 4, 1));
          v.clearOffset(1); note();
          return log;
        }""",
        [PANEL, other],
    )
    # Positions of the first: 0, 2.5 .. 20; it starts at 10, which is slice 3 of the second.
    assert log == [
        [4, 3, 0],
        [5, 3, 0],
        [8, 4, 0],  # 20 mm: the second ends at 15
        [0, 1, 0],
        [0, 2, 5],  # its slice at 5 mm now goes with 0 mm
        [2, 3, 5],
        4,  # 10 + 5 mm
        [2, 2, 0],
    ]


def test_stacks_that_never_meet_start_middle_to_middle(viewer_modules: Page) -> None:
    far = {**PANEL, "positions": [1000 + 2.5 * k for k in range(9)]}
    state = viewer_modules.evaluate(
        "async (a) => { const v = new (await import('/view.js')).View(a); return [v.indices, v.offsets]; }",
        [PANEL, far],
    )
    assert state == [[4, 4], [0, 1000]]


def test_python_numbers_agree_differ_or_are_awaited(viewer_modules: Page) -> None:
    states = viewer_modules.evaluate(
        """async () => {
          const { confirmation } = await import('/table.js');
          const oval = { id: 'r1', tissue: 'liver', phase: 'hap', slice: 1, cx: 1, cy: 2, rx: 3, ry: 4 };
          const live = { n: 9, mean: 50, sd: 10 };
          const data = (confirmed, shape = oval) => ({ confirmed: { r1: confirmed }, rois: [shape] });
          return [
            confirmation(oval, live, data({ n: 9, mean: 50.05, sd: 10 })),
            confirmation(oval, live, data({ n: 9, mean: 50.06, sd: 10 })),
            confirmation(oval, live, data({ n: 8, mean: 50, sd: 10 })),
            confirmation(oval, live, data({ n: 9, mean: 50, sd: 10.06 })),
            confirmation(oval, live, data({ n: 9, mean: 50, sd: 10 }, { ...oval, cx: 1.01 })),
            confirmation(oval, live, { confirmed: {}, rois: [oval] }),
            confirmation(oval, null, data({ n: 9, mean: 50, sd: 10 })),
          ];
        }"""
    )
    assert states == ["agrees", "differs", "differs", "differs", "pending", "pending", "pending"]


def test_the_cleanup_of_an_overtaken_call_leaves_the_viewer_and_what_can_be_undone(
    viewer_modules: Page,
) -> None:
    """Streamlit may run it before the call that overtook it; only a page that is left ends the viewer."""
    undoable, viewers, left = viewer_modules.evaluate(
        """async (panel) => {
          const { attach } = await import('/mount.js');
          const host = document.body.appendChild(document.createElement('div'));
          const parentElement = host.attachShadow({ mode: 'open' });
          const data = (n) => ({ panels: [panel], rois: [], loaded: [], confirmed: {}, revision: 0, n });
          const mount = (n) => attach({ data: data(n), parentElement, setStateValue: () => {} });
          const count = () => parentElement.querySelectorAll('.viewer').length;
          const press = (key) => parentElement.querySelector('.stage').dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
          const frame = () => new Promise(requestAnimationFrame);
          const overtaken = mount(1);
          press('l'); press('Enter');
          overtaken();
          const last = mount(2);
          await frame();
          await frame();
          const undo = parentElement.querySelector('[aria-label=Undo]');
          const seen = [!undo.disabled, count()];
          host.remove();
          last();
          return [...seen, count()];
        }""",
        PANEL | {"letters": {"left": "R", "right": "L", "top": "A", "bottom": "P"}, "sliceSpacing": 2.5},
    )
    assert (undoable, viewers, left) == (True, 1, 0)
