// Draws ovals, loaded contours, crosshair and scale bar over the image of one panel.
import { TISSUES } from "./drawing.js";
import { handles, scaleBarLength, toScreen } from "./geometry.js";
import { huText } from "./hu.js";

// Yellow and turquoise stand out on grey and stay apart for every kind of colour vision; blue and vermilion mean
// the two diagnoses elsewhere in the app. The outline (solid, dashed) and the name say the same again.
export const STYLE = {
  lesion: { colour: "#ffe14d", dash: [] },
  liver: { colour: "#5eead4", dash: [7, 4] },
  other: { colour: "#e8e8e8", dash: [2, 3] },
};
const FONT = "11px ui-monospace, 'SF Mono', Menlo, Consolas, monospace";
const BOLD = `600 ${FONT}`;

/** A light line with a dark one beneath, so that it shows on any grey. */
function stroke(context, style, width) {
  context.setLineDash([]);
  context.lineWidth = width + 2;
  context.strokeStyle = "rgba(0, 0, 0, 0.55)";
  context.stroke();
  context.setLineDash(style.dash);
  context.lineWidth = width;
  context.strokeStyle = style.colour;
  context.stroke();
  context.setLineDash([]);
}

export function ovalLabel(oval, statistics, state, detailed) {
  if (statistics === null) return [TISSUES[oval.tissue], "loading"];
  if (statistics.n === 0) return [TISSUES[oval.tissue], "no pixel inside"];
  const mark = { agrees: " \u2713", differs: " differs", pending: "" }[state];
  const lines = [TISSUES[oval.tissue], `${huText(statistics.mean)} \u00b1 ${huText(statistics.sd)} HU${mark}`];
  if (detailed) {
    lines.push(`min ${huText(statistics.min, 0)}  max ${huText(statistics.max, 0)}`);
    lines.push(`n ${statistics.n}  ${statistics.areaMm2.toFixed(0)} mm\u00b2`);
  }
  return lines;
}

function ovalBox(t, oval) {
  const [left, top] = toScreen(t, oval.cx - oval.rx, oval.cy - oval.ry);
  const [right, bottom] = toScreen(t, oval.cx + oval.rx, oval.cy + oval.ry);
  return { left, right, top, bottom };
}

const asRectangle = (box) => ({ x: box.left, y: box.top, w: box.right - box.left, h: box.bottom - box.top });
const overlaps = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function label(context, lines, box, colour, size, placed) {
  context.font = BOLD;
  const w = Math.max(...lines.map((line) => context.measureText(line).width)) + 10;
  const h = lines.length * 14 + 6;
  const middle = (box.top + box.bottom) / 2 - h / 2;
  const candidates = [
    [box.right + 8, middle],
    [box.left - 8 - w, middle],
    [(box.left + box.right) / 2 - w / 2, box.bottom + 8],
    [(box.left + box.right) / 2 - w / 2, box.top - 8 - h],
  ].map(([x, y]) => ({ x, y, w, h }));
  const inside = (r) => r.x >= 2 && r.y >= 2 && r.x + w <= size.width - 2 && r.y + h <= size.height - 2;
  let spot =
    candidates.find((r) => inside(r) && !placed.some((p) => overlaps(p, r))) ?? candidates.find(inside);
  if (!spot) {
    spot = candidates[0];
    spot.x = Math.min(Math.max(spot.x, 2), size.width - w - 2);
    spot.y = Math.min(Math.max(spot.y, 2), size.height - h - 2);
  }
  placed.push(spot);
  context.fillStyle = "rgba(8, 10, 12, 0.72)";
  context.beginPath();
  context.roundRect(spot.x, spot.y, w, h, 3);
  context.fill();
  context.textBaseline = "top";
  lines.forEach((line, i) => {
    context.font = i === 0 ? BOLD : FONT;
    context.fillStyle = i === 0 ? colour : "#f4f4f4";
    context.fillText(line, spot.x + 5, spot.y + 4 + i * 14);
  });
}

/** Lines of the loaded contours; returns what to write beside each. */
function drawContours(context, t, contours, slice) {
  const labels = [];
  for (const contour of contours) {
    const outlines = contour.outlines[String(slice)];
    if (!outlines || outlines.length === 0) continue;
    const style = { ...STYLE[contour.tissue ?? "other"], dash: STYLE.other.dash };
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    context.beginPath();
    for (const outline of outlines) {
      outline.forEach(([x, y], i) => {
        const [sx, sy] = toScreen(t, x, y);
        if (i === 0) context.moveTo(sx, sy);
        else context.lineTo(sx, sy);
        box.left = Math.min(box.left, sx);
        box.right = Math.max(box.right, sx);
        box.top = Math.min(box.top, sy);
        box.bottom = Math.max(box.bottom, sy);
      });
      context.closePath();
    }
    stroke(context, style, 1.2);
    labels.push({ lines: [contour.label], box, colour: style.colour });
  }
  return labels;
}

/** The ovals, with handles on the selected one; returns what to write beside each. */
function drawOvals(context, t, scene) {
  const { ovals, selected } = scene;
  for (const oval of ovals) {
    const style = STYLE[oval.tissue];
    const [cx, cy] = toScreen(t, oval.cx, oval.cy);
    const rx = oval.rx * t.ax;
    const ry = oval.ry * t.ay;
    context.beginPath();
    context.ellipse(cx, cy, rx, ry, 0, 0, 2 * Math.PI);
    stroke(context, style, oval.id === selected ? 2.2 : 1.6);
    if (oval.id !== selected) continue;
    for (const handle of handles(oval)) {
      const [hx, hy] = toScreen(t, handle.x, handle.y);
      context.beginPath();
      context.rect(hx - 3.5, hy - 3.5, 7, 7);
      context.fillStyle = "#101214";
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = style.colour;
      context.stroke();
    }
  }
  // The selected one first: its label gets the best place.
  return ovals
    .toSorted((a, b) => (b.id === selected) - (a.id === selected))
    .map((oval) => ({
      lines: ovalLabel(oval, scene.measure(oval), scene.confirmation(oval), oval.id === selected),
      box: ovalBox(t, oval),
      colour: STYLE[oval.tissue].colour,
    }));
}

function drawCrosshair(context, t, point, length, alpha) {
  const [x, y] = toScreen(t, point.x, point.y);
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + 4 * dx, y + 4 * dy);
    context.lineTo(x + length * dx, y + length * dy);
  }
  context.globalAlpha = alpha;
  stroke(context, { colour: "#ffffff", dash: [] }, 1.3);
  context.globalAlpha = 1;
}

function drawScaleBar(context, t, size) {
  const mm = scaleBarLength(t.scale, size.width * 0.3);
  const length = mm * t.scale;
  const x = size.width - 12 - length;
  const y = size.height - 12.5;
  context.beginPath();
  context.moveTo(x, y - 4);
  context.lineTo(x, y);
  context.lineTo(x + length, y);
  context.lineTo(x + length, y - 4);
  stroke(context, { colour: "#e8e8e8", dash: [] }, 1);
  context.font = FONT;
  context.textBaseline = "bottom";
  context.textAlign = "center";
  const text = `${mm} mm`;
  context.lineWidth = 3;
  context.strokeStyle = "rgba(0, 0, 0, 0.7)";
  context.strokeText(text, x + length / 2, y - 5);
  context.fillStyle = "#e8e8e8";
  context.fillText(text, x + length / 2, y - 5);
  context.textAlign = "start";
}

/** Draw everything over the image; `scene` says what there is. */
export function drawOverlay(context, t, size, scene) {
  context.clearRect(0, 0, size.width, size.height);
  drawScaleBar(context, t, size);
  if (!scene.hidden) {
    const contourLabels = drawContours(context, t, scene.contours, scene.slice);
    const ovalLabels = drawOvals(context, t, scene);
    // Labels lie over all lines, and keep off the ovals and each other where there is room.
    const taken = ovalLabels.map(({ box }) => asRectangle(box));
    for (const { lines, box, colour } of [...ovalLabels, ...contourLabels]) {
      label(context, lines, box, colour, size, taken);
    }
  }
  if (scene.crosshair) drawCrosshair(context, t, scene.crosshair, 14, 1);
  if (scene.echo) drawCrosshair(context, t, scene.echo, 9, 0.7);
}
