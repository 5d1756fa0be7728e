// Where Streamlit and the viewer meet.
import { Viewer } from "./viewer.js";

const mounted = new WeakMap();

/**
 * Streamlit calls this on mount and whenever data or theme change, and runs only the last returned cleanup, or
 * at once that of a call that was overtaken, which may be before the call that overtook it. A cleanup therefore
 * counts only when its call is the newest and the element has left the page.
 */
export function attach({ data, parentElement, setStateValue }) {
  let held = mounted.get(parentElement);
  if (!held) {
    held = { viewer: new Viewer(parentElement, setStateValue), calls: 0 };
    mounted.set(parentElement, held);
  }
  held.calls += 1;
  const call = held.calls;
  held.viewer.send = setStateValue;
  held.viewer.update(data);
  return () => {
    if (call !== held.calls || parentElement.isConnected) return;
    held.viewer.destroy();
    mounted.delete(parentElement);
  };
}
