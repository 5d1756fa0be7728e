// What a user does to the ovals, whichever way: tool, selection, place, copy, delete, undo.
import { Drawing, MOST_OVALS, TISSUES } from "./drawing.js";
import { carry, clamp } from "./geometry.js";

const DEFAULT_RADIUS_MM = 8;

let sequence = 0; // rises over all viewers of one page, so that Python can tell a newer drawing

export class Editor {
  constructor(viewer) {
    this.viewer = viewer;
    this.drawing = new Drawing();
    this.revision = -1;
    this.selected = null;
    this.tool = "select";
    this.keyboardPlacing = false;
  }

  /** Take Python's ovals when it has replaced them; true when it has. */
  accept(revision, ovals) {
    if (revision <= this.revision) return false;
    this.revision = revision;
    this.drawing.replaceAll(ovals);
    if (!this.chosen) this.selected = null;
    return true;
  }

  get chosen() {
    return this.drawing.find(this.selected);
  }

  /** The selected oval where it lies on the active phase. */
  get chosenHere() {
    const { viewer, chosen } = this;
    return chosen && chosen.phase === viewer.data.panels[viewer.active].phase ? chosen : null;
  }

  setTool(tool, byKeyboard = false) {
    const { viewer } = this;
    this.tool = tool;
    this.keyboardPlacing = byKeyboard && tool !== "select";
    if (tool !== "select") this.selected = null;
    if (viewer.ovalsHidden) viewer.hideOvals(false);
    if (this.keyboardPlacing) {
      if (!viewer.onStage) viewer.panels[viewer.active].stage.focus();
      viewer.say(`${TISSUES[tool]} oval: the arrow keys move the crosshair, Enter places it, Escape leaves.`);
    }
    viewer.redraw();
  }

  escape() {
    const dragged = this.viewer.panels.some((panel) => panel.cancelDrag());
    this.drawing.cancel();
    if (dragged) this.viewer.redraw();
    else if (this.tool !== "select") this.setTool("select");
    else this.select(null);
  }

  select(id) {
    this.selected = id;
    this.viewer.redraw();
  }

  /** Select an oval and show its slice. */
  reveal(id, speak = true) {
    const { viewer } = this;
    const oval = this.drawing.find(id);
    const i = oval ? viewer.indexOf(oval.phase) : -1;
    this.select(id);
    if (i < 0) return;
    viewer.active = i;
    viewer.changeView((view) => view.show(i, oval.slice));
    if (speak) viewer.speak(oval);
  }

  cycle(step) {
    const { ovals } = this.drawing;
    if (ovals.length === 0) return;
    const at = ovals.findIndex((oval) => oval.id === this.selected);
    const next = at < 0 ? (step > 0 ? 0 : ovals.length - 1) : (at + step + ovals.length) % ovals.length;
    this.reveal(ovals[next].id);
  }

  /** Add an oval of the tool's tissue to what a panel shows; null when there are as many as are kept. */
  add(panelView, shape) {
    const { panel, slice } = panelView;
    const added = this.drawing.add({ tissue: this.tool, phase: panel.phase, slice, ...shape });
    if (added === null) this.viewer.say(`At most ${MOST_OVALS} ovals are kept. Delete some first.`, true);
    else this.selected = added.id;
    return added;
  }

  moveCrosshair(dx, dy) {
    const { crosshair, panel } = this.viewer.activePanel;
    this.keyboardPlacing = true;
    crosshair.x = clamp(crosshair.x + dx, 0, panel.columns - 1);
    crosshair.y = clamp(crosshair.y + dy, 0, panel.rows - 1);
  }

  placeAtCrosshair() {
    if (this.tool === "select") return false;
    const panelView = this.viewer.activePanel;
    const { panel, crosshair } = panelView;
    this.drawing.begin();
    const placed = this.add(panelView, {
      cx: crosshair.x,
      cy: crosshair.y,
      rx: DEFAULT_RADIUS_MM / panel.columnSpacing,
      ry: DEFAULT_RADIUS_MM / panel.rowSpacing,
    });
    this.setTool("select");
    this.select(placed?.id ?? null);
    this.finish();
    return true;
  }

  /** Move the selected oval, by pixels, or change its half axes; part of one edit until `finish`. */
  nudge(dx, dy, resize) {
    const oval = this.chosenHere;
    this.drawing.begin();
    const fields = resize
      ? { rx: Math.max(oval.rx + dx / 2, 0.5), ry: Math.max(oval.ry - dy / 2, 0.5) }
      : { cx: oval.cx + dx, cy: oval.cy + dy };
    this.drawing.change(oval.id, fields);
    this.viewer.redraw();
  }

  /** One edit from typed numbers. */
  change(fields) {
    const oval = this.chosen;
    if (!oval) return;
    this.drawing.begin();
    this.drawing.change(oval.id, fields);
    this.finish();
    this.reveal(oval.id, false);
  }

  remove() {
    const oval = this.chosen;
    if (!oval) return;
    this.drawing.begin();
    this.drawing.remove(oval.id);
    this.selected = null;
    this.finish();
    this.viewer.say(`${TISSUES[oval.tissue]} oval deleted.`);
  }

  copyToOtherPhases() {
    const { viewer, chosen } = this;
    const i = chosen ? viewer.indexOf(chosen.phase) : -1;
    if (i < 0) return;
    const { panels } = viewer.data;
    let copies = 0;
    this.drawing.begin();
    panels.forEach((panel, j) => {
      const slice = viewer.view.matching(i, chosen.slice, j);
      const copy = { tissue: chosen.tissue, phase: panel.phase, slice, ...carry(panels[i], panel, chosen) };
      if (j !== i && !this.drawing.has(copy) && this.drawing.add(copy)) copies += 1;
    });
    this.finish();
    viewer.say(`Copied to ${copies} other ${copies === 1 ? "phase" : "phases"}. Check the place in each.`, true);
  }

  undo() {
    return this.stepHistory("undo", "Undone.");
  }

  redo() {
    return this.stepHistory("redo", "Redone.");
  }

  stepHistory(direction, words) {
    if (!this.drawing.editing && this.drawing[direction]()) {
      if (!this.chosen) this.selected = null;
      this.commit();
      this.viewer.say(words);
    }
    return true;
  }

  /** End the edit under way; Python hears of it when it changed something. */
  finish() {
    if (this.drawing.end()) {
      this.commit();
      if (this.chosen) this.viewer.speak(this.chosen);
    }
    this.viewer.redraw();
  }

  commit() {
    sequence += 1;
    this.viewer.load();
    this.viewer.askEarly(); // first, so that Python measures before it makes the page anew
    this.viewer.send("drawing", { revision: this.revision, sequence, rois: this.drawing.toJSON() });
    this.viewer.redraw();
  }
}
