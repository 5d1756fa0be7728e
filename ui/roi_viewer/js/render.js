// Puts one slice through the window onto a canvas.
import { fit, toScreen } from "./geometry.js";
import { greyTable } from "./hu.js";

const TABLES = 8;

/** Grey tables by window and rescale; phases and slices mostly share one. */
export class GreyTables {
  constructor() {
    this.kept = new Map();
  }

  table(panel, slice, window) {
    const key = [panel.dtype, slice.slope, slice.intercept, window.width, window.level, slice.padding].join();
    let table = this.kept.get(key);
    if (!table) {
      table = greyTable(panel.dtype, slice.slope, slice.intercept, window, slice.padding);
      this.kept.set(key, table);
      if (this.kept.size > TABLES) this.kept.delete(this.kept.keys().next().value);
    }
    return table;
  }
}

export class ImageCanvas {
  constructor(panel, canvas, tables) {
    this.panel = panel;
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.tables = tables;
    this.buffer = document.createElement("canvas");
    this.buffer.width = panel.columns;
    this.buffer.height = panel.rows;
    this.bufferContext = this.buffer.getContext("2d", { alpha: false });
    this.image = this.bufferContext.createImageData(panel.columns, panel.rows);
    this.words = new Uint32Array(this.image.data.buffer);
    this.shown = [];
  }

  /** Draw a slice (or black, while it is on its way) and return the map from pixels to screen units. */
  draw(slice, view, size) {
    const t = fit(this.panel, view, size.width, size.height);
    const { context } = this;
    context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, size.width, size.height);
    if (slice === null) return t;
    const table = this.tables.table(this.panel, slice, view.window);
    if (this.shown[0] !== slice || this.shown[1] !== table) {
      const { words } = this;
      const { bits } = slice;
      for (let i = 0; i < bits.length; i += 1) words[i] = table[bits[i]];
      this.bufferContext.putImageData(this.image, 0, 0);
      this.shown = [slice, table];
    }
    // The outer edge of the first pixel lies half a pixel before its centre.
    const [x, y] = toScreen(t, -0.5, -0.5);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.buffer, x, y, t.ax * this.panel.columns, t.ay * this.panel.rows);
    return t;
  }
}
