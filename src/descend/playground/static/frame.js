// What a page owes to the notebook in whose frame it is: it never leaves it, and gives back what it holds.

/** Let no link replace the page or open one of the notebook's, and release the graphics card at the end. */
export function stayWithin() {
  for (const kind of ["click", "auxclick"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.closest?.("a[href]")) event.preventDefault();
    }, { capture: true });
  }
  addEventListener("pagehide", () => {
    for (const canvas of document.querySelectorAll("canvas")) canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  });
}
