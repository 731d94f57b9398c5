// What is said of the fit of a line: its figures, its sentence and its parameters beside the best ones.

import { element, show, write } from "./dom.js";
import { count, number, steady } from "./format.js";
import { texts } from "./texts.js";

const say = texts.line;
const FIGURES = ["step", "value", "rate", "bound"];

/** The figures, the sentence and the parameters of an answer of `/api/line`. */
export class LineReadout {
  #answer = null;
  #rows = [];

  constructor() {
    this.cells = Object.fromEntries(FIGURES.map((name) => [name, element("dd")]));
    const labels = { ...texts.figures, value: say.loss_ };
    this.sentence = element("p", { class: "sentence" });
    this.parameterRows = element("tbody");
    this.bestHead = element("th", { scope: "col" }, say.closedForm);
    const heads = [say.parameter, say.now].map((each) => element("th", { scope: "col" }, each));
    const parameters = element("div", { class: "area-parameters" }, element("table", {}, element("caption", {}, say.parameters),
      element("thead", {}, element("tr", {}, heads, this.bestHead)), this.parameterRows));
    this.figures = element("dl", { class: "figures four" }, FIGURES.map((name) => element("div", { class: `figure-${name}` }, element("dt", {}, labels[name]), this.cells[name])));
    this.node = element("section", { class: "readout", "aria-label": texts.figures.label }, this.figures, this.sentence, parameters);
  }

  /** Say something where there is no fit. */
  say(text) {
    write(this.sentence, text);
  }

  show(answer) {
    this.#answer = answer;
    const { names, closed_form: closed, status, sentence } = answer;
    this.figures.classList.toggle("passed", answer.bound !== null && answer.rate > answer.bound);
    show(this.sentence, element("strong", {}, texts.status[status] ?? status), " ", sentence);
    this.sentence.dataset.status = status;
    // Only squares have a closed form; other losses have a least value, found by descent.
    write(this.bestHead, answer.is_closed_form ? say.closedForm : say.leastLoss);
    this.#rows = names.map(() => element("td"));
    show(this.parameterRows, names.map((name, place) => element("tr", {}, element("th", { scope: "row" }, name), this.#rows[place], element("td", {}, closed ? steady(closed[place]) : "—"))));
  }

  /** Show the numbers at a position among the steps. */
  draw(position) {
    const { arrays, rate, bound } = this.#answer;
    const step = Math.min(Math.floor(position + 1e-6), arrays.values.data.length - 1);
    const width = arrays.parameters.shape[1];
    write(this.cells.step, count(step));
    write(this.cells.value, steady(arrays.values.data[step]));
    write(this.cells.rate, number(rate ?? NaN));
    write(this.cells.bound, number(bound ?? NaN));
    this.#rows.forEach((cell, place) => write(cell, steady(arrays.parameters.data[step * width + place])));
  }
}
