// Python's own numbers as soon as an edit ends: asked of the app's route, while the page is still drawn anew.
// The page brings the same numbers later, and what it says then counts before what is kept here.
import { sameShape } from "./drawing.js";

/** Whether the page has this very shape, so that its word on it is the last. */
export const pageHas = (oval, data) => {
  const known = data.rois.find((other) => other.id === oval.id);
  return known !== undefined && sameShape(known, oval);
};

/** Python's numbers for this very shape, or null while there are none. `early` are `EarlyNumbers`, if any. */
export function pythonsNumbers(oval, data, early = null) {
  if (pageHas(oval, data)) return data.confirmed[oval.id] ?? null;
  return early?.of(oval) ?? null;
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const areNumbers = (told) =>
  typeof told === "object" &&
  told !== null &&
  Number.isInteger(told.n) &&
  isNumber(told.mean) &&
  (told.sd === null || isNumber(told.sd));

export class EarlyNumbers {
  /** @param onNumbers called when numbers have come */
  constructor({ onNumbers, fetcher = (...a) => fetch(...a) }) {
    this.onNumbers = onNumbers;
    this.fetcher = fetcher;
    this.abort = new AbortController();
    // By the frozen oval itself: it is replaced when it changes, so an answer cannot fall on another shape.
    this.told = new WeakMap();
    this.asked = new WeakSet();
  }

  of(oval) {
    return this.told.get(oval) ?? null;
  }

  /** Ask for the ovals that neither the page nor an earlier request speaks of, all of a panel in one request. */
  ask(panels, ovals, data) {
    for (const panel of panels) {
      const wanted = ovals.filter(
        (oval) => oval.phase === panel.phase && !this.asked.has(oval) && !pageHas(oval, data),
      );
      if (wanted.length > 0) this.request(panel, wanted);
    }
  }

  close() {
    this.abort.abort();
  }

  async request(panel, ovals) {
    const { signal } = this.abort;
    if (signal.aborted) return;
    for (const oval of ovals) this.asked.add(oval);
    try {
      const answer = await this.fetcher(`${panel.url}/measure`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(ovals.map(({ id, slice, cx, cy, rx, ry }) => ({ id, slice, cx, cy, rx, ry }))),
        signal,
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
      });
      if (!answer.ok) throw new Error("no numbers");
      const numbers = await answer.json();
      if (signal.aborted) return;
      for (const oval of ovals) {
        const told = Object.hasOwn(numbers, oval.id) ? numbers[oval.id] : null;
        if (areNumbers(told)) this.told.set(oval, Object.freeze({ n: told.n, mean: told.mean, sd: told.sd }));
      }
      this.onNumbers();
    } catch {
      // Nothing is said: the page brings the numbers anyway, and says itself when a session is over.
      for (const oval of ovals) this.asked.delete(oval);
    }
  }
}
