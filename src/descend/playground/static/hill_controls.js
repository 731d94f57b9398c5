// The panel of the hill: which optimizer, how fast, from where.

import { Choice, Flag, Parameters, Slider, TextField, button, numberField, showBound } from "./controls.js";
import { drawn, element, show, write } from "./dom.js";
import { texts } from "./texts.js";

const say = texts.hill;
const SLOWEST = 1e-4;
const FASTEST = 10;

function arrowMark(isHollow, kind = "") {
  return drawn("svg", { viewBox: "0 0 30 12", class: `arrow-mark ${kind}`, "aria-hidden": "true" },
    drawn("path", { d: "M1 6h19", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": isHollow ? "4 2.5" : null }),
    drawn("path", { d: "M20 1.5 29 6l-9 4.5z", fill: isHollow ? "none" : "currentColor", stroke: "currentColor", "stroke-width": 1.4 }));
}

function group(legend, ...children) {
  return element("fieldset", {}, element("legend", {}, legend), ...children);
}

/** Controls that read and write one state; `change(part, kind)` is told of each change. */
export class HillControls {
  constructor(catalogue, change) {
    this.catalogue = catalogue;
    this.change = change;
    this.state = null;
    this.#makeFormula();
    this.#makeOptimizer();
    this.#makeGradient();
    this.#makeRace();
    this.#makeStarts();
    this.general = element("p", { class: "error general", role: "alert" });
    const arrows = group(say.arrows, ...this.shown.map((each) => each.node));
    this.panel = element("form", { class: "panel", "aria-label": say.settings },
      element("div", { class: "group" }, this.optimizer.node, this.summary, this.rate.node, this.auto.node, this.parameters.node),
      element("div", { class: "group" }, this.schedule.node, this.scheduleParameters.node, this.steps.node, this.noise.node, this.seed.node, this.ascent.node),
      arrows, this.race, this.startList, this.windowFrame);
    this.panel.addEventListener("submit", (event) => event.preventDefault());
  }

  kind(name) {
    return this.catalogue.optimizers.find((each) => each.name === name);
  }

  scheduleKind(name) {
    return this.catalogue.schedules.find((each) => each.name === name);
  }

  #makeFormula() {
    const { landmarks } = this.catalogue;
    this.formula = new TextField({ label: say.formula, value: "", hint: say.formulaHint, onInput: (formula) => this.change({ formula, window: null }, "formula") });
    this.landmark = new Choice({
      label: say.landmarks, value: "",
      options: [["", say.chooseLandmark], ...landmarks.map((each) => [each.name, each.label])],
      onInput: (name) => {
        const landmark = landmarks.find((each) => each.name === name);
        if (!landmark) return;
        this.change({ formula: landmark.formula ?? name, window: landmark.window ?? null, starts: null, ...(landmark.rate ? { rate: landmark.rate } : {}) }, "formula");
      },
    });
    this.bar = element("div", { class: "formula-bar" }, this.formula.node, this.landmark.node);
  }

  #makeOptimizer() {
    const { optimizers, schedules } = this.catalogue;
    this.optimizer = new Choice({
      label: say.optimizer, options: optimizers.map((each) => [each.name, each.label]), value: "",
      onInput: (optimizer) => this.change({ optimizer, race: this.state.race.filter((each) => each !== optimizer) }, "optimizer"),
    });
    this.summary = element("p", { class: "hint summary" });
    this.rate = new Slider({ label: say.rate, low: SLOWEST, high: FASTEST, value: 0.1, scale: "log", onInput: (rate) => this.change({ rate }, "runs") });
    this.boundMark = element("span", { class: "mark", "aria-hidden": "true" });
    this.boundText = element("span", { class: "bound-text" });
    this.rate.marks.append(this.boundMark);
    this.rate.marks.after(this.boundText);
    this.auto = new Flag({ label: say.auto, value: false, onInput: (isAuto) => this.change({ rate: isAuto ? "auto" : this.rate.value }, "runs") });
    this.parameters = new Parameters((name, value) => this.#setParameter(this.state.optimizer, name, value));
    this.schedule = new Choice({
      label: say.schedule, value: "", options: [["", say.constant], ...schedules.map((each) => [each.name, each.label])],
      onInput: (schedule) => this.change({ schedule, ...(this.state.rate === "auto" ? { rate: this.rate.value } : {}) }, "runs"),
    });
    this.scheduleParameters = new Parameters((name, value) => this.#setParameter("schedule", name, value));
    const shown = (name, label, value, mark = null) => new Flag({ label, value, mark, onInput: (isOn) => this.change({ [name]: isOn }, "arrows") });
    this.shown = [
      shown("gradient", say.gradientArrow, true, arrowMark(false)), shown("momentum", say.momentumArrow, true, arrowMark(true)),
      shown("step", say.stepArrow, false, arrowMark(false, "of-path")), shown("path", say.path, true),
    ];
  }

  #setParameter(kind, name, value) {
    const parameters = { ...this.state.parameters, [kind]: { ...this.state.parameters[kind], [name]: value } };
    this.change({ parameters }, "runs");
  }

  #makeGradient() {
    const most = this.catalogue.limits?.steps ?? 10000;
    this.steps = new Slider({ label: say.steps, low: 1, high: most, value: 150, scale: "whole", isLogWhole: true, onInput: (steps) => this.change({ steps }, "runs") });
    this.noise = new Slider({ label: say.noise, low: 0, high: 5, value: 0, onInput: (noise) => this.change({ noise }, "runs") });
    this.seed = new Slider({ label: say.seed, low: 0, high: 99, value: 0, scale: "whole", onInput: (seed) => this.change({ seed }, "runs") });
    this.ascent = new Flag({ label: say.ascent, value: false, onInput: (ascent) => this.change({ ascent }, "runs") });
  }

  #makeRace() {
    this.racers = new Map(this.catalogue.optimizers.map(({ name, label }) => [name, new Flag({
      label, value: false,
      onInput: (isIn) => this.change({ race: isIn ? [...this.state.race, name] : this.state.race.filter((each) => each !== name) }, "drop"),
    })]));
    const others = () => this.catalogue.optimizers.map((each) => each.name).filter((name) => name !== this.state.optimizer);
    this.raceCount = element("span", { class: "count" });
    this.race = element("details", {}, element("summary", {}, say.race, this.raceCount), element("p", { class: "hint" }, say.raceHint),
      element("div", { class: "row" }, button(say.all, () => this.change({ race: others() }, "drop")), button(say.none, () => this.change({ race: [] }, "drop"))),
      element("div", { class: "racers" }, [...this.racers.values()].map((each) => each.node)));
  }

  #makeStarts() {
    this.startCount = element("span", { class: "count" });
    this.startRows = element("div", { class: "start-rows" });
    const acts = [[say.add, "add"], [say.scatter, "scatter"], [say.keepOne, "one"]];
    this.startError = element("p", { class: "error", role: "alert" });
    this.startList = element("details", {}, element("summary", {}, say.starts, this.startCount),
      element("div", { class: "row" }, acts.map(([label, act]) => button(label, () => this.change({ act }, "starts")))), this.startRows, this.startError);
    this.windowRows = element("div", { class: "start-rows" });
    this.windowError = element("p", { class: "error", role: "alert" });
    const zooms = [[say.zoomIn, 0.6], [say.zoomOut, 1 / 0.6], [say.wholeWindow, null]];
    this.windowFrame = element("details", {}, element("summary", {}, say.window), this.windowRows,
      element("div", { class: "row" }, zooms.map(([label, zoom]) => button(label, () => this.change({ zoom }, "zoom")))), this.windowError);
  }

  /** Show a state, and the names and the window of its function. */
  show(state, names, window) {
    this.state = state;
    this.formula.set(state.formula);
    this.landmark.set(this.catalogue.landmarks.find((each) => each.formula === state.formula || each.name === state.formula)?.name ?? "");
    this.optimizer.set(state.optimizer);
    const kind = this.kind(state.optimizer);
    write(this.summary, kind?.summary ?? "");
    if (this.offered !== state.optimizer) this.parameters.offer(kind, state.parameters[state.optimizer]);
    else this.#refresh(this.parameters, kind, state.parameters[state.optimizer]);
    this.offered = state.optimizer;
    if (state.rate !== "auto") this.rate.set(state.rate);
    this.auto.set(state.rate === "auto");
    this.schedule.set(state.schedule);
    const schedule = this.scheduleKind(state.schedule);
    if (this.offeredSchedule !== state.schedule) this.scheduleParameters.offer(schedule, state.parameters.schedule);
    else this.#refresh(this.scheduleParameters, schedule, state.parameters.schedule);
    this.offeredSchedule = state.schedule;
    this.rate.isDisabled = state.rate === "auto" || schedule?.takes_rate === false;
    this.auto.box.disabled = Boolean(state.schedule);
    for (const name of ["steps", "noise", "seed", "ascent"]) this[name].set(state[name]);
    this.seed.node.hidden = !(state.noise > 0);
    for (const [name, racer] of this.racers) {
      racer.set(name === state.optimizer || state.race.includes(name));
      racer.box.disabled = name === state.optimizer;
    }
    write(this.raceCount, state.race.length ? String(state.race.length + 1) : "");
    if (names) this.#showLists(state, names, window);
  }

  #refresh(parameters, kind, values = {}) {
    for (const each of kind?.parameters ?? []) parameters.controls.get(each.name)?.set(values[each.name] ?? each.default);
  }

  #showLists(state, names, window) {
    write(this.startCount, String(state.starts?.length ?? 0));
    if (!this.startRows.contains(document.activeElement)) {
      show(this.startRows, (state.starts ?? []).map((start, place) => element("div", { class: "start-row" },
        start.map((value, axis) => numberField(say.start(place + 1, names[axis]), value, (given) => this.change({ place, axis, given }, "start"))),
        button("×", () => this.change({ place }, "remove"), { "aria-label": say.remove(place + 1), class: "quiet" }))));
    }
    if (!this.windowRows.contains(document.activeElement)) {
      show(this.windowRows, (window ?? []).map(([low, high], axis) => element("div", { class: "start-row" },
        [[say.low, low, 0], [say.high, high, 1]].map(([label, value, end]) => element("label", {}, element("span", {}, label(names[axis])),
          numberField(label(names[axis]), value, (given) => this.change({ axis, end, given }, "window")))))));
    }
  }

  /** Mark 2/L on the rate's slider, and say when the rate is beyond it. */
  showBound(bound, rate) {
    showBound(this, bound, rate);
  }

  /** Say what the server refuses, beside the field that it names; null where nothing is wrong. */
  complain(error, fields) {
    const places = {
      formula: this.formula.complaint, rate: this.rate.complaint, steps: this.steps.complaint, noise: this.noise.complaint,
      seed: this.seed.complaint, schedule: this.schedule.complaint, optimizers: this.optimizer.complaint, ascent: this.ascent.complaint,
    };
    const plainPlaces = { starts: this.startError, window: this.windowError, "": this.general };
    const field = error?.field ?? "";
    // A field may stand in another: "optimizers[0].parameters.mu".
    const parts = field.split(/[.[\]]+/).filter(Boolean);
    const inner = this.parameters.controls.get(parts.at(-1)) ?? this.scheduleParameters.controls.get(parts.at(-1));
    const target = parts.length > 1 && inner ? inner.complaint : places[parts[0]] ?? null;
    for (const name of fields) {
      places[name]?.say(null);
      if (plainPlaces[name]) write(plainPlaces[name], "");
    }
    write(this.general, "");
    if (!error) return;
    if (target) target.say(error.message);
    else write(plainPlaces[parts[0] ?? ""] ?? this.general, error.message);
    if (parts[0] === "starts") this.startList.open = true;
    if (parts[0] === "window") this.windowFrame.open = true;
  }
}
