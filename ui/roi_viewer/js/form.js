// The selected oval as numbers to type.
import { TISSUES } from "./drawing.js";
import { el, setText } from "./dom.js";
import { clamp } from "./geometry.js";

const FIELDS = [
  ["slice", "Slice", 1],
  ["cx", "Centre x, px", 0.01],
  ["cy", "Centre y, px", 0.01],
  ["rx", "Half width, px", 0.01],
  ["ry", "Half height, px", 0.01],
  ["width", "Width, mm", 0.01],
  ["height", "Height, mm", 0.01],
];

export class OvalForm {
  constructor(viewer) {
    this.viewer = viewer;
    this.shown = null;
    this.legend = el("legend");
    this.tissue = el(
      "select",
      { "aria-label": "Tissue", onchange: () => viewer.editor.change({ tissue: this.tissue.value }) },
      ...Object.entries(TISSUES).map(([value, text]) => el("option", { value }, text)),
    );
    this.inputs = Object.fromEntries(
      FIELDS.map(([name, , step]) => [
        name,
        el("input", { type: "number", step, "data-field": name, onchange: () => this.take(name) }),
      ]),
    );
    this.root = el(
      "fieldset",
      { class: "form", hidden: true },
      this.legend,
      el("label", {}, "Tissue", this.tissue),
      ...FIELDS.map(([name, text]) => el("label", {}, text, this.inputs[name])),
    );
  }

  get oval() {
    return this.viewer.editor.chosen;
  }

  take(name) {
    const { oval } = this;
    const panel = oval && this.viewer.panelOf(oval.phase);
    const value = this.inputs[name].valueAsNumber;
    if (!panel || !Number.isFinite(value)) {
      this.refresh(true);
      return;
    }
    const half = (mm, spacing) => Math.max(mm / 2 / spacing, 0.5);
    const fields = {
      slice: () => ({ slice: clamp(Math.round(value), 1, panel.slices) - 1 }),
      cx: () => ({ cx: clamp(value, -panel.columns, 2 * panel.columns) }),
      cy: () => ({ cy: clamp(value, -panel.rows, 2 * panel.rows) }),
      rx: () => ({ rx: clamp(value, 0.5, panel.columns) }),
      ry: () => ({ ry: clamp(value, 0.5, panel.rows) }),
      width: () => ({ rx: clamp(half(value, panel.columnSpacing), 0.5, panel.columns) }),
      height: () => ({ ry: clamp(half(value, panel.rowSpacing), 0.5, panel.rows) }),
    };
    this.viewer.editor.change(fields[name]());
    this.refresh(true);
  }

  /** Show the selected oval; a field that is being typed in keeps its text unless `force`. */
  refresh(force = false) {
    const { oval } = this;
    const panel = oval && this.viewer.panelOf(oval.phase);
    this.root.hidden = !panel;
    if (!panel || (oval === this.shown && !force)) return;
    const other = this.shown === null || this.shown.id !== oval.id;
    this.shown = oval;
    setText(this.legend, `${TISSUES[oval.tissue]}, ${panel.label}`);
    this.tissue.value = oval.tissue;
    this.inputs.slice.min = 1;
    this.inputs.slice.max = panel.slices;
    const values = {
      slice: oval.slice + 1,
      cx: oval.cx,
      cy: oval.cy,
      rx: oval.rx,
      ry: oval.ry,
      width: (2 * oval.rx * panel.columnSpacing).toFixed(2),
      height: (2 * oval.ry * panel.rowSpacing).toFixed(2),
    };
    const focused = this.root.getRootNode().activeElement;
    for (const [name, input] of Object.entries(this.inputs)) {
      if (input !== focused || other || force) input.value = values[name];
    }
  }
}
