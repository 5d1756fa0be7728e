"""Python's numbers ahead of the page, in the viewer's modules: for the very oval asked for, or for none."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.viewer_page import module_page

OVAL = {"id": "r1", "tissue": "liver", "phase": "hap", "slice": 1, "cx": 1, "cy": 2, "rx": 3, "ry": 4}
NUMBERS = {"n": 9, "mean": 50, "sd": 10}
PANELS = [{"phase": "hap", "url": "/ct/one"}, {"phase": "pvp", "url": "/ct/two"}]
# A server under the test's hand: `requests` holds what was asked, `answer(k, status, body)` answers it.
_SERVER = """
  const { EarlyNumbers, pythonsNumbers } = await import('/confirm.js');
  const { confirmation } = await import('/table.js');
  const requests = []; let redraws = 0;
  const fetcher = (url, options) => new Promise((resolve, reject) => {
    requests.push({ url, options, resolve, reject });
    options.signal.addEventListener('abort', () => reject(options.signal.reason));
  });
  const early = new EarlyNumbers({ onNumbers: () => { redraws += 1; }, fetcher });
  const settle = () => new Promise((done) => setTimeout(done, 5));
  const answer = (k, status, body) => { requests[k].resolve(
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })); return settle(); };
  const nothing = { confirmed: {}, rois: [] };
"""


@pytest.fixture(scope="module")
def viewer_modules(chromium: Browser) -> Iterator[Page]:
    with module_page(chromium) as page:
        yield page


def in_page(page: Page, script: str, argument: object = None) -> object:
    return page.evaluate(f"async (given) => {{ {_SERVER} {script} }}", argument)


def test_what_lacks_a_confirmation_is_asked_for_once_and_by_panel(viewer_modules: Page) -> None:
    ovals = [
        OVAL,
        {**OVAL, "id": "r2", "tissue": "lesion"},
        {**OVAL, "id": "r3", "phase": "pvp"},
        {**OVAL, "id": "r4"},  # the page has this one
        {**OVAL, "id": "r5", "phase": "ep"},  # no images
    ]
    asked = in_page(
        viewer_modules,
        """const [panels, ovals] = given;
        const data = { confirmed: {}, rois: [ovals[3], { ...ovals[0], cx: 1.01 }] };
        early.ask(panels, ovals, data);
        early.ask(panels, ovals, data);
        early.ask(panels, [...ovals, { ...ovals[2], cx: 7 }], data);
        return requests.map(({ url, options: o }) => [url, o.method, o.headers, o.credentials, o.body]);""",
        [PANELS, ovals],
    )
    assert isinstance(asked, list)
    place = {key: OVAL[key] for key in ("id", "slice", "cx", "cy", "rx", "ry")}
    assert [(url, json.loads(body)) for url, *_, body in asked] == [
        ("/ct/one/measure", [place, {**place, "id": "r2"}]),
        ("/ct/two/measure", [{**place, "id": "r3"}]),
        ("/ct/two/measure", [{**place, "id": "r3", "cx": 7}]),
    ]
    assert [rest[:3] for _, *rest in asked] == [
        ["POST", {"Content-Type": "application/json"}, "same-origin"]
    ] * 3


def test_an_answer_for_an_oval_that_was_changed_meanwhile_falls_on_none(viewer_modules: Page) -> None:
    states = in_page(
        viewer_modules,
        """const { Drawing } = await import('/drawing.js');
        const [panels, place, numbers] = given;
        const drawing = new Drawing([place]);
        const before = drawing.find('r1');
        early.ask(panels, drawing.ovals, nothing);
        drawing.begin(); drawing.change('r1', { cx: 1.01 }); drawing.end();
        const after = drawing.find('r1');
        await answer(0, 200, { r1: numbers });
        const seen = [confirmation(after, numbers, nothing, early)];
        early.ask(panels, drawing.ovals, nothing);  // so the new shape is asked for
        await answer(1, 200, { r1: { ...numbers, mean: 51 } });
        seen.push(confirmation(after, numbers, nothing, early));
        drawing.undo();
        seen.push(drawing.find('r1') === before, confirmation(before, numbers, nothing, early));
        return [...seen, requests.length, redraws];""",
        [PANELS, OVAL, NUMBERS],
    )
    assert states == ["pending", "differs", True, "agrees", 2, 2]


def test_the_numbers_are_held_to_the_rule_of_the_page_and_the_page_wins(viewer_modules: Page) -> None:
    states = in_page(
        viewer_modules,
        """const [panels, oval, live] = given;
        early.ask(panels, [oval], nothing);
        const page = (told, shape = oval) => ({ confirmed: told ? { r1: told } : {}, rois: [shape] });
        const state = (data, mine = live) => confirmation(oval, mine, data, early);
        const before = state(nothing);
        await answer(0, 200, { r1: live });
        return [before, state(nothing), state(nothing, null), state(nothing, { ...live, n: 8 }),
          state(nothing, { ...live, mean: 50.06 }), state(nothing, { ...live, sd: null }),
          state(page({ ...live, mean: 51 })), pythonsNumbers(oval, page({ ...live, mean: 51 }), early).mean,
          state(page(null)), state(page({ ...live, mean: 51 }, { ...oval, rx: 3.01 }))];""",
        [PANELS, OVAL, NUMBERS],
    )
    assert states == [
        "pending",
        "agrees",
        "pending",  # its slice has not come
        "differs",
        "differs",
        "differs",
        "differs",
        51,
        "pending",  # the page could not measure it
        "agrees",  # what the page knows is another shape
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        None,
        [],
        "<!doctype html>",
        {"r1": None},
        {"r2": NUMBERS},
        {"r1": {**NUMBERS, "n": "9"}},
        {"r1": {**NUMBERS, "n": 9.5}},
        {"r1": {**NUMBERS, "mean": None}},
        {"r1": {"n": 9, "mean": 50}},
        {"r1": [9, 50, 10]},
    ],
)
def test_what_are_no_numbers_confirms_nothing(viewer_modules: Page, body: object) -> None:
    state = in_page(
        viewer_modules,
        """const [panels, oval, live, body] = given;
        early.ask(panels, [oval], nothing);
        await answer(0, 200, body);
        return confirmation(oval, live, nothing, early);""",
        [PANELS, OVAL, NUMBERS, body],
    )
    assert state == "pending"


@pytest.mark.parametrize("status", [400, 404, 500, None])
def test_a_failure_is_silent_and_the_next_edit_asks_again(viewer_modules: Page, status: int | None) -> None:
    states = in_page(
        viewer_modules,
        """const [panels, oval, live, status] = given;
        early.ask(panels, [oval], nothing);
        if (status === null) requests[0].reject(new TypeError('no network'));
        else requests[0].resolve(new Response(JSON.stringify({ r1: live }), { status }));
        await settle();
        const seen = [confirmation(oval, live, nothing, early), redraws];
        early.ask(panels, [oval], nothing);
        await answer(1, 200, { r1: live });
        return [...seen, confirmation(oval, live, nothing, early), redraws];""",
        [PANELS, OVAL, NUMBERS, status],
    )
    assert states == ["pending", 0, "agrees", 1]


def test_nothing_comes_through_once_it_is_closed(viewer_modules: Page) -> None:
    states = in_page(
        viewer_modules,
        """const [panels, oval, live] = given;
        early.ask(panels, [oval], nothing);
        // Its body is under way when the viewer closes, and comes nevertheless.
        let arrive; const body = new Promise((done) => { arrive = done; });
        requests[0].resolve({ ok: true, json: () => body });
        await settle();
        early.close();
        arrive({ r1: live });
        await settle();
        early.ask(panels, [{ ...oval, id: 'r2' }], nothing);
        return [requests[0].options.signal.aborted, confirmation(oval, live, nothing, early), redraws,
          requests.length];""",
        [PANELS, OVAL, NUMBERS],
    )
    assert states == [True, "pending", 0, 1]


def test_the_viewer_asks_after_an_edit_and_stops_when_images_change_or_it_goes(viewer_modules: Page) -> None:
    panel = {
        **{"phase": "hap", "label": "Hepatic artery phase", "url": "/ct/token", "slices": 3},
        **{"rows": 4, "columns": 4, "rowSpacing": 0.8, "columnSpacing": 0.5, "sliceSpacing": 2.5},
        **{"positions": [0, 2.5, 5], "dtype": "int16", "slopes": 1, "intercepts": 7, "padding": None},
        **{"origin": [-100.0, -90.0], "letters": {"left": "R", "right": "L", "top": "A", "bottom": "P"}},
    }
    seen = viewer_modules.evaluate(
        """async (panel) => {
          const asked = []; const fetched = window.fetch;
          window.fetch = async (url, options) => {
            if (!url.endsWith('/measure')) return new Response(new ArrayBuffer(32));
            asked.push(options.signal);
            // The first is answered as a server would: 16 pixels of 7 HU. The others hang.
            if (asked.length > 1) return new Promise(() => {});
            const [oval] = JSON.parse(options.body);
            return new Response(JSON.stringify({ [oval.id]: { n: 16, mean: 7, sd: 0 } }));
          };
          const { attach } = await import('/mount.js');
          const host = document.body.appendChild(document.createElement('div'));
          const parentElement = host.attachShadow({ mode: 'open' });
          const empty = { rois: [], loaded: [], confirmed: {}, revision: 0 };
          const mount = (url) => attach({
            data: { ...empty, panels: [{ ...panel, url }] }, parentElement, setStateValue: () => {} });
          const place = () => ['l', 'Enter'].forEach((key) => parentElement.querySelector('.stage')
            .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true })));
          const pause = () => new Promise((done) => setTimeout(done, 100));
          const aborted = () => asked.map((signal) => signal.aborted);
          mount('/ct/token');
          await pause();
          place();
          const numbers = () => parentElement.querySelector('tr[data-roi-id]')?.dataset;
          // As long as a busy machine needs, but not for ever.
          for (let k = 0; k < 50 && numbers()?.confirmed !== 'agrees'; k += 1) await pause();
          const row = numbers();
          const seen = [[row.n, row.mean, row.confirmed]];
          place();
          seen.push(aborted());
          const last = mount('/ct/other');  // other images
          seen.push(aborted());
          place();
          host.remove();
          last();
          seen.push(aborted().slice(2));
          window.fetch = fetched;
          return seen;
        }""",
        panel,
    )
    assert seen == [["16", "7", "agrees"], [False, False], [True, True], [True]]
