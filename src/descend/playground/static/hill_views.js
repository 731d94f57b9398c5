// What the hill is seen by: from above and in 3-D, or as a curve; and its values against steps.

import { ContourView } from "./contour.js";
import { CurveView } from "./curve.js";
import { Drops } from "./drops.js";
import { SurfaceView } from "./surface.js";
import { ValueChart } from "./chart.js";
import { element, write } from "./dom.js";
import { number } from "./format.js";
import { player } from "./player.js";
import { shadeOf } from "./shade.js";
import { stageOf } from "./stage.js";
import { texts } from "./texts.js";

const say = texts.hill;

/** The views of a function of one or two variables, and of the runs on it. */
export class HillViews {
  #names = [];
  #formula = "";
  #stationary = {};

  /** `points()` are the starts; `act` is what `Drops` calls. */
  constructor(points, act) {
    const above = stageOf(say.above, say.viewHelp, "contour");
    const curve = stageOf(say.curve, say.viewHelp, "curve");
    const surface = stageOf(say.surface, say.surfaceHelp, "surface");
    const chart = element("div", { class: "plot chart", role: "img" });
    const hover = element("p", { class: "hover", "aria-hidden": "true" });
    this.compressed = element("p", { class: "hint compressed" }, say.compressed);
    const marks = element("ul", { class: "key inline marks" }, Object.entries(say.marks).map(([sign, text]) =>
      element("li", {}, element("span", { "aria-hidden": "true" }, sign), element("span", {}, text))));
    this.figures = {
      above: element("figure", { class: "area-above" }, element("figcaption", {}, say.above, hover), above.host, marks, above.help),
      curve: element("figure", { class: "area-curve" }, element("figcaption", {}, say.curve), curve.host, curve.help),
      surface: element("figure", { class: "area-surface" }, element("figcaption", {}, say.surface, this.compressed), surface.host, surface.help),
      chart: element("figure", { class: "area-chart" }, element("figcaption", {}, texts.chart.title), chart),
    };
    this.contour = new ContourView(above.host);
    this.curve = new CurveView(curve.host);
    this.surface = new SurfaceView(surface.host, () => player.invalidate());
    this.chart = new ValueChart(chart);
    this.chart.onSeek = (step) => player.seek(Math.round(step));
    const place = (point) => (point ? this.#names.map((name, axis) => `${name} ${number(point[axis])}`).join("  ") : "");
    new Drops(this.contour, { points, act, texts: say, hover: (point) => write(hover, place(point)) });
    new Drops(this.curve, { points, act, texts: say, fits: (point) => [point[0]] });
  }

  get #isPlane() {
    return this.#names.length === 2;
  }

  /** Take an answer of `/api/function`. */
  setFunction(answer, starts) {
    this.#names = answer.names;
    const { shade, low, high, isCompressed } = shadeOf(answer.arrays.heights.data);
    if (answer.formula !== this.#formula) this.#stationary = {};
    this.#formula = answer.formula;
    const field = { ...answer, ...this.#stationary, heights: answer.arrays.heights, shade, low, high };
    this.compressed.hidden = !isCompressed;
    this.contour.setRuns([], starts);
    this.curve.setRuns([], starts);
    this.surface.setRuns([]);
    if (this.#isPlane) {
      this.contour.setField(field);
      this.surface.setField(field);
    } else this.curve.setField(field);
  }

  /** Take an answer of `/api/stationary`. */
  setStationary({ minima, saddles }) {
    this.#stationary = { minima, saddles };
    (this.#isPlane ? this.contour : this.curve).setStationary(this.#stationary);
  }

  /** Take runs, of which there may be fewer steps yet than there will be. */
  setRuns(runs, starts, steps) {
    const view = this.#isPlane ? this.contour : this.curve;
    view.setRuns(runs, starts);
    this.surface.setRuns(runs);
    this.chart.setSeries(runs, steps);
  }

  /** Show starts before their runs are there. */
  setStarts(starts) {
    this.contour.starts = starts;
    this.curve.starts = starts;
    player.invalidate();
  }

  showArrows(which) {
    for (const view of [this.contour, this.curve]) Object.assign(view.arrows, which);
    player.invalidate();
  }

  select(place) {
    for (const view of [this.contour, this.curve, this.surface, this.chart]) view.selected = place;
    this.chart.redraw();
    player.invalidate();
  }

  draw(position) {
    if (this.#isPlane) {
      this.contour.draw(position);
      this.surface.draw(position);
    } else this.curve.draw(position);
    this.chart.draw(position);
  }
}
