// Mouse, pen and touch on one panel.
import { hit, ovalBetween, resized, toPixel } from "./geometry.js";

const SMALLEST_DRAG = 4; // screen units; less is a click
const CURSORS = { e: "ew-resize", w: "ew-resize", n: "ns-resize", s: "ns-resize", inside: "move", edge: "move" };

export function listenToPointer(viewer, panelView) {
  const { stage } = panelView;
  const { editor } = viewer;
  const touches = new Map();
  let drag = null;

  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  /** The oval under a point, the selected one before others, and what of it. */
  function find(sx, sy, reach) {
    const t = panelView.transform;
    const { drawing, selected } = editor;
    const here = drawing.on(panelView.panel.phase, panelView.slice);
    for (const oval of here.toSorted((a, b) => (b.id === selected) - (a.id === selected))) {
      const part = hit(t, oval, sx, sy, reach);
      // Handles show on the selected oval alone; any other is gripped as a whole.
      if (part !== null) return { oval, part: oval.id === selected ? part : "inside" };
    }
    return null;
  }

  function begin(event) {
    stage.focus({ preventScroll: true });
    viewer.activate(panelView.index);
    const [sx, sy] = place(event);
    touches.set(event.pointerId, [sx, sy]);
    if (touches.size === 2) {
      editor.drawing.cancel();
      drag = { kind: "pinch", ...pinch() };
      viewer.redraw();
      return;
    }
    const start = { sx, sy, lastX: sx, lastY: sy };
    const panning = event.button === 1 || viewer.held.has(" ");
    const windowing = event.button === 2 || viewer.held.has("w");
    if (panning || windowing) {
      drag = { kind: panning ? "pan" : "window", ...start };
    } else if (event.button === 0) {
      drag = { ...start, ...beginOnImage(sx, sy, event.pointerType === "touch" ? 18 : 8) };
    }
    if (drag) {
      stage.setPointerCapture(event.pointerId);
      event.preventDefault();
    }
    viewer.redraw();
  }

  function beginOnImage(sx, sy, reach) {
    const [x, y] = toPixel(panelView.transform, sx, sy);
    if (editor.tool !== "select") {
      editor.keyboardPlacing = false;
      return { kind: "draw", x, y, id: null };
    }
    const found = find(sx, sy, reach);
    if (found) {
      editor.select(found.oval.id);
      return { kind: found.part.length === 1 ? "resize" : "move", part: found.part, oval: found.oval, x, y };
    }
    editor.select(null);
    return { kind: "pan" };
  }

  function move(event) {
    const [sx, sy] = place(event);
    const [x, y] = toPixel(panelView.transform, sx, sy);
    panelView.pointer = { x, y };
    if (touches.has(event.pointerId)) touches.set(event.pointerId, [sx, sy]);
    if (drag === null) {
      const found = editor.tool === "select" ? find(sx, sy, 8) : null;
      stage.style.cursor = found ? CURSORS[found.part] : editor.tool === "select" ? "default" : "crosshair";
      viewer.redraw();
      return;
    }
    step(event, sx, sy, x, y);
    drag.lastX = sx;
    drag.lastY = sy;
  }

  function step(event, sx, sy, x, y) {
    const { scale } = panelView.transform;
    const { view } = viewer;
    const { drawing } = editor;
    // Begun at each step: whatever ended the edit meanwhile, what follows is an edit of its own.
    if (drag.kind === "move" || drag.kind === "resize" || drag.id) drawing.begin();
    if (drag.kind === "pan") {
      viewer.changeView(() => view.panBy((drag.lastX - sx) / scale, (drag.lastY - sy) / scale));
    } else if (drag.kind === "window") {
      const gain = Math.max(view.window.width / 200, 0.5);
      viewer.changeView(() => view.windowBy((sx - drag.lastX) * gain, (sy - drag.lastY) * gain));
    } else if (drag.kind === "pinch" && touches.size === 2) {
      const now = pinch();
      const dx = (now.middle[0] - panelView.size.width / 2) / scale;
      const dy = (now.middle[1] - panelView.size.height / 2) / scale;
      viewer.changeView(() => {
        view.panBy((drag.middle[0] - now.middle[0]) / scale, (drag.middle[1] - now.middle[1]) / scale);
        view.zoomBy(now.distance / drag.distance, dx, dy);
      });
      Object.assign(drag, now);
    } else if (drag.kind === "draw") {
      draw(event, sx, sy, x, y);
    } else if (drag.kind === "move") {
      drawing.change(drag.oval.id, { cx: drag.oval.cx + x - drag.x, cy: drag.oval.cy + y - drag.y });
    } else if (drag.kind === "resize") {
      drawing.change(drag.oval.id, resized(drag.oval, drag.part, x, y));
    }
    viewer.redraw();
  }

  function draw(event, sx, sy, x, y) {
    if (drag.id === null && Math.hypot(sx - drag.sx, sy - drag.sy) < SMALLEST_DRAG) return;
    const shape = ovalBetween(panelView.panel, drag.x, drag.y, x, y, event.shiftKey);
    shape.rx = Math.max(shape.rx, 0.5);
    shape.ry = Math.max(shape.ry, 0.5);
    if (drag.id === null) {
      editor.drawing.begin();
      drag.id = editor.add(panelView, shape)?.id ?? null;
      if (drag.id === null) drag.kind = "none";
    } else {
      editor.drawing.change(drag.id, shape);
    }
  }

  function end(event) {
    touches.delete(event.pointerId);
    const done = drag;
    if (touches.size > 0) return;
    drag = null;
    if (done === null) return;
    if (event.type === "pointercancel") editor.drawing.cancel();
    else if (done.kind === "draw" && done.id === null) viewer.say("Drag to draw an oval.", true);
    if (done.kind === "draw" && done.id !== null) {
      editor.setTool("select");
      editor.select(done.id);
    }
    editor.finish();
  }

  function pinch() {
    const [a, b] = [...touches.values()];
    return {
      distance: Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1),
      middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
    };
  }

  let wheelRest = 0;
  /** Slices for a turn: a notch of a wheel is about 100 units at once, a trackpad sends many small ones. */
  function wheelSteps(delta) {
    if (Math.abs(delta) >= 50) return Math.sign(delta) * Math.max(1, Math.round(Math.abs(delta) / 100));
    if (Math.sign(delta) !== Math.sign(wheelRest)) wheelRest = 0;
    wheelRest += delta;
    const steps = Math.trunc(wheelRest / 30);
    wheelRest -= steps * 30;
    return steps;
  }

  function wheel(event) {
    event.preventDefault();
    viewer.activate(panelView.index);
    if (event.ctrlKey || event.metaKey) {
      const [sx, sy] = place(event);
      const { scale } = panelView.transform;
      const dx = (sx - panelView.size.width / 2) / scale;
      const dy = (sy - panelView.size.height / 2) / scale;
      viewer.changeView((view) => view.zoomBy(Math.exp(-event.deltaY / 300), dx, dy));
      return;
    }
    // Down is towards the feet. Some systems turn a wheel with Shift or Alt into a sideways one.
    const turned = event.deltaY === 0 ? event.deltaX : event.deltaY;
    const steps = wheelSteps(event.deltaMode === 0 ? turned : turned * 33);
    if (steps !== 0) viewer.scroll(panelView.index, -steps, event.altKey);
  }

  stage.addEventListener("pointerdown", begin);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
  stage.addEventListener("pointerleave", () => {
    if (drag === null) panelView.pointer = null;
    viewer.redraw();
  });
  stage.addEventListener("wheel", wheel, { passive: false });
  stage.addEventListener("contextmenu", (event) => event.preventDefault());
  stage.addEventListener("dblclick", () => {
    if (editor.tool === "select" && editor.selected === null) viewer.enlarge(panelView.index);
  });
  // The middle button would start the browser's own scrolling.
  stage.addEventListener("mousedown", (event) => {
    if (event.button === 1) event.preventDefault();
  });
  panelView.cancelDrag = () => {
    const dragged = drag !== null;
    drag = null;
    return dragged;
  };
  // A finger on an oval, or with a tool, edits; elsewhere it scrolls the page.
  stage.addEventListener(
    "touchstart",
    (event) => {
      const [sx, sy] = place(event.touches[0]);
      if (event.touches.length > 1 || editor.tool !== "select" || find(sx, sy, 18)) event.preventDefault();
    },
    { passive: false },
  );
}
