// The room of the hill: from a state to questions, from answers to views.

import { Channel, Refusal } from "./api.js";
import { BasinsMap } from "./basins.js";
import { Derivatives } from "./derivatives.js";
import { HillControls } from "./hill_controls.js";
import { HillFacts } from "./hill_facts.js";
import { HillViews } from "./hill_views.js";
import { NumbersTable } from "./table.js";
import { RateMap } from "./map.js";
import { Readout } from "./readout.js";
import { Share } from "./share.js";
import { Transport } from "./transport.js";
import { debounced, element } from "./dom.js";
import { pointText, rounded } from "./format.js";
import { player } from "./player.js";
import { runsOf } from "./runs.js";
import { texts } from "./texts.js";

const say = texts.hill;
const RESOLUTION = 160;

/** Formulas of one or two variables, and descents on them. */
export class HillRoom {
  #functions = new Channel("/api/function");
  #runsChannel = new Channel("/api/runs");
  #explanations = new Channel("/api/explain");
  #runs = [];
  #selected = 0;
  #function = null;
  #uncompiled = [];
  #isBare = true;
  #ask = debounced((then) => this.#askRuns(then), 30);
  #later = debounced(() => this.#refreshMaps(), 350);

  constructor(catalogue, { remember, announce }) {
    this.catalogue = catalogue;
    this.remember = () => remember(this.state);
    this.announce = announce;
    this.controls = new HillControls(catalogue, (part, kind) => this.#changed(part, kind));
    this.transport = new Transport();
    this.readout = new Readout({ choose: (place) => this.#select(place), explain: (place) => this.#explain(place) });
    const act = {
      add: (point) => this.#add(point), move: (place, point, isLast) => this.#move(place, point, isLast), remove: (place) => this.#remove(place),
      choose: (place) => this.#select(this.#runs.findIndex((run) => run.start === place)), announce, redraw: () => player.invalidate(),
    };
    this.views = new HillViews(() => this.state.starts ?? [], act);
    const replay = (patch) => this.#changed(patch, "drop");
    this.map = new RateMap({ catalogue, pick: replay, announce });
    this.basins = new BasinsMap({ drop: (point) => this.#add(point), announce });
    this.derivatives = new Derivatives();
    this.facts = new HillFacts(this.derivatives, this.views, (error) => this.#refuse(error));
    this.table = new NumbersTable();
    this.share = new Share(() => this.#shown());
    this.#lay();
  }

  #lay() {
    const { above, curve, surface, chart } = this.views.figures;
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
    this.map.survey.watch();
    this.basins.survey.watch();
    this.controls.show(state, null, null);
    this.#askFunction();
  }

  leave() {
    for (const channel of [this.#functions, this.#runsChannel, this.#explanations]) channel.drop();
    this.facts.drop();
    this.map.survey.drop();
    this.basins.survey.drop();
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

  /** The question that repeats exactly what is shown, whatever loop the server has loaded since. */
  #shown() {
    return { ...this.question(), uncompiled: this.#uncompiled };
  }

  #changed(part, kind) {
    const { state } = this;
    if (kind === "arrows") {
      this.views.showArrows(part);
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
    this.views.setStarts(starts);
    this.#show();
    this.remember();
    this.#ask(then);
  }

  #select(place) {
    if (place < 0 || place >= this.#runs.length) return;
    this.#selected = place;
    this.readout.select(place);
    this.table.select(place);
    this.views.select(place);
  }

  async #explain(place) {
    this.readout.explain(texts.figures.explaining);
    try {
      const answer = await this.#explanations.ask({ ...this.#shown(), run: place });
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
      this.controls.complain(null, ["formula", "window", "starts"]);
      this.#take(answer);
      await this.#askRuns(then);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #take(answer) {
    this.#function = answer;
    const { names, window } = answer;
    this.node.classList.toggle("of-one", names.length === 1);
    const { state } = this;
    if (state.starts?.[0]?.length !== names.length) state.starts = firstStarts(window);
    this.views.setFunction(answer, state.starts);
    this.#isBare = true;
    this.derivatives.expect(answer.formula);
    this.#show();
  }

  async #askRuns(then) {
    if (!this.#function) return;
    try {
      // What takes long begins with its first steps: a slider never waits for the rest.
      const first = await this.#runsChannel.ask({ ...this.question(), preview: true });
      if (!first) return;
      this.controls.complain(null, ["rate", "steps", "noise", "seed", "schedule", "optimizers", "starts"]);
      this.#takeRuns(first, then);
      this.facts.ask(this.#function);
      if (first.is_whole) return;
      const whole = await this.#runsChannel.ask(this.question());
      if (whole) this.#takeRuns(whole, "stay");
    } catch (error) {
      this.#refuse(error);
      this.facts.ask(this.#function);
    }
  }

  #takeRuns(answer, then) {
    this.#runs = runsOf(answer);
    this.#uncompiled = answer.uncompiled;
    this.#isBare = false;
    for (const run of this.#runs) run.ascent = this.state.ascent;
    this.views.setRuns(this.#runs, this.state.starts, answer.steps);
    this.table.setRuns(this.#runs, this.#function.names);
    this.#selected = Math.min(this.#selected, this.#runs.length - 1);
    this.readout.setRuns(this.#runs, this.#selected);
    this.#select(this.#selected);
    player.extend(answer.steps);
    if (then === "replay") player.replay();
    const chosen = this.#runs[this.#selected];
    if (!answer.is_whole) return;
    if (chosen) this.announce(`${chosen.optimizer}, ${pointText(chosen.point(0))}: ${texts.status[chosen.status] ?? chosen.status}. ${chosen.sentence}`);
    this.#later();
  }

  #takeNone() {
    this.#runs = [];
    this.readout.setRuns([], 0);
    this.views.chart.setSeries([], 0);
  }

  #refreshMaps() {
    const names = this.#function?.names;
    if (!names) return;
    this.map.setQuestion(this.question(), this.state);
    this.basins.setQuestion({ ...this.question(), window: this.#function.window, names });
  }

  #refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    // what is told beside a new hill would be of the one before
    if (this.#isBare) this.#takeNone();
    this.controls.complain(error, []);
  }

  #draw(position) {
    this.views.draw(position);
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
