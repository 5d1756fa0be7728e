// What is loading, what failed, and what is said aloud.
import { TISSUES } from "./drawing.js";
import { el, setText } from "./dom.js";
import { huText } from "./hu.js";

const FAILURES = {
  gone:
    "The images of this session are no longer there. Reload the page and load the case file, " +
    "or the images, again.",
  unreachable: "The server did not answer. The ovals are kept; try again when the connection is back.",
};

const HINT_SECONDS = 6;

export class Notices {
  constructor(retry) {
    this.progress = el("span", { class: "progress" });
    this.hint = el("span", { class: "hint" });
    this.line = el("div", { class: "under", "aria-hidden": "true" }, this.progress, this.hint);
    this.live = el("div", { class: "speech", role: "status", "aria-live": "polite" });
    this.failureText = el("span");
    this.again = el("button", { type: "button", onclick: retry }, "Try again");
    this.failure = el("div", { class: "failure", role: "alert", hidden: true }, this.failureText, this.again);
  }

  /** Say something to those who listen, and show it for a while where `visible`. */
  say(words, visible) {
    setText(this.live, words);
    if (!visible) return;
    setText(this.hint, words);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => setText(this.hint, ""), HINT_SECONDS * 1000);
  }

  refresh({ loaded, expected, failure }) {
    const waiting = loaded < expected && failure === null;
    setText(this.progress, waiting ? `Loading images: ${loaded} of ${expected}` : "");
    this.failure.hidden = failure === null;
    if (failure === null) return;
    setText(this.failureText, FAILURES[failure]);
    this.again.hidden = failure !== "unreachable";
  }

  close() {
    clearTimeout(this.timer);
  }
}

/** An oval and its numbers as a sentence. */
export function ovalSentence(oval, label, statistics, agrees) {
  let numbers = "its slice is loading";
  if (statistics?.n === 0) numbers = "no measured pixel inside";
  else if (statistics) {
    numbers = `mean ${huText(statistics.mean)} HU, SD ${huText(statistics.sd)}, ${statistics.n} pixels`;
  }
  return `${TISSUES[oval.tissue]}, ${label}, slice ${oval.slice + 1}: ${numbers}${agrees ? ", checked" : ""}.`;
}
