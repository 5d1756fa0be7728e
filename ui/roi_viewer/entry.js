// Entry of the component: Streamlit runs it inline; the viewer itself comes as modules from the app's own route.
export default async function (component) {
  const address = new URL(component.data.module, document.baseURI).href;
  let viewer;
  try {
    viewer = await import(address);
  } catch {
    const note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.textContent = "The image viewer could not be loaded. Reload the page.";
    component.parentElement.replaceChildren(note);
    return () => note.remove();
  }
  return viewer.attach(component);
}
