// A place on the page for a plot.

import { element, freshId } from "./dom.js";

/** A stage for a plot that is used with the keyboard, too. */
export function stageOf(label, help, kind) {
  const helpId = freshId("help");
  const host = element("div", { class: `stage ${kind}`, tabindex: "0", role: "application", "aria-label": label, "aria-describedby": helpId });
  return { host, help: element("p", { class: "hidden", id: helpId }, help) };
}
