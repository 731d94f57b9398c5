// The room of the hill: from a state to questions, from answers to views.

import { Channel, Refusal } from "./api.js";
import { BasinsMap } from "./basins.js";
import { ContourView } from "./contour.js";
import { CurveView } from "./curve.js";
import { Derivatives } from "./derivatives.js";
import { Drops } from "./drops.js";
import { HillControls } from "./hill_controls.js";
import { NumbersTable } from "./table.js";
import { RateMap } from "./map.js";
import { Readout } from "./readout.js";
import { Share } from "./share.js";
import { SurfaceView } from "./surface.js";
import { Transport } from "./transport.js";
import { ValueChart } from "./chart.js";
import { debounced, element, freshId, write } from "./dom.js";
import { number, pointText, rounded } from "./format.js";
import { player } from "./player.js";
import { runsOf } from "./runs.js";
import { shadeOf } from "./shade.js";
import { texts } from "./texts.js";

const say = texts.hill;
const RESOLUTION = 160;

/** A stage for a plot that is used with the keyboard, too. */
export function stageOf(label, help, kind) {
  const helpId = freshId("help");
  const host = element("div", { class: `stage ${kind}`, tabindex: "0", role: "application", "aria-label": label, "aria-describedby": helpId });
  return { host, help: element("p", { class: "hidden", id: helpId }, help) };
}

/** Formulas of one or two variables, and descents on them. */
export class HillRoom {
  #functions = new Channel("/api/function");
  #runsChannel = new Channel("/api/runs");
  #explanations = new Channel("/api/explain");
  #runs = [];
  #selected = 0;
  #function = null;
  #ask = debounced((then) => this.#askRuns(then), 30);
  #later = debounced(() => this.#refreshMaps(), 350);

  constructor(catalogue, { remember, announce }) {
    this.catalogue = catalogue;
    this.remember = () => remember(this.state);
    this.announce = announce;
    this.controls = new HillControls(catalogue, (part, kind) => this.#changed(part, kind));
    this.transport = new Transport();
    this.readout = new Readout({ choose: (place) => this.#select(place), explain: (place) => this.#explain(place) });
    this.#makeViews();
    const replay = (patch) => this.#changed(patch, "drop");
    this.map = new RateMap({ catalogue, pick: replay, announce });
    this.basins = new BasinsMap({ drop: (point) => this.#add(point), announce });
    this.derivatives = new Derivatives();
    this.table = new NumbersTable();
    this.share = new Share(() => this.question());
    this.#lay();
  }

  #makeViews() {
    const above = stageOf(say.above, say.viewHelp, "contour");
    const curve = stageOf(say.curve, say.viewHelp, "curve");
    const surface = stageOf(say.surface, say.surfaceHelp, "surface");
    const chart = element("div", { class: "plot chart", role: "img" });
    this.hover = element("p", { class: "hover", "aria-hidden": "true" });
    this.compressed = element("p", { class: "hint compressed" }, say.compressed);
    this.figures = {
      above: element("figure", { class: "area-above" }, element("figcaption", {}, say.above, this.hover), above.host, above.help),
      curve: element("figure", { class: "area-curve" }, element("figcaption", {}, say.curve), curve.host, curve.help),
      surface: element("figure", { class: "area-surface" }, element("figcaption", {}, say.surface, this.compressed), surface.host, surface.help),
      chart: element("figure", { class: "area-chart" }, element("figcaption", {}, texts.chart.title), chart),
    };
    this.contour = new ContourView(above.host);
    this.curve = new CurveView(curve.host);
    this.surface = new SurfaceView(surface.host, () => player.invalidate());
    this.chart = new ValueChart(chart);
    this.chart.onSeek = (step) => player.seek(Math.round(step));
    const act = {
      add: (point) => this.#add(point), move: (place, point, isLast) => this.#move(place, point, isLast), remove: (place) => this.#remove(place),
      choose: (place) => this.#select(this.#runs.findIndex((run) => run.start === place)), announce: this.announce, redraw: () => player.invalidate(),
    };
    this.contour.drops = new Drops(this.contour, { points: () => this.state.starts ?? [], act, texts: say, hover: (point) => this.#hovered(point) });
    this.curve.drops = new Drops(this.curve, { points: () => this.state.starts ?? [], act, texts: say, fits: (point) => [point[0]] });
  }

  #lay() {
    const { above, curve, surface, chart } = this.figures;
    this.node = element("section", { class: "room hill", "aria-labelledby": "room-title" },
      element("div", { class: "room-head" }, element("h1", { id: "room-title" }, say.title), element("p", { class: "lead" }, say.lead)),
      this.controls.bar, this.controls.general,
      element("div", { class: "workbench" }, above, curve, this.transport.node, this.readout.node, surface, chart, this.controls.panel),
      element("div", { class: "more" }, this.map.node, this.basins.node, this.derivatives.node, this.table.node, this.share.node));
  }

  /** Come on stage in a state. */
  enter(state) {
    this.state = state;
    player.attach((position) => this.#draw(position), (isPlaying) => this.transport.show(isPlaying));
    this.map.watch();
    this.basins.watch();
    this.controls.show(state, null, null);
    this.#askFunction();
  }

  leave() {
    for (const channel of [this.#functions, this.#runsChannel, this.#explanations]) channel.drop();
    this.map.drop();
    this.basins.drop();
    player.pause();
  }

  /** What the server is asked for the runs of this state. */
  question() {
    const { state } = this;
    const takesRate = this.controls.scheduleKind(state.schedule)?.takes_rate !== false;
    return {
      formula: state.formula, starts: state.starts, rate: takesRate ? state.rate : "auto", noise: state.noise, seed: state.seed, steps: state.steps, ascent: state.ascent,
      optimizers: [state.optimizer, ...state.race].map((name) => ({ name, parameters: state.parameters[name] ?? {} })),
      schedule: state.schedule ? { name: state.schedule, parameters: state.parameters.schedule ?? {} } : null,
    };
  }

  #changed(part, kind) {
    const { state } = this;
    if (kind === "arrows") {
      for (const view of [this.contour, this.curve]) Object.assign(view.arrows, part);
      player.invalidate();
      return;
    }
    if (kind === "starts") this.#changeStarts(part.act);
    else if (kind === "start") this.#move(part.place, state.starts[part.place].map((value, axis) => (axis === part.axis ? part.given : value)), true);
    else if (kind === "remove") this.#remove(part.place);
    else if (kind === "zoom") this.#zoom(part.zoom);
    else if (kind === "window") this.#setEnd(part);
    else {
      Object.assign(state, part);
      this.#show();
      if (kind === "formula") this.#askFunction();
      else this.#ask(kind === "drop" ? "replay" : "stay");
    }
    this.remember();
  }

  #show() {
    this.controls.show(this.state, this.#function?.names, this.#function?.window);
  }

  #changeStarts(act) {
    const { state } = this;
    const random = () => this.#function.window.map(([low, high]) => rounded(low + Math.random() * (high - low)));
    if (act === "one") this.#setStarts(state.starts.slice(0, 1), "stay");
    else this.#setStarts([...state.starts, ...Array.from({ length: act === "scatter" ? 20 : 1 }, random)], "replay");
  }

  #zoom(factor) {
    const window = this.#function?.window;
    if (!window) return;
    const zoomed = ([low, high]) => [-1, 1].map((sign) => rounded((low + high) / 2 + (sign * factor * (high - low)) / 2, 4));
    this.state.window = factor === null ? null : window.map(zoomed);
    this.#askFunction("stay");
  }

  #setEnd({ axis, end, given }) {
    const window = structuredClone(this.#function.window);
    window[axis][end] = given;
    if (!(window[axis][0] < window[axis][1])) {
      this.controls.complain(new Refusal(texts.errors.window, "window"), []);
      return;
    }
    this.state.window = window;
    this.#askFunction("stay");
  }

  #fits(point) {
    return point.slice(0, this.#function.names.length).map((value) => rounded(value, 4));
  }

  #add(point) {
    if (!this.#function) return;
    this.#setStarts([...(this.state.starts ?? []), this.#fits(point)], "replay", true);
  }

  #move(place, point, isLast) {
    const starts = this.state.starts.slice();
    starts[place] = this.#fits(point);
    this.#setStarts(starts, isLast ? "replay" : "stay");
  }

  #remove(place) {
    if (this.state.starts.length < 2) return;
    this.#setStarts(this.state.starts.filter((_, index) => index !== place), "stay");
  }

  #setStarts(starts, then, isLastChosen = false) {
    const most = this.catalogue.limits?.balls ?? 200;
    if (starts.length > most) {
      this.controls.complain(new Refusal(texts.errors.balls(most), "starts"), []);
      return;
    }
    this.state.starts = starts;
    if (isLastChosen) this.#selected = starts.length - 1;
    this.contour.starts = starts;
    this.curve.starts = starts;
    player.invalidate();
    this.#show();
    this.remember();
    this.#ask(then);
  }

  #select(place) {
    if (place < 0 || place >= this.#runs.length) return;
    this.#selected = place;
    for (const view of [this.contour, this.curve, this.surface, this.chart]) view.selected = place;
    this.readout.select(place);
    this.table.select(place);
    this.chart.redraw();
    player.invalidate();
  }

  async #explain(place) {
    this.readout.explain(texts.figures.explaining);
    try {
      const answer = await this.#explanations.ask({ ...this.question(), run: place });
      if (answer) this.readout.explain(answer.explanation);
    } catch (error) {
      this.readout.explain(error.message);
    }
  }

  async #askFunction(then = "replay") {
    const { formula, window } = this.state;
    try {
      const answer = await this.#functions.ask({ formula, window, resolution: RESOLUTION });
      if (!answer) return;
      this.controls.complain(null, ["formula", "window"]);
      this.#take(answer);
      await this.#askRuns(then);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #take(answer) {
    this.#function = answer;
    const { names, window } = answer;
    const isPlane = names.length === 2;
    const { shade, low, high, isCompressed } = shadeOf(answer.arrays.heights.data);
    const field = { ...answer, heights: answer.arrays.heights, shade, low, high };
    this.node.classList.toggle("of-one", !isPlane);
    this.compressed.hidden = !isCompressed;
    const { state } = this;
    if (state.starts?.[0]?.length !== names.length) state.starts = firstStarts(window);
    this.contour.setRuns([], state.starts);
    this.curve.setRuns([], state.starts);
    this.surface.setRuns([]);
    if (isPlane) {
      this.contour.setField(field);
      this.surface.setField(field);
    } else this.curve.setField(field);
    this.derivatives.show(answer);
    this.#show();
  }

  async #askRuns(then) {
    if (!this.#function) return;
    try {
      const answer = await this.#runsChannel.ask(this.question());
      if (!answer) return;
      this.controls.complain(null, ["rate", "steps", "noise", "seed", "schedule", "optimizers", "starts"]);
      this.#takeRuns(answer, then);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #takeRuns(answer, then) {
    this.#runs = runsOf(answer);
    for (const run of this.#runs) run.ascent = this.state.ascent;
    const { starts } = this.state;
    const view = this.#function.names.length === 2 ? this.contour : this.curve;
    view.setRuns(this.#runs, starts);
    this.surface.setRuns(this.#runs);
    this.chart.setSeries(this.#runs);
    this.table.setRuns(this.#runs, this.#function.names);
    this.#selected = Math.min(this.#selected, this.#runs.length - 1);
    this.readout.setRuns(this.#runs, this.#selected);
    this.#select(this.#selected);
    player.extend((this.#runs[0]?.length ?? 1) - 1);
    if (then === "replay") player.replay();
    const chosen = this.#runs[this.#selected];
    if (chosen) this.announce(`${chosen.optimizer}, ${pointText(chosen.point(0))}: ${texts.status[chosen.status] ?? chosen.status}. ${chosen.sentence}`);
    this.#later();
  }

  #refreshMaps() {
    const names = this.#function?.names;
    if (!names) return;
    this.map.setQuestion(this.question(), this.state);
    this.basins.setQuestion({ ...this.question(), window: this.#function.window, names });
  }

  #refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    this.controls.complain(error, []);
  }

  #hovered(point) {
    const { heights } = this.#function?.arrays ?? {};
    if (!point || !heights) {
      write(this.hover, "");
      return;
    }
    const [x, y] = this.#function.names;
    write(this.hover, `${x} ${number(point[0])}  ${y} ${number(point[1])}`);
  }

  #draw(position) {
    if (this.#function?.names.length === 2) {
      this.contour.draw(position);
      this.surface.draw(position);
    } else this.curve.draw(position);
    this.chart.draw(position);
    this.transport.draw(position);
    this.readout.draw(position, player.isPlaying);
    const run = this.#runs[this.#selected];
    if (!run) return;
    const step = run.shown(position);
    this.controls.showBound(run.bounds[step], run.rateAt(step));
  }
}

/** Where the first ball lies on a hill that says nothing of it. */
function firstStarts(window) {
  return [window.map(([low, high], axis) => rounded(low + (axis === 0 ? 0.14 : 0.82) * (high - low)))];
}
