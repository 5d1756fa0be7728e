// The ovals as a table of numbers, each with Python's own beside it.
import { pageHas, pythonsNumbers } from "./confirm.js";
import { TISSUES } from "./drawing.js";
import { el, setText } from "./dom.js";
import { huText } from "./hu.js";

export const AGREEMENT_HU = 0.05;

/**
 * How Python's number stands to the live one: "agrees", "differs", or "pending" while Python has not yet
 * measured this very shape. Python's come with the page (`data`), or before it (`early`).
 */
export function confirmation(oval, statistics, data, early = null) {
  const theirs = pythonsNumbers(oval, data, early);
  if (theirs === null || statistics === null) return "pending";
  const close = (a, b) => (a === null || b === null ? a === b : Math.abs(a - b) <= AGREEMENT_HU);
  const agrees =
    theirs.n === statistics.n && close(theirs.mean, statistics.mean) && close(theirs.sd, statistics.sd);
  return agrees ? "agrees" : "differs";
}

const COLUMNS = [
  ["Oval", "name"],
  ["Phase", "phase"],
  ["Slice", "slice"],
  ["Mean HU", "mean"],
  ["Checked", "check"],
  ["SD", "sd"],
  ["n", "n"],
  ["Min", "min"],
  ["Max", "max"],
  ["mm\u00b2", "area"],
];

export class RoiTable {
  constructor(viewer) {
    this.viewer = viewer;
    this.body = el("tbody");
    this.rows = new Map();
    this.empty = el(
      "p",
      { class: "empty" },
      "No ovals yet. Choose Lesion or Liver and drag over the image; with the keyboard, press L or V, then Enter.",
    );
    this.note = el("p", { class: "note", role: "alert", hidden: true });
    this.table = el(
      "table",
      { "aria-label": "Ovals and their HU" },
      el("thead", {}, el("tr", {}, ...COLUMNS.map(([title, name]) => el("th", { scope: "col", class: name }, title)))),
      this.body,
    );
    this.root = el("div", { class: "ovals" }, this.empty, el("div", { class: "scroll" }, this.table), this.note);
  }

  refresh() {
    const { viewer } = this;
    const { drawing } = viewer.editor;
    const { ovals } = drawing;
    this.empty.hidden = ovals.length > 0;
    this.table.hidden = ovals.length === 0;
    for (const [id, row] of this.rows) {
      if (drawing.find(id)) continue;
      row.root.remove();
      this.rows.delete(id);
    }
    let differing = null;
    for (const oval of ovals) {
      const row = this.rows.get(oval.id) ?? this.addRow(oval.id);
      if (this.fill(row, oval) === "differs") differing = oval;
    }
    this.note.hidden = differing === null;
    if (differing) setText(this.note, this.differenceText(differing));
  }

  differenceText(oval) {
    const theirs = pythonsNumbers(oval, this.viewer.data, this.viewer.early);
    const mine = this.viewer.measure(oval);
    return (
      `${TISSUES[oval.tissue]}, ${oval.phase.toUpperCase()}: the server measured ${huText(theirs.mean, 2)} HU ` +
      `(n ${theirs.n}), this view ${huText(mine.mean, 2)} HU (n ${mine.n}). The server's number counts; ` +
      "reload the page, and report it if it stays."
    );
  }

  addRow(id) {
    const cells = Object.fromEntries(COLUMNS.map(([, name]) => [name, el("td", { class: name })]));
    const button = el("button", { type: "button", class: "pick", onclick: () => this.viewer.editor.reveal(id) });
    const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
    const text = el("span");
    button.append(swatch, text);
    cells.name.append(button);
    const phase = el("span", { class: "long" });
    const abbreviation = el("span", { class: "short" });
    cells.phase.append(phase, abbreviation);
    const root = el("tr", { "data-roi-id": id }, ...Object.values(cells));
    root.addEventListener("click", (event) => {
      if (!event.target.closest("button")) this.viewer.editor.reveal(id);
    });
    this.body.append(root);
    const row = { root, cells, button, swatch, text, phase, abbreviation };
    this.rows.set(id, row);
    return row;
  }

  fill(row, oval) {
    const { viewer } = this;
    const { cells, root } = row;
    const panel = viewer.panelOf(oval.phase);
    const statistics = viewer.measure(oval);
    const selected = oval.id === viewer.editor.selected;
    root.classList.toggle("selected", selected);
    row.button.setAttribute("aria-pressed", String(selected));
    row.swatch.className = `swatch ${oval.tissue}`;
    setText(row.text, TISSUES[oval.tissue]);
    setText(row.phase, panel ? panel.label : `${oval.phase.toUpperCase()} (no images)`);
    setText(row.abbreviation, oval.phase.toUpperCase());
    setText(cells.slice, String(oval.slice + 1));
    const empty = statistics !== null && statistics.n === 0;
    setText(cells.mean, empty ? "no pixel" : huText(statistics?.mean));
    setText(cells.sd, huText(statistics?.sd));
    setText(cells.min, huText(statistics?.min, 0));
    setText(cells.max, huText(statistics?.max, 0));
    setText(cells.n, statistics ? String(statistics.n) : "\u2013");
    setText(cells.area, statistics ? statistics.areaMm2.toFixed(0) : "\u2013");
    root.dataset.n = statistics?.n ?? "";
    root.dataset.mean = statistics?.mean ?? "";
    root.dataset.sd = statistics?.sd ?? "";
    const state = viewer.confirmation(oval);
    root.dataset.confirmed = state;
    // Both are Python's; who has to wait for the page's own results can tell them apart.
    root.dataset.confirmedBy = state === "pending" ? "" : pageHas(oval, viewer.data) ? "page" : "route";
    setText(cells.check, { agrees: "\u2713", differs: "differs", pending: "\u00b7\u00b7\u00b7" }[state]);
    const meaning = {
      agrees: "The server measured the same.",
      differs: "The server measured something else.",
      pending: "Waiting for the server's own number.",
    }[state];
    if (cells.check.title !== meaning) {
      cells.check.title = meaning;
      cells.check.setAttribute("aria-label", meaning);
    }
    return state;
  }
}
