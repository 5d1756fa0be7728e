// One phase: its image, what stands in the corners, its slider and its offset.
import { el, setText } from "./dom.js";
import { carry, fit } from "./geometry.js";
import { huAt, huText } from "./hu.js";
import { drawOverlay } from "./overlay.js";
import { ImageCanvas } from "./render.js";

const mmText = (mm) => `${huText(mm)} mm`;

export class PanelView {
  constructor(viewer, panel, index) {
    this.viewer = viewer;
    this.panel = panel;
    this.index = index;
    this.pointer = null; // where the mouse is, in pixels of the image
    this.crosshair = { x: Math.round((panel.columns - 1) / 2), y: Math.round((panel.rows - 1) / 2) };
    this.size = { width: 0, height: 0, ratio: 1 };
    this.build();
    this.picture = new ImageCanvas(panel, this.image, viewer.tables);
    this.overlayContext = this.overlay.getContext("2d");
  }

  build() {
    const { panel, viewer, index } = this;
    this.image = el("canvas", { class: "image" });
    this.overlay = el("canvas", { class: "overlay" });
    this.sliceText = el("div", { class: "corner top-left" });
    this.windowText = el("div", { class: "corner top-right" });
    this.huText = el("div", { class: "corner bottom-left" });
    this.state = el("div", { class: "waiting", hidden: true }, "Loading");
    const letters = Object.entries(panel.letters ?? {}).map(([side, letter]) =>
      el("div", { class: `letter ${side}`, "aria-hidden": "true" }, letter),
    );
    this.stage = el(
      "div",
      {
        class: "stage",
        tabindex: "0",
        role: "application",
        "aria-roledescription": "CT image",
        "aria-label": `${panel.label}, ${panel.slices} slices`,
        "data-phase": panel.phase,
      },
      this.image,
      this.overlay,
      this.sliceText,
      this.windowText,
      this.huText,
      ...letters,
      this.state,
    );
    this.slider = el("input", {
      type: "range",
      min: 1,
      max: panel.slices,
      step: 1,
      class: "slider",
      "aria-label": `Slice of the ${panel.label}`,
      oninput: () => {
        viewer.activate(index);
        viewer.changeView((view) => view.show(index, Number(this.slider.value) - 1));
      },
    });
    this.offset = el("button", {
      type: "button",
      class: "offset",
      title: "Offset of this phase against the others; press to clear it",
      onclick: () => viewer.changeView((view) => view.clearOffset(index)),
    });
    const shift = (steps, text, name) =>
      el(
        "button",
        {
          type: "button",
          class: "step",
          title: `${name} (Alt+wheel, Alt+PageUp, Alt+PageDown)`,
          "aria-label": `${name}, ${panel.label}`,
          onclick: () => viewer.changeView((view) => view.shift(index, steps)),
        },
        text,
      );
    this.offsetBox = el(
      "span",
      { class: "offset-box", role: "group", "aria-label": `Offset of the ${panel.label}` },
      shift(-1, "\u2212", "Move this phase alone one slice towards the feet"),
      this.offset,
      shift(1, "+", "Move this phase alone one slice towards the head"),
    );
    this.root = el(
      "section",
      { class: "panel", "aria-label": panel.label },
      el("div", { class: "heading" }, el("span", { class: "phase" }, panel.label)),
      this.stage,
      el("div", { class: "rail" }, this.slider, viewer.panelCount > 1 ? this.offsetBox : null),
    );
  }

  /** Match the canvases to the box on screen; true when the size changed. */
  measureBox() {
    const width = this.stage.clientWidth;
    const height = this.stage.clientHeight;
    const ratio = window.devicePixelRatio || 1;
    if (this.size.width === width && this.size.height === height && this.size.ratio === ratio) return false;
    this.size = { width, height, ratio };
    for (const canvas of [this.image, this.overlay]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    return true;
  }

  /** Drop a drag that is under way; pointer.js puts its own here. */
  cancelDrag() {
    return false;
  }

  get slice() {
    return this.viewer.view.indices[this.index];
  }

  get transform() {
    return fit(this.panel, this.viewer.view, this.size.width, this.size.height);
  }

  drawImage() {
    const { viewer, panel } = this;
    const slice = viewer.slices.slice(panel, this.slice);
    this.picture.draw(slice, viewer.view, this.size);
    this.state.hidden = slice !== null || viewer.slices.failure !== null;
    const { view } = viewer;
    const shown = panel.positions[this.slice];
    // Beyond the end of a stack its last slice stays on screen, which must not pass for the matching one.
    const away = Math.abs(shown - (view.position + view.offsets[this.index]));
    const warning = away > (panel.sliceSpacing ?? Infinity) ? `\n${Math.round(away)} mm off: no slice there` : "";
    setText(this.sliceText, `${this.slice + 1} / ${panel.slices}\n${mmText(shown)}${warning}`);
    setText(this.windowText, `W ${view.window.width}\nL ${huText(view.window.level, 0)}`);
    if (Number(this.slider.value) !== this.slice + 1) this.slider.value = this.slice + 1;
    this.slider.setAttribute(
      "aria-valuetext",
      `slice ${this.slice + 1} of ${panel.slices}, ${mmText(panel.positions[this.slice])}`,
    );
    const offset = view.offsets[this.index];
    setText(this.offset, `${offset > 0 ? "+" : ""}${mmText(offset)}`);
    this.offsetBox.classList.toggle("set", Math.abs(offset) > 1e-6);
  }

  /** Where the mouse, over another phase, would be in this one. */
  get echo() {
    const other = this.viewer.panels.find((panel) => panel !== this && panel.pointer !== null);
    if (!other) return null;
    const { cx, cy } = carry(other.panel, this.panel, { cx: other.pointer.x, cy: other.pointer.y, rx: 1, ry: 1 });
    return { x: cx, y: cy };
  }

  drawOverlay() {
    const { viewer, panel } = this;
    const placing = viewer.editor.keyboardPlacing && viewer.active === this.index;
    const context = this.overlayContext;
    context.setTransform(this.size.ratio, 0, 0, this.size.ratio, 0, 0);
    drawOverlay(context, this.transform, this.size, {
      ovals: viewer.editor.drawing.on(panel.phase, this.slice),
      selected: viewer.editor.selected,
      contours: viewer.data.loaded.filter((contour) => contour.phase === panel.phase),
      slice: this.slice,
      hidden: viewer.ovalsHidden,
      measure: (oval) => viewer.measure(oval),
      confirmation: (oval) => viewer.confirmation(oval),
      crosshair: placing ? this.crosshair : null,
      echo: placing ? null : this.echo,
    });
    const point = placing ? this.crosshair : (this.pointer ?? this.echo);
    setText(this.huText, point ? this.pointText(point) : "");
  }

  pointText(point) {
    const slice = this.viewer.slices.slice(this.panel, this.slice);
    const value = slice === null ? null : huAt(slice, point.x, point.y);
    if (value === null) return "";
    const where = `x ${Math.round(point.x)}  y ${Math.round(point.y)}`;
    return `${value === "padding" ? "no measurement" : `${huText(value, 0)} HU`}\n${where}`;
  }
}
