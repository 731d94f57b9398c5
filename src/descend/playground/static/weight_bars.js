// The largest weights of a watched descent, as bars to both sides of zero, with their numbers.

import { element, show, write } from "./dom.js";
import { steady } from "./format.js";
import { Moments } from "./moments.js";
import { texts } from "./texts.js";

const MOST = 14;

/** A table of weights, whose bars are drawn by style alone. */
export class WeightBars {
  #shown = "";
  #rows = [];

  constructor() {
    const { weight, now } = texts.live;
    this.body = element("tbody");
    this.node = element("table", { class: "bars" }, element("caption", { class: "hidden" }, texts.live.weights),
      element("thead", { class: "hidden" }, element("tr", {}, element("th", { scope: "col" }, weight), element("td"), element("th", { scope: "col" }, now))), this.body);
  }

  /** Take moments, and show the weights of the last; return how many are shown. */
  show(moments) {
    const { names } = moments;
    const weights = moments.weights[moments.length - 1];
    const sizes = Array.from(weights, (weight) => (Number.isFinite(weight) ? Math.abs(weight) : 0));
    const places = Moments.largest(moments.slopes, sizes, MOST).sort((a, b) => a - b);
    const shown = places.map((place) => names[place]).join("\n");
    if (shown !== this.#shown) this.#build(places.map((place) => names[place]), shown);
    const most = Math.max(...places.map((place) => sizes[place])) || 1;
    places.forEach((place, row) => {
      const { bar, number } = this.#rows[row];
      bar.style.setProperty("--share", (sizes[place] / most).toFixed(4));
      bar.classList.toggle("negative", weights[place] < 0);
      write(number, steady(weights[place]));
    });
    return places.length;
  }

  #build(names, shown) {
    this.#shown = shown;
    this.#rows = names.map(() => ({ bar: element("span", { class: "bar" }), number: element("td") }));
    show(this.body, names.map((name, row) => element("tr", {}, element("th", { scope: "row", title: name }, name),
      element("td", { class: "bar-cell", "aria-hidden": "true" }, this.#rows[row].bar), this.#rows[row].number)));
  }
}
