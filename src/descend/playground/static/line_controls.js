// The panel of the line: which data, which model, how it descends.

import { Choice, Flag, Parameters, Slider, button, numberField, showBound } from "./controls.js";
import { element, show, write } from "./dom.js";
import { number } from "./format.js";
import { texts } from "./texts.js";

const say = texts.line;
const LISTED = 100;

/** Controls that read and write one state; `change(part, kind)` is told of each change. */
export class LineControls {
  constructor(catalogue, sets, change) {
    this.catalogue = catalogue;
    this.change = change;
    this.state = null;
    const losses = Object.entries(say.losses);
    const set = (key, kind = "fit") => (value) => this.change({ [key]: value }, kind);
    this.sets = new Choice({ label: say.sets, options: [["", say.own], ...sets.map((name) => [name, texts.sets[name]])], value: "", onInput: set("data", "data") });
    this.degree = new Slider({ label: say.degree, low: 1, high: 9, value: 1, scale: "whole", onInput: set("degree") });
    this.loss = new Choice({ label: say.loss, options: losses, value: losses[0][0], onInput: set("loss") });
    this.optimizer = new Choice({ label: texts.hill.optimizer, options: catalogue.optimizers.map((each) => [each.name, each.label]), value: "", onInput: set("optimizer") });
    this.rate = new Slider({ label: texts.hill.rate, low: 1e-6, high: 10, value: 0.1, scale: "log", onInput: set("rate") });
    this.boundMark = element("span", { class: "mark", "aria-hidden": "true" });
    this.boundText = element("span", { class: "bound-text" });
    this.rate.marks.append(this.boundMark);
    this.rate.marks.after(this.boundText);
    this.auto = new Flag({ label: texts.hill.auto, value: false, onInput: (isAuto) => this.change({ rate: isAuto ? "auto" : this.rate.value }, "fit") });
    this.parameters = new Parameters((name, value) => this.#setParameter(name, value));
    this.batch = new Choice({ label: say.batch, options: Object.entries({ full: say.batches.full, one: say.batches.one, some: say.batches.some }), value: "full", onInput: (kind) => this.#setBatch(kind) });
    this.some = new Slider({ label: say.batchPoints, low: 2, high: 256, value: 10, scale: "whole", isLogWhole: true, onInput: set("batch") });
    this.seed = new Slider({ label: texts.hill.seed, low: 0, high: 99, value: 0, scale: "whole", onInput: set("seed") });
    this.steps = new Slider({ label: texts.hill.steps, low: 1, high: catalogue.limits?.steps ?? 10000, value: 100, scale: "whole", isLogWhole: true, onInput: set("steps") });
    this.scaling = new Flag({ label: say.scaling, value: false, onInput: set("scaling") });
    this.across = new Choice({ label: say.across, options: [], value: "0", onInput: (place) => this.#setPair(0, Number(place)) });
    this.up = new Choice({ label: say.up, options: [], value: "1", onInput: (place) => this.#setPair(1, Number(place)) });
    this.pair = element("div", { class: "row pair" }, this.across.node, this.up.node);
    this.conditions = { as_given: element("dd"), scaled: element("dd") };
    const condition = element("dl", { class: "condition", "aria-label": say.condition },
      element("dt", {}, `${say.condition}, ${say.asGiven}`), this.conditions.as_given, element("dt", {}, `${say.condition}, ${say.scaled}`), this.conditions.scaled);
    this.general = element("p", { class: "error general", role: "alert" });
    this.#makePoints();
    this.startRows = element("div", { class: "start-rows" });
    this.startComplaint = element("p", { class: "error", role: "alert" });
    this.starts = element("details", {}, element("summary", {}, say.start), this.startRows, this.startComplaint,
      element("div", { class: "row" }, button(say.startAtZero, () => this.change({ start: null }, "fit"))));
    this.panel = element("form", { class: "panel", "aria-label": texts.hill.settings },
      element("div", { class: "group" }, this.sets.node, this.degree.node, this.loss.node, this.scaling.node, condition),
      element("div", { class: "group" }, this.optimizer.node, this.rate.node, this.auto.node, this.parameters.node, this.batch.node, this.some.node, this.seed.node, this.steps.node),
      this.starts, this.points);
    this.panel.addEventListener("submit", (event) => event.preventDefault());
  }

  #makePoints() {
    this.file = element("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", id: "csv-file", "aria-describedby": "csv-hint" });
    this.file.addEventListener("change", () => this.file.files[0] && this.change({ file: this.file.files[0] }, "file"));
    this.fileError = element("p", { class: "error", role: "alert" });
    this.columns = element("div", { class: "row" });
    this.pointCount = element("span", { class: "count" });
    this.pointRows = element("div", { class: "start-rows" });
    this.points = element("details", {}, element("summary", {}, say.points, this.pointCount),
      element("div", { class: "control" }, element("label", { for: "csv-file" }, say.file), this.file, element("p", { class: "hint", id: "csv-hint" }, say.fileHint)),
      this.fileError, this.columns,
      element("div", { class: "row" }, button(say.addPoint, () => this.change({ act: "add" }, "points")), button(say.clear, () => this.change({ act: "clear" }, "points"))), this.pointRows);
  }

  /** Offer the columns of a file for x and y. */
  offerColumns(columns, chosen, onInput) {
    const options = columns.map((name) => [name, name]);
    const choices = [say.xColumn, say.yColumn].map((label, place) => new Choice({ label, options, value: chosen[place], onInput: (name) => onInput(place, name) }));
    show(this.columns, choices.map((choice) => choice.node));
  }

  #setParameter(name, value) {
    const { parameters, optimizer } = this.state;
    this.change({ parameters: { ...parameters, [optimizer]: { ...parameters[optimizer], [name]: value } } }, "fit");
  }

  #setBatch(kind) {
    this.change({ batch: { full: "full", one: 1, some: this.some.value }[kind] }, "fit");
  }

  #setPair(axis, place) {
    const pair = this.state.pair[0].slice();
    // The two differ: the other one takes the place that is left.
    if (pair[1 - axis] === place) pair[1 - axis] = pair[axis];
    pair[axis] = place;
    this.change({ pair: [pair] }, "fit");
  }

  show(state, points, names) {
    this.state = state;
    this.sets.set(state.points ? "" : state.data);
    for (const name of ["degree", "steps", "seed"]) this[name].set(state[name]);
    this.loss.set(state.loss);
    this.optimizer.set(state.optimizer);
    const kind = this.catalogue.optimizers.find((each) => each.name === state.optimizer);
    if (this.offered !== state.optimizer) this.parameters.offer(kind, state.parameters[state.optimizer]);
    this.offered = state.optimizer;
    if (state.rate !== "auto") this.rate.set(state.rate);
    this.auto.set(state.rate === "auto");
    this.rate.isDisabled = state.rate === "auto";
    const isSome = state.batch !== "full" && state.batch !== 1;
    this.batch.set(state.batch === "full" ? "full" : isSome ? "some" : "one");
    if (isSome) this.some.set(state.batch);
    this.some.node.hidden = !isSome;
    this.seed.node.hidden = state.batch === "full";
    this.scaling.set(state.scaling);
    this.conditions.as_given.classList.toggle("used", !state.scaling);
    this.conditions.scaled.classList.toggle("used", state.scaling);
    this.#showPair(state, names);
    this.#showPoints(points);
  }

  #showPair(state, names) {
    const all = names ?? Array.from({ length: state.degree + 1 }, (_, power) => (power === 0 ? "1" : power === 1 ? "x" : `x^${power}`));
    const options = all.map((name, place) => [String(place), name]);
    const [across, up] = state.pair[0];
    this.#showStart(state, all);
    this.across.offer(options, String(across));
    this.up.offer(options, String(up));
  }

  #showStart(state, names) {
    if (this.startRows.contains(document.activeElement)) return;
    const start = state.start?.[0] ?? names.map(() => 0);
    show(this.startRows, names.map((name, place) => element("div", { class: "start-row" }, element("span", { "aria-hidden": "true" }, name),
      numberField(say.startOf(name), start[place] ?? 0, (given) => this.change({ start: [names.map((_, at) => (at === place ? given : start[at] ?? 0))] }, "fit")))));
  }

  #showPoints(points) {
    write(this.pointCount, String(points.length));
    if (this.pointRows.contains(document.activeElement)) return;
    const rows = points.slice(0, LISTED).map((point, place) => element("div", { class: "start-row" },
      ["x", "y"].map((name, axis) => numberField(say.point(place + 1, name), point[axis], (given) => this.change({ place, axis, given }, "point"))),
      button("×", () => this.change({ place }, "remove"), { "aria-label": say.removePoint(place + 1), class: "quiet" })));
    show(this.pointRows, rows, points.length > LISTED ? element("p", { class: "hint" }, texts.figures.more(points.length - LISTED)) : null);
  }

  showCondition({ as_given: given, scaled }) {
    write(this.conditions.as_given, given === null ? "∞" : number(given));
    write(this.conditions.scaled, scaled === null ? "∞" : number(scaled));
  }

  showBound(bound, rate) {
    showBound(this, bound, rate);
  }

  /** Say what the server refuses, beside the field that it names; null where nothing is wrong. */
  complain(error) {
    const places = {
      degree: this.degree.complaint, loss: this.loss.complaint, rate: this.rate.complaint, steps: this.steps.complaint, optimizer: this.optimizer.complaint,
      batch_size: this.batch.complaint, scaling: this.scaling.complaint, parameters: this.across.complaint, seed: this.seed.complaint,
    };
    for (const place of Object.values(places)) place.say(null);
    write(this.general, "");
    write(this.startComplaint, "");
    if (!error) return;
    if (error.field === "start") {
      this.starts.open = true;
      write(this.startComplaint, error.message);
      return;
    }
    const parts = (error.field ?? "").split(/[.[\]]+/).filter(Boolean);
    const target = (parts.length > 1 && this.parameters.controls.get(parts.at(-1))?.complaint) || places[parts[0]];
    if (target) target.say(error.message);
    else write(this.general, error.message);
  }
}
