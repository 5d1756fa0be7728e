// The ovals of all phases, with undo and redo. Ovals are frozen and replaced, never changed, so that a
// measurement can be kept beside the very oval that it belongs to.
import { hundredth } from "./geometry.js";

export const MOST_OVALS = 60; // the same number as MAX_OVALS in drawing.py
const DEPTH = 200;
const FIELDS = ["id", "tissue", "phase", "slice", "cx", "cy", "rx", "ry"];

export const TISSUES = { lesion: "Lesion", liver: "Liver" };

function frozen(oval) {
  const kept = Object.fromEntries(FIELDS.map((name) => [name, oval[name]]));
  for (const name of ["cx", "cy", "rx", "ry"]) kept[name] = hundredth(kept[name]);
  return Object.freeze(kept);
}

// Ids are never used twice in a page's life: an old confirmation must not fall on a new oval.
const used = new Set();
let counter = 0;
function freshId() {
  do counter += 1;
  while (used.has(`r${counter}`));
  used.add(`r${counter}`);
  return `r${counter}`;
}

export const sameShape = (a, b) => FIELDS.every((name) => a[name] === b[name]);
const sameOvals = (a, b) => a.length === b.length && a.every((oval, i) => sameShape(oval, b[i]));
const samePlace = (a, b) => FIELDS.every((name) => name === "id" || a[name] === b[name]);

export class Drawing {
  constructor(ovals = []) {
    this.replaceAll(ovals);
  }

  /** Take over what Python says; what could be undone before belongs to another state and is dropped. */
  replaceAll(ovals) {
    for (const oval of ovals) used.add(oval.id);
    this.ovals = Object.freeze(ovals.map((oval) => Object.freeze({ ...oval })));
    this.past = [];
    this.future = [];
    this.before = null;
  }

  find(id) {
    return this.ovals.find((oval) => oval.id === id) ?? null;
  }

  on(phase, slice) {
    return this.ovals.filter((oval) => oval.phase === phase && oval.slice === slice);
  }

  /** Begin an edit that is one step of undo however many changes it makes (a drag, a held key). */
  begin() {
    if (this.before === null) this.before = this.ovals;
  }

  /** End it; true when something changed and Python should hear of it. */
  end() {
    const before = this.before;
    this.before = null;
    if (before === null || sameOvals(before, this.ovals)) return false;
    this.past.push(before);
    if (this.past.length > DEPTH) this.past.shift();
    this.future = [];
    return true;
  }

  /** Drop the edit that is under way. */
  cancel() {
    if (this.before !== null) this.ovals = this.before;
    this.before = null;
  }

  get editing() {
    return this.before !== null;
  }

  /** New oval; null when there are as many as are kept. */
  add(oval) {
    if (this.ovals.length >= MOST_OVALS) return null;
    const added = frozen({ ...oval, id: freshId() });
    this.ovals = Object.freeze([...this.ovals, added]);
    return added;
  }

  change(id, fields) {
    this.ovals = Object.freeze(
      this.ovals.map((oval) => {
        if (oval.id !== id) return oval;
        const changed = frozen({ ...oval, ...fields });
        return sameShape(changed, oval) ? oval : changed;
      }),
    );
    return this.find(id);
  }

  remove(id) {
    this.ovals = Object.freeze(this.ovals.filter((oval) => oval.id !== id));
  }

  /** Whether an oval lies exactly there already. */
  has(oval) {
    const wanted = frozen({ ...oval, id: "" });
    return this.ovals.some((other) => samePlace(other, wanted));
  }

  undo() {
    if (this.past.length === 0) return false;
    this.future.push(this.ovals);
    this.ovals = this.past.pop();
    return true;
  }

  redo() {
    if (this.future.length === 0) return false;
    this.past.push(this.ovals);
    this.ovals = this.future.pop();
    return true;
  }

  toJSON() {
    return this.ovals.map((oval) => ({ ...oval }));
  }
}
