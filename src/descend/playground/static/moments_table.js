// The numbers of a watched descent, fifty kept steps at a time, the latest first.

import { button } from "./controls.js";
import { element, show, write } from "./dom.js";
import { capitalised, count, number, steady } from "./format.js";
import { texts } from "./texts.js";

const ROWS = 50;

/** A table that is filled while it is open. */
export class MomentsTable {
  #page = 0;
  #shown = null;

  constructor() {
    const say = texts.live;
    this.range = element("span", { class: "range", "aria-live": "off" });
    this.later = button("←", () => this.#turn(-1), { "aria-label": say.later, title: say.later, class: "round" });
    this.earlier = button("→", () => this.#turn(1), { "aria-label": say.earlier, title: say.earlier, class: "round" });
    this.body = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say.numbers });
    this.node = element("details", { class: "area-numbers", ontoggle: () => this.#fill() }, element("summary", {}, say.numbers),
      element("p", { class: "hint" }, say.thinned), element("div", { class: "row" }, this.later, this.range, this.earlier), this.body);
  }

  /** Take moments, what their columns are called (no metric, no score), and two weights to list. */
  show(moments, { unit, quantity, metric }, pair) {
    this.#shown = { moments, unit, quantity, metric, pair };
    this.#fill();
  }

  #turn(by) {
    this.#page += by;
    this.#fill();
  }

  #fill() {
    if (!this.node.open || !this.#shown) return;
    const { moments, unit, quantity, metric, pair } = this.#shown;
    const last = Math.max(Math.ceil(moments.length / ROWS) - 1, 0);
    this.#page = Math.min(Math.max(this.#page, 0), last);
    const rows = moments.steps.map((_, row) => row).reverse().slice(this.#page * ROWS, (this.#page + 1) * ROWS);
    const say = texts.live.columns;
    const heads = [capitalised(unit), say.seconds, capitalised(quantity), ...(metric ? [capitalised(metric)] : []), say.rate, ...pair.map((place) => moments.names[place])];
    const cells = (row) => [number(moments.seconds[row]), steady(moments.loss[row]), ...(metric ? [steady(moments.score[row])] : []), number(moments.rate[row]),
      ...pair.map((place) => steady(moments.weights[row][place]))];
    show(this.body, element("table", {}, element("caption", { class: "hidden" }, texts.live.numbers), element("thead", {}, element("tr", {}, heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, rows.map((row) => element("tr", {}, element("th", { scope: "row" }, count(moments.steps[row])), cells(row).map((cell) => element("td", {}, cell)))))));
    write(this.range, texts.live.pages(count(this.#page + 1), count(last + 1)));
    this.later.disabled = this.#page === 0;
    this.earlier.disabled = this.#page === last;
  }
}
