// HU = stored * slope + intercept per slice (DICOM PS3.3 C.11.1.1.2); window; statistics inside an oval.

export const PRESETS = [
  { key: "1", name: "Liver", width: 150, level: 90 },
  { key: "2", name: "Soft tissue", width: 400, level: 40 },
  { key: "3", name: "Wide", width: 1500, level: 0 },
];

const isPadding = (stored, padding) => padding !== null && stored >= padding[0] && stored <= padding[1];

/**
 * Grey of every stored value, as ABGR words for a canvas: the linear window of DICOM PS3.3 C.11.2.1.2.1.
 * The table is indexed by the value's 16 bits, so signed and unsigned pixels are looked up alike.
 */
export function greyTable(dtype, slope, intercept, window, padding) {
  const table = new Uint32Array(65536);
  const low = window.level - 0.5 - (window.width - 1) / 2;
  const gain = 255 / Math.max(window.width - 1, 1e-6);
  for (let bits = 0; bits < 65536; bits += 1) {
    const stored = dtype === "int16" ? (bits << 16) >> 16 : bits;
    const grey = isPadding(stored, padding)
      ? 0
      : Math.min(Math.max(Math.round((stored * slope + intercept - low) * gain), 0), 255);
    table[bits] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  return table;
}

/** HU of the pixel at a point; "padding" where it is none, null outside the image. */
export function huAt(slice, x, y) {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= slice.columns || row >= slice.rows) return null;
  const stored = slice.pixels[row * slice.columns + column];
  return isPadding(stored, slice.padding) ? "padding" : stored * slice.slope + slice.intercept;
}

/**
 * Statistics of the measured pixels whose centres lie in an upright oval, ((x-cx)/rx)^2 + ((y-cy)/ry)^2 <= 1.
 * The quotients are formed first, as in Python, so that both agree on every pixel of the edge. The sum is of
 * stored integers and therefore exact; the SD divides by n - 1.
 */
export function ovalStatistics(slice, oval) {
  const { pixels, columns, rows, slope, intercept, padding } = slice;
  const firstRow = Math.max(Math.floor(oval.cy - oval.ry), 0);
  const lastRow = Math.min(Math.ceil(oval.cy + oval.ry), rows - 1);
  const firstColumn = Math.max(Math.floor(oval.cx - oval.rx), 0);
  const lastColumn = Math.min(Math.ceil(oval.cx + oval.rx), columns - 1);
  const visit = (each) => {
    for (let y = firstRow; y <= lastRow; y += 1) {
      const dy = (y - oval.cy) / oval.ry;
      for (let x = firstColumn; x <= lastColumn; x += 1) {
        const dx = (x - oval.cx) / oval.rx;
        if (dx * dx + dy * dy <= 1) each(pixels[y * columns + x]);
      }
    }
  };
  let n = 0;
  let nPadding = 0;
  let total = 0;
  let low = Infinity;
  let high = -Infinity;
  visit((stored) => {
    if (isPadding(stored, padding)) {
      nPadding += 1;
      return;
    }
    n += 1;
    total += stored;
    if (stored < low) low = stored;
    if (stored > high) high = stored;
  });
  if (n === 0) return { n, nPadding, mean: null, sd: null, min: null, max: null, areaMm2: 0 };
  const meanStored = total / n;
  let squares = 0;
  visit((stored) => {
    if (!isPadding(stored, padding)) squares += (stored - meanStored) ** 2;
  });
  const ends = [low * slope + intercept, high * slope + intercept];
  return {
    n,
    nPadding,
    mean: meanStored * slope + intercept,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) * Math.abs(slope) : null,
    min: Math.min(...ends),
    max: Math.max(...ends),
    areaMm2: n * slice.pixelArea,
  };
}

/** HU with one decimal and a real minus sign. */
export function huText(value, decimals = 1) {
  if (value === null || value === undefined) return "\u2013";
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}
