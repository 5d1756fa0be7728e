// Fetches slices from the app's route, those nearest to the ones on screen first, and keeps as many as fit.
import { ofSlice } from "./geometry.js";

const PARALLEL = 6; // what a browser opens to one HTTP/1.1 server
const BUDGET_BYTES = 512 * 1024 * 1024;
const RETRIES = 2;

export class Slices {
  /**
   * @param panels what Python says of each phase
   * @param onSlice called with (panel, index) when a slice is there
   * @param onProgress called when counts or the state changed
   */
  constructor(panels, { onSlice, onProgress, fetcher = (...a) => fetch(...a), budget = BUDGET_BYTES }) {
    this.onSlice = onSlice;
    this.onProgress = onProgress;
    this.fetcher = fetcher;
    this.abort = new AbortController();
    this.running = 0;
    this.failure = null; // null, "gone" or "unreachable"
    this.wanted = [];
    const each = budget / panels.length;
    this.stacks = panels.map((panel) => ({
      panel,
      current: 0,
      kept: new Map(),
      pending: new Set(),
      tries: new Map(),
      room: Math.max(8, Math.floor(each / (panel.rows * panel.columns * 2))),
    }));
  }

  stack(panel) {
    return this.stacks.find((stack) => stack.panel === panel);
  }

  /** The slice with all that measuring needs, or null while it is on its way. */
  slice(panel, index) {
    return this.stack(panel).kept.get(index) ?? null;
  }

  get loaded() {
    return this.stacks.reduce((sum, stack) => sum + stack.kept.size, 0);
  }

  get expected() {
    return this.stacks.reduce((sum, stack) => sum + Math.min(stack.panel.slices, stack.room), 0);
  }

  /** Say which slice each panel shows; `extra` are [panel, index] that are needed besides (ovals elsewhere). */
  show(indices, extra = []) {
    this.stacks.forEach((stack, i) => {
      stack.current = indices[i];
    });
    this.wanted = extra.filter(([panel, k]) => k >= 0 && k < panel.slices && !this.slice(panel, k));
    this.pump();
  }

  retry() {
    this.failure = null;
    for (const stack of this.stacks) stack.tries.clear();
    this.pump();
    this.onProgress();
  }

  close() {
    this.abort.abort();
    for (const stack of this.stacks) stack.kept.clear();
  }

  pump() {
    while (this.running < PARALLEL && this.failure === null && !this.abort.signal.aborted) {
      const next = this.next();
      if (next === null) return;
      this.load(...next);
    }
  }

  next() {
    let best = null;
    let distance = Infinity;
    for (const stack of this.stacks) {
      // Slices beyond the room would push out nearer ones and be pushed out again.
      const reach = stack.panel.slices <= stack.room ? Infinity : stack.room / 2 - 1;
      for (let k = 0; k < stack.panel.slices; k += 1) {
        const away = Math.abs(k - stack.current);
        if (away >= distance || away > reach || stack.kept.has(k) || stack.pending.has(k)) continue;
        best = [stack, k];
        distance = away;
      }
    }
    if (distance > 0) {
      const extra = this.wanted.find(([panel, k]) => !this.slice(panel, k) && !this.stack(panel).pending.has(k));
      if (extra) return [this.stack(extra[0]), extra[1]];
    }
    return best;
  }

  async load(stack, index) {
    const { panel } = stack;
    stack.pending.add(index);
    this.running += 1;
    try {
      const answer = await this.fetcher(`${panel.url}/${index}`, {
        signal: this.abort.signal,
        cache: "no-store",
        credentials: "same-origin",
      });
      if (answer.status === 404) {
        this.failure = "gone";
      } else if (answer.ok) {
        this.keep(stack, index, await answer.arrayBuffer());
      } else {
        this.missed(stack, index);
      }
    } catch {
      // The network is down, or this viewer was closed; what was thrown does not tell more.
      if (!this.abort.signal.aborted) this.missed(stack, index);
    } finally {
      stack.pending.delete(index);
      this.running -= 1;
    }
    if (this.abort.signal.aborted) return;
    this.onProgress();
    this.pump();
  }

  keep(stack, index, buffer) {
    const { panel } = stack;
    if (buffer.byteLength !== panel.rows * panel.columns * 2) {
      this.missed(stack, index);
      return;
    }
    this.wanted = this.wanted.filter(([other, k]) => other !== panel || k !== index);
    stack.kept.set(index, sliceOf(panel, index, buffer));
    this.onSlice(panel, index);
    while (stack.kept.size > stack.room) {
      let farthest = stack.current;
      for (const k of stack.kept.keys()) {
        if (Math.abs(k - stack.current) > Math.abs(farthest - stack.current)) farthest = k;
      }
      if (farthest === stack.current) break;
      stack.kept.delete(farthest);
    }
  }

  missed(stack, index) {
    const tries = (stack.tries.get(index) ?? 0) + 1;
    stack.tries.set(index, tries);
    if (tries > RETRIES) this.failure = "unreachable";
  }
}

/** Pixels of one slice and all it takes to make HU of them. */
export function sliceOf(panel, index, buffer) {
  return {
    pixels: panel.dtype === "int16" ? new Int16Array(buffer) : new Uint16Array(buffer),
    bits: new Uint16Array(buffer),
    rows: panel.rows,
    columns: panel.columns,
    slope: ofSlice(panel.slopes, index),
    intercept: ofSlice(panel.intercepts, index),
    padding: panel.padding,
    pixelArea: panel.rowSpacing * panel.columnSpacing,
  };
}
