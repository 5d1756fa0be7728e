// The row of tools above the images, and the list of keys.
import { el, icon, setText } from "./dom.js";
import { PRESETS } from "./hu.js";
import { HELP } from "./keyboard.js";

const ICONS = {
  select: ["M4 2 L4 12.5 L6.8 10 L8.6 14 L10.4 13.2 L8.6 9.4 L12.2 9 Z"],
  lesion: ["M8 3.2 C11.6 3.2 14 5.2 14 8 C14 10.8 11.6 12.8 8 12.8 C4.4 12.8 2 10.8 2 8 C2 5.2 4.4 3.2 8 3.2 Z"],
  liver: [
    [
      "M8 3.2 C11.6 3.2 14 5.2 14 8 C14 10.8 11.6 12.8 8 12.8 C4.4 12.8 2 10.8 2 8 C2 5.2 4.4 3.2 8 3.2 Z",
      "3.2 2",
    ],
  ],
  undo: ["M6.5 3 L3 6.5 L6.5 10", "M3 6.5 H9.5 C14 6.5 14 13 9.5 13 H7"],
  redo: ["M9.5 3 L13 6.5 L9.5 10", "M13 6.5 H6.5 C2 6.5 2 13 6.5 13 H9"],
  copy: ["M5.5 5.5 H13.5 V13.5 H5.5 Z", "M10.5 5.5 V2.5 H2.5 V10.5 H5.5"],
  remove: ["M3 4.5 H13", "M6.5 4.5 V2.5 H9.5 V4.5", "M4.5 4.5 L5 13.5 H11 L11.5 4.5"],
  zoomIn: ["M7 2.5 A4.5 4.5 0 1 1 6.99 2.5 Z", "M10.3 10.3 L14 14", "M5 7 H9", "M7 5 V9"],
  zoomOut: ["M7 2.5 A4.5 4.5 0 1 1 6.99 2.5 Z", "M10.3 10.3 L14 14", "M5 7 H9"],
  reset: ["M3 6 V3 H6", "M10 3 H13 V6", "M13 10 V13 H10", "M6 13 H3 V10"],
};

export class Toolbar {
  constructor(viewer) {
    this.viewer = viewer;
    const tool = (name, text, key, title) =>
      el(
        "button",
        {
          type: "button",
          class: `tool ${name}`,
          "data-tool": name,
          "aria-keyshortcuts": key,
          title,
          // A press of the keyboard has no place on the image, so it goes on with the crosshair.
          onclick: (event) => viewer.editor.setTool(name, event.detail === 0),
        },
        icon(...ICONS[name]),
        el("span", { class: "text" }, text),
        el("kbd", { "aria-hidden": "true" }, key),
      );
    const action = (name, text, key, act) => {
      const button = el(
        "button",
        { type: "button", class: "action", "aria-label": text, title: `${text} (${key})`, onclick: act },
        icon(...ICONS[name]),
      );
      return button;
    };
    this.tools = [
      tool("select", "Select", "S", "Select, move and resize ovals (S or Esc)"),
      tool("lesion", "Lesion", "L", "Draw an oval on a lesion (L)"),
      tool("liver", "Liver", "V", "Draw an oval on normal liver (V or N)"),
    ];
    this.window = el(
      "select",
      { class: "window", "aria-label": "Window", onchange: () => this.chooseWindow() },
      ...PRESETS.map((preset) =>
        el("option", { value: preset.key }, `${preset.name} ${preset.width} / ${preset.level}`),
      ),
    );
    this.own = el("option", { value: "own", hidden: true }, "");
    this.window.append(this.own);
    this.undo = action("undo", "Undo", "Ctrl+Z", () => viewer.editor.undo());
    this.redo = action("redo", "Redo", "Ctrl+Y", () => viewer.editor.redo());
    this.copy = action("copy", "Copy to the other phases", "C", () => viewer.editor.copyToOtherPhases());
    this.remove = action("remove", "Delete the selected oval", "Delete", () => viewer.editor.remove());
    const change = (act) => () => viewer.changeView(act);
    this.help = el("button", {
      type: "button",
      class: "action keys",
      "aria-expanded": "false",
      title: "Keys and mouse (?)",
      onclick: () => this.toggleHelp(),
    }, "Keys");
    this.helpPanel = el(
      "div",
      { class: "help", hidden: true, role: "region", "aria-label": "Keys and mouse" },
      el("dl", {}, ...HELP.map(([keys, does]) => el("div", {}, el("dt", {}, keys), el("dd", {}, does)))),
    );
    const group = (name, ...items) => el("div", { class: "group", role: "group", "aria-label": name }, ...items);
    this.root = el(
      "div",
      { class: "bar", role: "group", "aria-label": "Image tools" },
      group("Tool", ...this.tools),
      group("Window", this.window),
      group(
        "Zoom",
        action("zoomOut", "Zoom out", "\u2212", change((view) => view.zoomBy(0.8))),
        action("zoomIn", "Zoom in", "+", change((view) => view.zoomBy(1.25))),
        action("reset", "Reset zoom, pan and window", "0", change((view) => view.reset())),
      ),
      group("Edit", this.undo, this.redo, ...(viewer.panelCount > 1 ? [this.copy] : []), this.remove),
      group("Help", this.help),
    );
  }

  chooseWindow() {
    const { value } = this.window;
    if (value !== "own") this.viewer.changeView((view) => view.preset(value));
  }

  toggleHelp() {
    this.helpPanel.hidden = !this.helpPanel.hidden;
    this.help.setAttribute("aria-expanded", String(!this.helpPanel.hidden));
  }

  refresh() {
    const { viewer } = this;
    for (const button of this.tools) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === viewer.editor.tool));
    }
    const { window } = viewer.view;
    const key = window.key || "own";
    if (key === "own") setText(this.own, `Own ${window.width} / ${window.level}`);
    this.own.hidden = key !== "own";
    if (this.window.value !== key) this.window.value = key;
    this.undo.disabled = viewer.editor.drawing.past.length === 0;
    this.redo.disabled = viewer.editor.drawing.future.length === 0;
    const { chosen } = viewer.editor;
    this.copy.disabled = chosen === null;
    this.remove.disabled = chosen === null;
  }
}
