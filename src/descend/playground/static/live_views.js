// What a watched descent is seen by: its loss, score and rate by step, its weights, and the path of two.

import { Choice } from "./controls.js";
import { element, write } from "./dom.js";
import { capitalised, count } from "./format.js";
import { Moments } from "./moments.js";
import { MomentsTable } from "./moments_table.js";
import { StepChart } from "./step_chart.js";
import { WeightBars } from "./weight_bars.js";
import { WeightPath } from "./weight_path.js";
import { texts } from "./texts.js";

const say = texts.live;
const COLOURS = { loss: "#d9480f", score: "#0b8f6a", rate: "#b5307f" };

/** Pictures and a table of moments; `redraw()` is called when other weights are chosen. */
export class LiveViews {
  #chosen = null;
  #offered = "";

  constructor(redraw) {
    this.charts = {};
    this.figures = {};
    for (const name of ["loss", "score", "rate"]) {
      const host = element("div", { class: "plot step-chart", role: "img" });
      this.figures[name] = element("figure", { class: `area-${name}` }, element("figcaption", {}, say.columns[name] ?? ""), host);
      this.charts[name] = new StepChart(host, say.chart[name], COLOURS[name]);
    }
    this.bars = new WeightBars();
    this.some = element("p", { class: "hint" });
    this.figures.weights = element("figure", { class: "area-weights" }, element("figcaption", {}, say.weights), this.bars.node, this.some);
    const plane = element("div", { class: "plot plane", role: "img" });
    this.plane = new WeightPath(plane);
    this.axes = [say.across, say.up].map((label, axis) => new Choice({ label, options: [], value: "", onInput: (place) => {
      this.#chosen = this.#pair.map((each, other) => (other === axis ? Number(place) : each));
      redraw();
    } }));
    this.most = element("p", { class: "hint" }, say.most);
    this.figures.path = element("figure", { class: "area-path" }, element("figcaption", {}, say.path), plane, element("div", { class: "pair row" }, this.axes.map((axis) => axis.node)), this.most);
    this.table = new MomentsTable();
    this.node = element("div", { class: "live-grid" }, Object.values(this.figures), this.table.node);
    this.node.hidden = true;
  }

  #pair = [0, 1];

  /** Choose two weights for the path, null for those that moved most. */
  choose(pair) {
    this.#chosen = pair;
  }

  show(moments, { unit, quantity, metric, total, run }) {
    this.node.hidden = false;
    this.figures.score.hidden = metric === null;
    write(this.figures.loss.firstChild, capitalised(quantity));
    write(this.figures.score.firstChild, capitalised(metric ?? ""));
    for (const [name, chart] of Object.entries(this.charts)) chart.show(moments.steps, moments[name], unit);
    const shown = this.bars.show(moments);
    write(this.some, shown < moments.slopes.length ? say.some(count(shown), count(total), moments.names.length < total ? count(moments.names.length) : null) : "");
    this.#showPath(moments, run);
    this.table.show(moments, { unit, quantity, metric }, this.#pair.filter((place) => place < moments.names.length));
  }

  #showPath(moments, run) {
    const { names } = moments;
    this.figures.path.hidden = names.length < 2;
    this.node.classList.toggle("of-one", names.length < 2);
    if (names.length < 2) return;
    this.#pair = this.#chosen ?? Moments.largest(moments.slopes, moments.spans(), 2).sort((a, b) => a - b);
    this.most.hidden = this.#chosen !== null;
    const offered = `${run} ${names.length} ${names[0]}`;
    if (offered !== this.#offered) {
      this.#offered = offered;
      for (const axis of this.axes) axis.offer(names.map((name, place) => [String(place), name]), "0");
    }
    this.#pair.forEach((place, axis) => this.axes[axis].select.value !== String(place) && this.axes[axis].set(String(place)));
    this.plane.show(moments.weights.map((row) => this.#pair.map((place) => row[place])), this.#pair.map((place) => names[place]));
    this.plane.host.setAttribute("aria-label", say.pathLabel(...this.#pair.map((place) => names[place])));
  }
}
