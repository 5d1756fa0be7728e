// The viewer: ties panels, drawing, pixels and keys together, and talks to Python.
import { Drawing, MOST_OVALS, TISSUES } from "./drawing.js";
import { el, setText } from "./dom.js";
import { OvalForm } from "./form.js";
import { carry, clamp } from "./geometry.js";
import { huText, ovalStatistics } from "./hu.js";
import { listenToKeys } from "./keyboard.js";
import { PanelView } from "./panel.js";
import { listenToPointer } from "./pointer.js";
import { GreyTables } from "./render.js";
import { confirmation, RoiTable } from "./table.js";
import { Toolbar } from "./toolbar.js";
import { Slices } from "./transport.js";
import { View } from "./view.js";

const DEFAULT_RADIUS_MM = 8;
const FAILURES = {
  gone: "The images of this session are no longer there. Reload the page and load the case file, or the images, again.",
  unreachable: "The server did not answer. The ovals are kept; try again when the connection is back.",
};

let sequence = 0; // rises over all viewers of one page, so that Python can tell a newer drawing
const memories = new Map(); // view by images: another page of the app unmounts the viewer

export class Viewer {
  constructor(parent, send) {
    this.parent = parent;
    this.send = send;
    this.tables = new GreyTables();
    this.drawing = new Drawing();
    this.statistics = new WeakMap();
    this.held = new Set();
    this.selected = null;
    this.tool = "select";
    this.active = 0;
    this.keyboardPlacing = false;
    this.revision = -1;
    this.frame = 0;
    this.images = true;
    this.live = el("div", { class: "speech", role: "status", "aria-live": "polite" });
    this.root = el("div", { class: "viewer" });
    parent.append(this.root);
    listenToKeys(this, this.root);
    this.resizing = new ResizeObserver(() => this.redraw(true));
  }

  /** Take what Python says. The same panels keep their pixels and the view; a higher revision brings its ovals. */
  update(data) {
    const key = data.panels.map((panel) => panel.url).join();
    const other = key !== this.key;
    // Panels, slices and ovals hold on to the panel objects: the same images keep the same objects.
    this.data = other ? data : { ...data, panels: this.data.panels };
    if (data.revision > this.revision || (other && this.key === undefined)) {
      this.revision = data.revision;
      this.drawing.replaceAll(data.rois);
      if (!this.drawing.find(this.selected)) this.selected = null;
    }
    if (other) this.open(key);
    this.redraw(true);
  }

  open(key) {
    this.remember();
    this.slices?.close();
    this.resizing.disconnect();
    this.key = key;
    const { panels } = this.data;
    this.panelCount = panels.length;
    this.view = new View(panels);
    const memory = memories.get(key);
    if (memory) Object.assign(this.view, memory);
    this.slices = new Slices(panels, {
      onSlice: () => this.redraw(true),
      onProgress: () => this.redraw(),
    });
    this.statistics = new WeakMap();
    this.active = 0;
    this.panels = panels.map((panel, i) => new PanelView(this, panel, i));
    this.toolbar = new Toolbar(this);
    this.table = new RoiTable(this);
    this.form = new OvalForm(this);
    this.progress = el("span", { class: "progress" });
    this.failure = el("div", { class: "failure", role: "alert", hidden: true });
    this.root.replaceChildren(
      this.toolbar.root,
      this.toolbar.helpPanel,
      this.failure,
      el("div", { class: `panels count-${panels.length}` }, ...this.panels.map((panel) => panel.root)),
      el("div", { class: "under" }, this.progress),
      this.table.root,
      this.form.root,
      this.live,
    );
    for (const panel of this.panels) {
      listenToPointer(this, panel);
      panel.stage.addEventListener("focus", () => this.activate(panel.index, true));
      this.resizing.observe(panel.stage);
    }
    const [firstOval] = this.drawing.ovals;
    if (!memory && firstOval && this.panelOf(firstOval.phase)) {
      this.view.show(this.indexOf(firstOval.phase), firstOval.slice);
    }
    this.load();
  }

  remember() {
    if (this.view) memories.set(this.key, this.view.memory());
  }

  destroy() {
    this.remember();
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.slices?.close();
    this.root.remove();
  }

  // --- what is where
  get failed() {
    return this.slices.failure === "gone";
  }

  get onStage() {
    return this.root.getRootNode().activeElement?.classList.contains("stage") ?? false;
  }

  indexOf(phase) {
    return this.data.panels.findIndex((panel) => panel.phase === phase);
  }

  panelOf(phase) {
    return this.data.panels.find((panel) => panel.phase === phase) ?? null;
  }

  selectedHere() {
    const oval = this.drawing.find(this.selected);
    return oval && oval.phase === this.data.panels[this.active].phase ? oval : null;
  }

  /** Statistics of an oval, or null while its slice is on its way. Ovals are frozen, so a result stays true. */
  measure(oval) {
    const known = this.statistics.get(oval);
    if (known) return known;
    const panel = this.panelOf(oval.phase);
    const slice = panel && this.slices.slice(panel, oval.slice);
    if (!slice) return null;
    const statistics = ovalStatistics(slice, oval);
    this.statistics.set(oval, statistics);
    return statistics;
  }

  // --- drawing on the screen, at most once a frame
  redraw(images = false) {
    this.images ||= images;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    const images = this.images;
    this.images = false;
    for (const panel of this.panels) {
      if (panel.measureBox() || images) panel.drawImage();
      panel.drawOverlay();
      panel.root.classList.toggle("active", panel.index === this.active && this.panelCount > 1);
    }
    this.toolbar.refresh();
    this.table.refresh();
    this.form.refresh();
    this.root.dataset.tool = this.tool;
    this.showProgress();
  }

  showProgress() {
    const { loaded, expected, failure } = this.slices;
    setText(this.progress, loaded < expected ? `Loading images: ${loaded} of ${expected}` : "");
    this.failure.hidden = failure === null;
    if (failure !== null && this.failure.dataset.kind !== failure) {
      const again = el("button", { type: "button", onclick: () => this.slices.retry() }, "Try again");
      this.failure.replaceChildren(FAILURES[failure], failure === "unreachable" ? again : "");
    }
    this.failure.dataset.kind = failure ?? "";
    this.root.dataset.loaded = loaded;
  }

  /** Tell the transport what is on screen and which ovals elsewhere want their slice. */
  load() {
    const extra = this.drawing.ovals
      .filter((oval) => this.panelOf(oval.phase) && !this.statistics.has(oval))
      .map((oval) => [this.panelOf(oval.phase), oval.slice]);
    this.slices.show(this.view.indices, extra);
  }

  // --- the view
  changeView(change) {
    change(this.view);
    this.load();
    this.redraw(true);
  }

  scroll(i, steps, alone = false) {
    this.changeView((view) => (alone ? view.shift(i, steps) : view.scroll(i, steps)));
  }

  showSlice(i, slice) {
    this.activate(i, false);
    this.changeView((view) => view.show(i, slice));
  }

  activate(i) {
    if (this.active === i) return;
    this.active = i;
    this.redraw();
  }

  // --- editing
  setTool(tool, byKeyboard = false) {
    this.tool = tool;
    this.keyboardPlacing = byKeyboard && tool !== "select";
    if (tool !== "select") this.selected = null;
    if (this.keyboardPlacing) {
      if (!this.onStage) this.panels[this.active].stage.focus();
      this.say(`${TISSUES[tool]} oval: move the crosshair with the arrow keys, Enter places it, Escape leaves.`);
    }
    this.redraw();
  }

  escape() {
    this.drawing.cancel();
    if (this.tool !== "select") this.setTool("select");
    else this.select(null);
  }

  select(id) {
    this.selected = id;
    this.redraw();
  }

  /** Select an oval and show its slice. */
  reveal(id, speak = true) {
    const oval = this.drawing.find(id);
    const i = oval ? this.indexOf(oval.phase) : -1;
    this.selected = id;
    if (i >= 0) {
      this.active = i;
      this.changeView((view) => view.show(i, oval.slice));
      if (speak) this.speak(oval);
    }
    this.redraw();
  }

  addOval(panelView, shape) {
    const { panel, slice } = panelView;
    const added = this.drawing.add({ tissue: this.tool, phase: panel.phase, slice, ...shape });
    if (added === null) this.say(`At most ${MOST_OVALS} ovals are kept. Delete some first.`, true);
    else this.selected = added.id;
    return added;
  }

  moveCrosshair(dx, dy) {
    const { crosshair, panel } = this.panels[this.active];
    this.keyboardPlacing = true;
    crosshair.x = clamp(crosshair.x + dx, 0, panel.columns - 1);
    crosshair.y = clamp(crosshair.y + dy, 0, panel.rows - 1);
  }

  placeAtCrosshair() {
    if (this.tool === "select") return false;
    const panelView = this.panels[this.active];
    const { panel, crosshair } = panelView;
    this.drawing.begin();
    this.addOval(panelView, {
      cx: crosshair.x,
      cy: crosshair.y,
      rx: DEFAULT_RADIUS_MM / panel.columnSpacing,
      ry: DEFAULT_RADIUS_MM / panel.rowSpacing,
    });
    const placed = this.selected;
    this.finishEdit();
    this.setTool("select");
    this.select(placed);
    return true;
  }

  removeSelected() {
    const oval = this.drawing.find(this.selected);
    if (!oval) return;
    this.drawing.begin();
    this.drawing.remove(oval.id);
    this.selected = null;
    this.finishEdit();
    this.say(`${TISSUES[oval.tissue]} oval deleted.`);
  }

  copyToOtherPhases() {
    const oval = this.drawing.find(this.selected);
    const i = oval ? this.indexOf(oval.phase) : -1;
    if (i < 0) return;
    const from = this.data.panels[i];
    let copies = 0;
    this.drawing.begin();
    this.data.panels.forEach((panel, j) => {
      const slice = this.view.matching(i, oval.slice, j);
      const copy = { tissue: oval.tissue, phase: panel.phase, slice, ...carry(from, panel, oval) };
      if (j !== i && !this.drawing.has(copy) && this.drawing.add(copy)) copies += 1;
    });
    this.finishEdit();
    this.say(`Copied to ${copies} other ${copies === 1 ? "phase" : "phases"}. Check the place in each.`);
  }

  cycle(step) {
    const { ovals } = this.drawing;
    if (ovals.length === 0) return;
    const at = ovals.findIndex((oval) => oval.id === this.selected);
    this.reveal(ovals[(at + step + ovals.length + (at < 0 && step < 0 ? 1 : 0)) % ovals.length].id);
  }

  undo() {
    return this.stepHistory(this.drawing.undo(), "Undone.");
  }

  redo() {
    return this.stepHistory(this.drawing.redo(), "Redone.");
  }

  stepHistory(moved, words) {
    if (moved) {
      if (!this.drawing.find(this.selected)) this.selected = null;
      this.commit();
      this.say(words);
    }
    return true;
  }

  /** End the edit under way; Python hears of it when it changed something. */
  finishEdit() {
    if (this.drawing.end()) {
      this.commit();
      const oval = this.drawing.find(this.selected);
      if (oval) this.speak(oval);
    }
    this.redraw();
  }

  commit() {
    sequence += 1;
    this.load();
    this.send("drawing", { revision: this.revision, sequence, rois: this.drawing.toJSON() });
    this.redraw();
  }

  // --- for those who listen
  speak(oval) {
    const statistics = this.measure(oval);
    const numbers =
      statistics === null
        ? "loading"
        : statistics.n === 0
          ? "no measured pixel inside"
          : `mean ${huText(statistics.mean)} HU, SD ${huText(statistics.sd)}, ${statistics.n} pixels`;
    const agreed = confirmation(oval, statistics, this.data) === "agrees" ? ", checked" : "";
    const label = this.panelOf(oval.phase)?.label ?? oval.phase.toUpperCase();
    this.say(`${TISSUES[oval.tissue]}, ${label}, slice ${oval.slice + 1}: ${numbers}${agreed}.`);
  }

  say(words) {
    setText(this.live, words);
  }
}

const mounted = new WeakMap();

/**
 * Streamlit calls this on mount and whenever data or theme change, and runs only the last returned cleanup, or
 * at once that of a call that was overtaken: a cleanup therefore counts only while its call is the newest.
 */
export function attach({ data, parentElement, setStateValue }) {
  let held = mounted.get(parentElement);
  if (!held) {
    held = { viewer: new Viewer(parentElement, setStateValue), calls: 0 };
    mounted.set(parentElement, held);
  }
  held.calls += 1;
  const call = held.calls;
  held.viewer.send = setStateValue;
  held.viewer.update(data);
  return () => {
    if (call !== held.calls) return;
    held.viewer.destroy();
    mounted.delete(parentElement);
  };
}
