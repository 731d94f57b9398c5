// The numbers of a descent as a table, fifty steps at a time.

import { button, Choice } from "./controls.js";
import { element, show, write } from "./dom.js";
import { count, pointText, steady } from "./format.js";
import { player } from "./player.js";
import { texts } from "./texts.js";

const say = texts.table;
const ROWS = 50;

/** A table of one run, filled when it is opened. */
export class NumbersTable {
  #runs = [];
  #names = [];
  #selected = 0;
  #first = 0;

  /** `hasCurvature` is false for runs that know neither curvature nor 2/L. */
  constructor({ hasCurvature = true } = {}) {
    this.hasCurvature = hasCurvature;
    this.choice = new Choice({ label: say.of, options: [], value: "0", onInput: (place) => this.select(Number(place)) });
    this.range = element("span", { class: "range", "aria-live": "polite" });
    this.earlier = button("←", () => this.#turn(-ROWS), { "aria-label": say.earlier, title: say.earlier, class: "round" });
    this.later = button("→", () => this.#turn(ROWS), { "aria-label": say.later, title: say.later, class: "round" });
    this.body = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say.title });
    this.node = element("details", { class: "area-table", ontoggle: () => this.#fill() }, element("summary", {}, say.title),
      element("div", { class: "row" }, this.choice.node, this.earlier, this.range, this.later), this.body);
  }

  setRuns(runs, names) {
    this.#runs = runs;
    this.#names = names;
    this.choice.offer(runs.map((run, place) => [String(place), `${run.optimizer} ${pointText(run.point(0))}`]), String(this.#selected));
  }

  select(place) {
    this.#selected = Math.min(place, this.#runs.length - 1);
    this.choice.set(String(this.#selected));
    this.#fill();
  }

  #turn(by) {
    const length = this.#runs[this.#selected]?.length ?? 1;
    this.#first = Math.min(Math.max(this.#first + by, 0), Math.floor((length - 1) / ROWS) * ROWS);
    this.#fill();
  }

  #fill() {
    const run = this.#runs[this.#selected];
    if (!this.node.open || !run) return;
    const length = Math.min(run.length, run.steps + 1);
    if (this.#first >= length) this.#first = 0;
    const last = Math.min(this.#first + ROWS, length);
    const { columns } = say;
    const heads = [columns.step, ...this.#names, columns.value, columns.gradient, columns.rate, ...(this.hasCurvature ? [columns.curvature, columns.bound] : [])];
    const rows = Array.from({ length: last - this.#first }, (_, place) => this.#row(run, this.#first + place));
    show(this.body, element("table", {}, element("caption", { class: "hidden" }, say.title), element("thead", {}, element("tr", {}, heads.map((each) => element("th", { scope: "col" }, each)))), element("tbody", {}, rows)));
    write(this.range, say.range(...[this.#first, last - 1, length - 1].map((each) => count(run.stepAt(each)))));
    this.earlier.disabled = this.#first === 0;
    this.later.disabled = last >= length;
  }

  #row(run, step) {
    const rate = step < run.steps ? run.rateAt(step) : NaN;
    const values = [...run.point(step), run.values[step], run.slopeSize(step), rate, ...(this.hasCurvature ? [run.curvatures[step], run.bounds[step]] : [])];
    return element("tr", {}, element("th", { scope: "row" }, button(count(run.stepAt(step)), () => player.seek(step), { class: "quiet" })), values.map((value) => element("td", {}, steady(value))));
  }
}
