// The viewer: puts the parts together, keeps what is on screen, and takes what Python says.
import { EarlyNumbers } from "./confirm.js";
import { el } from "./dom.js";
import { Editor } from "./editor.js";
import { OvalForm } from "./form.js";
import { sameGrid } from "./geometry.js";
import { ovalStatistics } from "./hu.js";
import { listenToKeys } from "./keyboard.js";
import { Notices, ovalSentence } from "./notices.js";
import { PanelView } from "./panel.js";
import { listenToPointer } from "./pointer.js";
import { GreyTables } from "./render.js";
import { confirmation, RoiTable } from "./table.js";
import { Toolbar } from "./toolbar.js";
import { Slices } from "./transport.js";
import { View } from "./view.js";

const memories = new Map(); // what was on screen, by images: another page of the app unmounts the viewer

export class Viewer {
  constructor(parent, send) {
    this.send = send;
    this.tables = new GreyTables();
    this.editor = new Editor(this);
    this.notices = new Notices(() => this.slices.retry());
    this.statistics = new WeakMap();
    this.held = new Set(); // keys that change what the mouse does
    this.active = 0;
    this.alone = null; // index of the one phase shown large, or null
    this.ovalsHidden = false;
    this.frame = 0;
    this.stale = true;
    this.root = el("div", { class: "viewer" });
    parent.append(this.root);
    listenToKeys(this, this.root);
    this.resizing = new ResizeObserver(() => this.redraw(true));
  }

  /** Take what Python says. The same images keep their pixels and the view; a higher revision brings ovals. */
  update(data) {
    const key = data.panels.map((panel) => panel.url).join();
    const other = key !== this.key;
    const before = this.data?.panels;
    // Slices and panels hold on to the panel objects: the same images keep the same objects.
    this.data = other ? data : { ...data, panels: before };
    const replaced = this.editor.accept(data.revision, data.rois);
    // Other pixels under ovals that stay: the same body scanned in another way, and looked at in the same.
    const repainted = !replaced && this.editor.drawing.ovals.length > 0 && sameGrid(before, data.panels);
    if (other) this.open(key, repainted);
    else if (replaced) this.load();
    this.redraw();
  }

  open(key, repainted = false) {
    this.remember();
    const { active, alone } = repainted ? this : { active: 0, alone: null };
    if (repainted) memories.set(key, memories.get(this.key));
    this.slices?.close();
    this.early?.close();
    this.resizing.disconnect();
    this.key = key;
    const { panels } = this.data;
    this.panelCount = panels.length;
    this.view = new View(panels);
    this.slices = new Slices(panels, {
      onSlice: (panel, index) => this.arrived(panel, index),
      onProgress: () => this.redraw(),
    });
    this.early = new EarlyNumbers({ onNumbers: () => this.redraw() });
    this.statistics = new WeakMap();
    this.active = active;
    this.alone = alone;
    this.panels = panels.map((panel, i) => new PanelView(this, panel, i));
    this.toolbar = new Toolbar(this);
    this.table = new RoiTable(this);
    this.form = new OvalForm(this);
    this.grid = el("div", { class: `panels count-${panels.length}` }, ...this.panels.map((panel) => panel.root));
    this.root.replaceChildren(
      this.toolbar.root,
      this.toolbar.helpPanel,
      this.notices.failure,
      this.grid,
      this.notices.line,
      this.table.root,
      this.form.root,
      this.notices.live,
    );
    for (const panel of this.panels) {
      listenToPointer(this, panel);
      panel.stage.addEventListener("focus", () => this.activate(panel.index));
      this.resizing.observe(panel.stage);
    }
    this.startWhere(key);
    this.load();
    this.redraw(true);
  }

  /** Where the user left these images, else at the first oval, else in the middle. */
  startWhere(key) {
    const memory = memories.get(key);
    const [oval] = this.editor.drawing.ovals;
    if (memory) {
      Object.assign(this.view, memory.view);
      this.editor.selected = this.editor.drawing.find(memory.selected)?.id ?? null;
    }
    if (!memory && oval && this.panelOf(oval.phase)) this.view.show(this.indexOf(oval.phase), oval.slice);
  }

  remember() {
    if (!this.view) return;
    memories.set(this.key, { view: this.view.memory(), selected: this.editor.selected });
  }

  destroy() {
    this.remember();
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.notices.close();
    this.slices?.close();
    this.early?.close();
    this.root.remove();
  }

  // --- what is where
  get activePanel() {
    return this.panels[this.active];
  }

  get onStage() {
    return this.root.getRootNode().activeElement?.classList.contains("stage") ?? false;
  }

  indexOf(phase) {
    return this.data.panels.findIndex((panel) => panel.phase === phase);
  }

  panelOf(phase) {
    return this.data.panels[this.indexOf(phase)] ?? null;
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

  confirmation(oval) {
    return confirmation(oval, this.measure(oval), this.data, this.early);
  }

  /** Ask Python for its numbers of what was drawn, ahead of the page. */
  askEarly() {
    this.early.ask(this.data.panels, this.editor.drawing.ovals, this.data);
  }

  arrived(panel, index) {
    // Measured at once: far from what is on screen, the slice may be dropped again.
    for (const oval of this.editor.drawing.on(panel.phase, index)) this.measure(oval);
    if (this.view.indices[this.data.panels.indexOf(panel)] === index) this.redraw(true);
  }

  /** Tell the transport what is on screen, and which ovals elsewhere want their slice. */
  load() {
    const extra = this.editor.drawing.ovals
      .filter((oval) => this.panelOf(oval.phase) && !this.statistics.has(oval))
      .map((oval) => [this.panelOf(oval.phase), oval.slice]);
    this.slices.show(this.view.indices, extra);
  }

  // --- the screen, at most once a frame
  redraw(images = false) {
    this.stale ||= images;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    const images = this.stale;
    this.stale = false;
    this.grid.classList.toggle("alone", this.alone !== null);
    for (const panel of this.panels) {
      panel.root.hidden = this.alone !== null && this.alone !== panel.index;
      panel.root.classList.toggle("active", panel.index === this.active && this.panelCount > 1);
      if (panel.root.hidden) continue;
      if (panel.measureBox() || images) panel.drawImage();
      panel.drawOverlay();
    }
    this.toolbar.refresh();
    this.table.refresh();
    this.form.refresh();
    this.notices.refresh(this.slices);
    this.root.dataset.tool = this.editor.tool;
    this.root.dataset.loaded = this.slices.loaded;
  }

  changeView(change) {
    change(this.view);
    this.load();
    this.redraw(true);
  }

  scroll(i, steps, single = false) {
    this.changeView((view) => (single ? view.shift(i, steps) : view.scroll(i, steps)));
  }

  activate(i) {
    if (this.active === i) return;
    this.active = i;
    if (this.alone !== null) this.alone = i;
    this.redraw(true);
  }

  /** Show one phase large, or all again. */
  enlarge(i) {
    if (this.panelCount === 1) return;
    this.active = i;
    this.alone = this.alone === null ? i : null;
    this.say(this.alone === null ? "All phases shown." : `${this.data.panels[i].label} alone.`);
    this.redraw(true);
  }

  /** Take the ovals off the images, to see what lies beneath, or put them back. */
  hideOvals(hidden) {
    this.ovalsHidden = hidden;
    this.say(hidden ? "Ovals hidden. H shows them again." : "Ovals shown.", hidden);
    this.redraw();
  }

  // --- for those who listen
  say(words, visible = false) {
    this.notices.say(words, visible);
  }

  speak(oval) {
    const label = this.panelOf(oval.phase)?.label ?? oval.phase.toUpperCase();
    const agrees = this.confirmation(oval) === "agrees";
    this.say(ovalSentence(oval, label, this.measure(oval), agrees));
  }

  saySlice() {
    const { panel, slice } = this.activePanel;
    this.say(`${panel.label}, slice ${slice + 1} of ${panel.slices}`);
  }
}
