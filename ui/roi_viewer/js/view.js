// What is on screen: the slice of each phase, window, zoom and pan. Phases are scrolled together by their
// position in mm; a phase that was breathed differently gets an offset.
import { clamp, nearestSlice } from "./geometry.js";
import { PRESETS } from "./hu.js";

export class View {
  constructor(panels) {
    this.window = { ...PRESETS[0] };
    this.zoom = 1;
    this.panX = 0;
    this.panY = 0;
    this.panels = panels;
    this.wide = Math.max(...panels.map((panel) => panel.columns * panel.columnSpacing));
    this.high = Math.max(...panels.map((panel) => panel.rows * panel.rowSpacing));
    const middle = panels.map((panel) => panel.positions[Math.floor((panel.slices - 1) / 2)]);
    const [first] = panels;
    // Stacks that share no stretch of the body's axis (another table height or frame) start middle to middle.
    this.offsets = panels.map((panel, i) => {
      const apart =
        panel.positions[0] > first.positions[first.slices - 1] ||
        panel.positions[panel.slices - 1] < first.positions[0];
      return apart ? middle[i] - middle[0] : 0;
    });
    this.indices = panels.map(() => 0);
    this.show(0, Math.floor((first.slices - 1) / 2));
  }

  /** Show a slice of one phase, and of the others what lies at the same position. */
  show(i, slice) {
    const index = clamp(Math.round(slice), 0, this.panels[i].slices - 1);
    this.position = this.panels[i].positions[index] - this.offsets[i];
    this.indices = this.panels.map((panel, j) =>
      j === i ? index : nearestSlice(panel.positions, this.position + this.offsets[j]),
    );
  }

  scroll(i, steps) {
    this.show(i, this.indices[i] + steps);
  }

  /** Move one phase against the others, by whole slices. */
  shift(i, steps) {
    const { positions, slices } = this.panels[i];
    this.indices = this.indices.with(i, clamp(this.indices[i] + steps, 0, slices - 1));
    this.offsets[i] = positions[this.indices[i]] - this.position;
  }

  clearOffset(i) {
    this.offsets[i] = 0;
    this.indices = this.indices.with(i, nearestSlice(this.panels[i].positions, this.position));
  }

  /** Slice of phase j where slice `slice` of phase i lies. */
  matching(i, slice, j) {
    const position = this.panels[i].positions[slice] - this.offsets[i] + this.offsets[j];
    return nearestSlice(this.panels[j].positions, position);
  }

  /** Zoom so that the point (dx, dy), in mm of screen from the middle at the old zoom, stays where it is. */
  zoomBy(factor, dx = 0, dy = 0) {
    const zoom = clamp(this.zoom * factor, 0.5, 24);
    const change = 1 - this.zoom / zoom;
    this.panX += dx * change;
    this.panY += dy * change;
    this.zoom = zoom;
  }

  panBy(dx, dy) {
    const [{ columns, columnSpacing, rows, rowSpacing }] = this.panels;
    const halfWidth = (columns * columnSpacing) / 2;
    const halfHeight = (rows * rowSpacing) / 2;
    this.panX = clamp(this.panX + dx, -halfWidth, halfWidth);
    this.panY = clamp(this.panY + dy, -halfHeight, halfHeight);
  }

  preset(key) {
    const preset = PRESETS.find((item) => item.key === key);
    if (preset) this.window = { ...preset };
    return preset !== undefined;
  }

  windowBy(width, level) {
    this.window = {
      key: "",
      name: "",
      width: Math.round(clamp(this.window.width + width, 2, 4096)),
      level: Math.round(clamp(this.window.level + level, -1024, 3071)),
    };
  }

  reset() {
    this.zoom = 1;
    this.panX = 0;
    this.panY = 0;
    this.window = { ...PRESETS[0] };
  }

  /** What another page of the app should find again on its way back. */
  memory() {
    const { window, zoom, panX, panY, offsets, indices, position } = this;
    return { window, zoom, panX, panY, offsets, indices, position };
  }
}
