// Keys. The viewer keeps its keys to itself: Streamlit has hot keys of its own (C opens its cache dialog).

export const HELP = [
  ["L", "draw a lesion oval"],
  ["V or N", "draw a liver oval"],
  ["Enter", "with a tool: place an oval at the crosshair"],
  ["Arrows", "move the selected oval, or the crosshair; otherwise scroll"],
  ["Shift+arrows", "move by 5 pixels"],
  ["Alt+arrows", "make the selected oval wider, narrower, taller, flatter"],
  ["[ and ], or , and .", "select the previous or next oval"],
  ["Delete", "delete the selected oval"],
  ["C", "copy it to the other phases at the matching slice"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["PageUp, PageDown", "one slice towards the head, the feet (Shift: 10)"],
  ["Alt+PageUp, Alt+PageDown", "move this phase alone"],
  ["Home, End", "first slice (feet), last slice (head)"],
  ["1, 2, 3", "window: liver, soft tissue, wide"],
  ["Right-drag, W+drag", "window width and level"],
  ["+, \u2212, Ctrl+wheel", "zoom"],
  ["Middle-drag, Space+drag", "pan"],
  ["0", "reset zoom, pan and window"],
  ["M, double click", "show this phase large, or all phases again"],
  ["H", "hide or show the ovals on the images"],
  ["Esc", "back to selecting"],
];

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const isField = (node) =>
  node instanceof HTMLSelectElement ||
  (node instanceof HTMLInputElement && !["button", "checkbox"].includes(node.type));

/** True when the key did something. */
function press(viewer, event) {
  const { editor } = viewer;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? editor.redo() : editor.undo();
    if (key === "y") return editor.redo();
    return false;
  }
  if (key in ARROWS) return arrow(viewer, event, ARROWS[key]);
  const scrolls = {
    PageUp: event.shiftKey ? 10 : 1,
    PageDown: event.shiftKey ? -10 : -1,
    Home: -Infinity,
    End: Infinity,
  };
  if (key in scrolls) {
    const steps = Number.isFinite(scrolls[key]) ? scrolls[key] : Math.sign(scrolls[key]) * 1e6;
    viewer.scroll(viewer.active, steps, event.altKey);
    viewer.saySlice();
    return true;
  }
  if (event.altKey) return false;
  const actions = {
    l: () => editor.setTool("lesion", true),
    v: () => editor.setTool("liver", true),
    n: () => editor.setTool("liver", true),
    s: () => editor.setTool("select"),
    Escape: () => editor.escape(),
    c: () => editor.copyToOtherPhases(),
    Delete: () => editor.remove(),
    Backspace: () => editor.remove(),
    "[": () => editor.cycle(-1),
    ",": () => editor.cycle(-1),
    "]": () => editor.cycle(1),
    ".": () => editor.cycle(1),
    h: () => viewer.hideOvals(!viewer.ovalsHidden),
    m: () => viewer.enlarge(viewer.active),
    "+": () => viewer.changeView((view) => view.zoomBy(1.25)),
    "=": () => viewer.changeView((view) => view.zoomBy(1.25)),
    "-": () => viewer.changeView((view) => view.zoomBy(0.8)),
    0: () => viewer.changeView((view) => view.reset()),
    r: () => viewer.changeView((view) => view.reset()),
    "?": () => viewer.toolbar.toggleHelp(),
  };
  if (key in actions) {
    actions[key]();
    return true;
  }
  if (key === "Enter" && viewer.onStage) return editor.placeAtCrosshair();
  if (/^[1-9]$/.test(key)) {
    let known = false;
    viewer.changeView((view) => {
      known = view.preset(key);
    });
    return known;
  }
  return false;
}

function arrow(viewer, event, [dx, dy]) {
  const by = event.shiftKey ? 5 : 1;
  const { editor } = viewer;
  if (editor.tool !== "select") {
    editor.moveCrosshair(dx * by, dy * by);
  } else if (editor.chosenHere) {
    editor.nudge(dx * by, dy * by, event.altKey);
  } else {
    viewer.scroll(viewer.active, dx === 0 ? -dy * by : dx * by, event.altKey);
    viewer.saySlice();
  }
  viewer.redraw();
  return true;
}

export function listenToKeys(viewer, root) {
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (isField(event.target) || event.key === "Tab") return;
    const key = event.key.toLowerCase();
    if (viewer.onStage && (key === " " || key === "w")) {
      viewer.held.add(key);
      event.preventDefault();
      return;
    }
    if (press(viewer, event)) event.preventDefault();
  });
  root.addEventListener("keyup", (event) => {
    event.stopPropagation();
    viewer.held.delete(event.key.toLowerCase());
    // A held key is one edit: Python hears of it when the key is let go.
    if (event.key in ARROWS) viewer.editor.finish();
  });
  root.addEventListener("keypress", (event) => event.stopPropagation());
  root.addEventListener("focusout", () => {
    viewer.held.clear();
    viewer.editor.finish();
  });
}
