// Pixel, millimetre and screen coordinates. Pixels are (x, y) = (column, row) with centres on integers, as in
// gepnet_core.imaging.geometry; slice 0 is the lowest.

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Coordinates are kept to a hundredth of a pixel, so that what a form shows is what is measured. */
export const hundredth = (value) => Math.round(value * 100) / 100;

/** Index of the slice nearest to a position; positions ascend. A tie goes to the lower slice. */
export function nearestSlice(positions, mm) {
  let best = 0;
  for (let k = 1; k < positions.length; k += 1) {
    if (Math.abs(positions[k] - mm) < Math.abs(positions[best] - mm)) best = k;
  }
  return best;
}

/** Slope or intercept of a slice: Python sends one number where all slices share it. */
export const ofSlice = (value, slice) => (Array.isArray(value) ? value[slice] : value);

/**
 * Map from pixels to screen units for a panel shown in a box: sx = ax * x + ox, sy = ay * y + oy.
 * `view` holds zoom, the point of the image, in mm from its centre, that lies in the middle of the box, and
 * the extent in mm that fills the box, so that phases of different fields of view have one scale.
 */
export function fit(panel, view, width, height) {
  const wide = view.wide ?? panel.columns * panel.columnSpacing;
  const high = view.high ?? panel.rows * panel.rowSpacing;
  const scale = Math.min(width / wide, height / high) * view.zoom; // screen units per mm
  const ax = scale * panel.columnSpacing;
  const ay = scale * panel.rowSpacing;
  return {
    scale,
    ax,
    ay,
    ox: width / 2 - ax * ((panel.columns - 1) / 2) - scale * view.panX,
    oy: height / 2 - ay * ((panel.rows - 1) / 2) - scale * view.panY,
  };
}

export const toScreen = (t, x, y) => [t.ax * x + t.ox, t.ay * y + t.oy];
export const toPixel = (t, sx, sy) => [(sx - t.ox) / t.ax, (sy - t.oy) / t.ay];

/** Oval that fills the rectangle between two points; `round` makes it a circle in mm. */
export function ovalBetween(panel, x0, y0, x1, y1, round) {
  let rx = Math.abs(x1 - x0) / 2;
  let ry = Math.abs(y1 - y0) / 2;
  if (round) {
    const mm = Math.max(rx * panel.columnSpacing, ry * panel.rowSpacing);
    rx = mm / panel.columnSpacing;
    ry = mm / panel.rowSpacing;
  }
  return { cx: x0 + Math.sign(x1 - x0) * rx, cy: y0 + Math.sign(y1 - y0) * ry, rx, ry };
}

/** The four handles, at the ends of the axes. */
export function handles(oval) {
  return [
    { name: "e", x: oval.cx + oval.rx, y: oval.cy },
    { name: "w", x: oval.cx - oval.rx, y: oval.cy },
    { name: "s", x: oval.cx, y: oval.cy + oval.ry },
    { name: "n", x: oval.cx, y: oval.cy - oval.ry },
  ];
}

export const SMALLEST_HALF_AXIS = 0.5;

/** Oval after one handle was drawn to a point; the opposite end stays. */
export function resized(oval, handle, x, y) {
  const least = 2 * SMALLEST_HALF_AXIS;
  if (handle === "e" || handle === "w") {
    const sign = handle === "e" ? 1 : -1;
    const fixed = oval.cx - sign * oval.rx;
    const size = Math.max(sign * (x - fixed), least);
    return { cx: fixed + (sign * size) / 2, rx: size / 2 };
  }
  const sign = handle === "s" ? 1 : -1;
  const fixed = oval.cy - sign * oval.ry;
  const size = Math.max(sign * (y - fixed), least);
  return { cy: fixed + (sign * size) / 2, ry: size / 2 };
}

const CORE = 0.5;

/** What of an oval lies under a screen point: a handle's name, "inside", "edge", or null. */
export function hit(t, oval, sx, sy, reach) {
  const [x, y] = toPixel(t, sx, sy);
  // The core always moves: on a small oval the reach of the handles would cover all of it.
  if (((x - oval.cx) / oval.rx) ** 2 + ((y - oval.cy) / oval.ry) ** 2 <= CORE ** 2) return "inside";
  for (const handle of handles(oval)) {
    const [hx, hy] = toScreen(t, handle.x, handle.y);
    if (Math.hypot(hx - sx, hy - sy) <= reach) return handle.name;
  }
  const [cx, cy] = toScreen(t, oval.cx, oval.cy);
  const rx = oval.rx * t.ax;
  const ry = oval.ry * t.ay;
  const grown = ((sx - cx) / (rx + reach)) ** 2 + ((sy - cy) / (ry + reach)) ** 2;
  if (grown > 1) return null;
  return ((sx - cx) / rx) ** 2 + ((sy - cy) / ry) ** 2 <= 1 ? "inside" : "edge";
}

/** The same place in another panel: by patient coordinates where Python gave them, else from the centre. */
export function carry(from, to, oval) {
  const map = (value, spacing, size, origin, toSpacing, toSize, toOrigin) =>
    origin === null || toOrigin === null
      ? (value - (size - 1) / 2) * (spacing / toSpacing) + (toSize - 1) / 2
      : (origin + value * spacing - toOrigin) / toSpacing;
  const a = from.origin ?? [null, null];
  const b = to.origin ?? [null, null];
  const same = from.origin && to.origin;
  return {
    cx: map(oval.cx, from.columnSpacing, from.columns, same ? a[0] : null, to.columnSpacing, to.columns, same ? b[0] : null),
    cy: map(oval.cy, from.rowSpacing, from.rows, same ? a[1] : null, to.rowSpacing, to.rows, same ? b[1] : null),
    rx: (oval.rx * from.columnSpacing) / to.columnSpacing,
    ry: (oval.ry * from.rowSpacing) / to.rowSpacing,
  };
}

/** Length in mm for a scale bar that takes at most `room` screen units. */
export function scaleBarLength(scale, room) {
  const lengths = [200, 100, 50, 20, 10, 5, 2, 1];
  return lengths.find((mm) => mm * scale <= room) ?? 1;
}

const GRID = ["phase", "slices", "rows", "columns", "rowSpacing", "columnSpacing", "sliceSpacing"];

/** Whether panels have the same phases on the same pixels as others. */
export function sameGrid(some, others) {
  if (some?.length !== others.length) return false;
  return some.every((panel, i) => GRID.every((name) => panel[name] === others[i][name]));
}
