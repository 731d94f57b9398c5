// What is true at the ball now, and how every run ends.

import { onPage, onTheme, theme } from "./colours.js";
import { button } from "./controls.js";
import { drawn, element, show, write } from "./dom.js";
import { count, number, pointText, steady } from "./format.js";
import { texts } from "./texts.js";

const ROWS = 40;
const CORNERS = {
  circle: null, square: "2.5,2.5 13.5,2.5 13.5,13.5 2.5,13.5", triangle: "8,1.5 15,14 1,14", diamond: "8,1 15,8 8,15 1,8", wedge: "8,14.5 15,2 1,2",
  pentagon: "8,1 15,6.3 12.3,14.5 3.7,14.5 1,6.3", hexagon: "1,8 4.5,2 11.5,2 15,8 11.5,14 4.5,14", plus: "5.5,1 10.5,1 10.5,5.5 15,5.5 15,10.5 10.5,10.5 10.5,15 5.5,15 5.5,10.5 1,10.5 1,5.5 5.5,5.5",
};

/** The mark of a run: its shape in its colour. */
export function badge({ colour, shape }) {
  const fill = onPage(colour, theme());
  const mark = shape === "circle" ? drawn("circle", { cx: 8, cy: 8, r: 6.5, fill }) : drawn("polygon", { points: CORNERS[shape], fill });
  return drawn("svg", { viewBox: "0 0 16 16", class: "badge", "aria-hidden": "true" }, mark);
}

/** Figures at the chosen ball, the sentence of its diagnosis, and a row for each run. */
export class Readout {
  #runs = [];
  #rows = [];
  #selected = 0;
  #painted = 0;

  constructor({ choose, explain }) {
    const say = texts.figures;
    this.choose = choose;
    const names = ["step", "value", "gradient", "curvature", "rate", "bound"];
    this.cells = Object.fromEntries(names.map((name) => [name, element("dd", {})]));
    const hints = { gradient: say.gradientHint, curvature: say.curvatureHint };
    this.figures = element("dl", { class: "figures", "aria-label": say.label },
      names.map((name) => element("div", { class: `figure-${name}`, title: hints[name] }, element("dt", {}, say[name]), this.cells[name])));
    this.sentence = element("p", { class: "sentence" });
    this.why = button(say.explain, () => explain(this.#selected), { class: "quiet" });
    this.explanation = element("p", { class: "explanation", "aria-live": "polite" });
    this.table = element("div", { class: "runs" });
    this.node = element("section", { class: "readout", "aria-label": say.label }, this.figures,
      element("div", { class: "diagnosis" }, this.sentence, this.why), this.explanation, this.table);
    onTheme(() => this.#build());
  }

  setRuns(runs, selected) {
    this.#runs = runs;
    this.explanation.textContent = "";
    this.#build();
    this.select(selected);
  }

  select(selected) {
    this.#selected = selected;
    const run = this.#runs[selected];
    this.why.hidden = !run || run.status === "converged";
    if (!run) {
      for (const cell of Object.values(this.cells)) write(cell, "");
      show(this.sentence);
      return;
    }
    this.#rows.forEach(({ row }, place) => row.classList.toggle("chosen", place === selected));
    for (const { pick } of this.#rows) pick.setAttribute("aria-pressed", "false");
    this.#rows[selected]?.pick.setAttribute("aria-pressed", "true");
    show(this.sentence, badge(run), element("strong", {}, texts.status[run.status] ?? run.status), " ", run.sentence);
    this.sentence.dataset.status = run.status;
  }

  explain(text) {
    write(this.explanation, text);
  }

  #build() {
    const say = texts.figures;
    if (this.#runs.length < 2) {
      this.#rows = [];
      show(this.table);
      return;
    }
    this.#rows = this.#runs.slice(0, ROWS).map((run, place) => {
      const name = `${run.optimizer}, ${pointText(run.point(0))}`;
      const pick = button([badge(run), run.optimizer], () => this.choose(place), { "aria-label": say.choose(name), "aria-pressed": "false" });
      const cells = { value: element("td"), gradient: element("td") };
      const row = element("tr", {}, element("th", { scope: "row" }, pick), element("td", {}, pointText(run.point(0))), cells.value, cells.gradient,
        element("td", { class: "end" }, `${texts.status[run.status] ?? run.status}, ${count(run.stepAt(run.length - 1))}`));
      return { row, pick, cells };
    });
    const heads = [say.optimizer, say.start, say.value, say.gradient, say.end];
    const rest = this.#runs.length - ROWS;
    show(this.table, element("table", {}, element("caption", {}, say.runs), element("thead", {}, element("tr", {}, heads.map((each) => element("th", { scope: "col" }, each)))),
      element("tbody", {}, this.#rows.map(({ row }) => row))), rest > 0 ? element("p", { class: "hint" }, say.more(rest)) : null);
    this.#painted = 0;
  }

  /** Show the figures at a position; the many rows at most ten times a second while it plays. */
  draw(position, isPlaying) {
    const run = this.#runs[this.#selected];
    if (!run) return;
    const step = run.shown(position);
    const rate = run.rateAt(step);
    write(this.cells.step, count(run.stepAt(step)));
    write(this.cells.value, steady(run.values[step]));
    write(this.cells.gradient, steady(run.slopeSize(step)));
    write(this.cells.curvature, steady(run.curvatures[step]));
    write(this.cells.rate, number(rate));
    write(this.cells.bound, number(run.bounds[step]));
    const isPassed = rate > run.bounds[step];
    this.figures.classList.toggle("passed", isPassed);
    const now = performance.now();
    if (isPlaying && now - this.#painted < 100) return;
    this.#painted = now;
    this.#rows.forEach(({ cells }, place) => {
      const each = this.#runs[place];
      const at = each.shown(position);
      write(cells.value, steady(each.values[at]));
      write(cells.gradient, steady(each.slopeSize(at)));
    });
  }
}
