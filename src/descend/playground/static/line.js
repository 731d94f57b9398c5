// The room of the line: points, a polynomial over them, and its loss.

import { Channel, Refusal, table } from "./api.js";
import { ContourView } from "./contour.js";
import { DATA_SETS, dataSet } from "./data_sets.js";
import { Drops } from "./drops.js";
import { LineControls } from "./line_controls.js";
import { LineReadout } from "./line_readout.js";
import { startDrops } from "./line_start.js";
import { Run } from "./runs.js";
import { ScatterView } from "./scatter.js";
import { Share } from "./share.js";
import { Transport } from "./transport.js";
import { ValueChart } from "./chart.js";
import { debounced, element, write } from "./dom.js";
import { written } from "./address.js";
import { count, rounded } from "./format.js";
import { look } from "./colours.js";
import { player } from "./player.js";
import { shadeOf } from "./shade.js";
import { stageOf } from "./stage.js";
import { texts } from "./texts.js";

const say = texts.line;
// What an address holds of points, packed: longer ones are refused by servers on the way.
const IN_LINK = 1000;
const LONG = 2000;

// So many points are listed at once, without being asked for.
const FEW = 12;

/** Points, and the descent of a polynomial's loss. */
export class LineRoom {
  #channel = new Channel("/api/line");
  #answer = null;
  #run = null;
  #points = [];
  #columns = null;
  #window = null;
  #ask = debounced((then) => this.#askFit(then), 40);

  constructor(catalogue, { remember, announce }) {
    this.catalogue = catalogue;
    this.announce = announce;
    this.remember = () => remember(this.#addressed());
    this.controls = new LineControls(catalogue, DATA_SETS, (part, kind) => this.#changed(part, kind));
    this.transport = new Transport();
    this.#makeViews();
    this.readout = new LineReadout();
    this.share = new Share(() => this.question(), "/api/line");
    this.tooMany = element("p", { class: "hint" });
    this.share.node.append(this.tooMany);
    this.#lay();
  }

  #makeViews() {
    const data = stageOf(say.data, say.dataHelp, "scatter");
    const surface = stageOf(say.surface, say.surfaceHelp, "contour");
    const chart = element("div", { class: "plot chart", role: "img" });
    this.bestKey = element("span", {}, say.key.closed);
    const key = element("ul", { class: "key inline" }, element("li", {}, element("i"), element("span", {}, say.key.fit)), element("li", {}, element("i", { class: "closed" }), this.bestKey));
    this.surfaceLead = element("p", { class: "hint" }, say.surfaceLead);
    this.figures = {
      data: element("figure", { class: "area-above" }, element("figcaption", {}, say.data), data.host, data.help, key),
      surface: element("figure", { class: "area-surface" }, element("figcaption", {}, say.surface), surface.host, surface.help, this.controls.pair, element("p", { class: "hint" }, say.startLead), this.surfaceLead),
      chart: element("figure", { class: "area-chart" }, element("figcaption", {}, texts.chart.title), chart),
    };
    this.scatter = new ScatterView(data.host);
    this.contour = new ContourView(surface.host, { left: 52, right: 12, top: 18, bottom: 34 });
    Object.assign(this.contour.arrows, { gradient: false, momentum: false });
    this.chart = new ValueChart(chart, say.loss_);
    this.chart.onSeek = (step) => player.seek(Math.round(step));
    const act = {
      add: (point) => this.#setPoints([...this.#points, point.map((each) => rounded(each, 4))], { keepWindow: true }),
      move: (place, point, isLast) => this.#move(place, point.map((each) => rounded(each, 4)), isLast),
      remove: (place) => this.#remove(place), choose: () => {}, announce: this.announce, redraw: () => this.scatter.redraw(),
    };
    startDrops(this.contour, {
      points: () => this.#startOnSurface(), put: (point, isLast) => this.#putStart(point, isLast), clear: () => this.#changed({ start: null }, "fit"), announce: this.announce,
    });
    this.drops = new Drops(this.scatter, { points: () => this.#points, act, texts: { cursor: say.cursor, dropped: say.added, lifted: say.moved, removed: say.gone } });
  }

  #lay() {
    const { data, surface, chart } = this.figures;
    this.node = element("section", { class: "room line", "aria-labelledby": "line-title" },
      element("div", { class: "room-head" }, element("h1", { id: "line-title" }, say.title), element("p", { class: "lead" }, say.lead)), this.controls.general,
      element("div", { class: "workbench" }, data, this.transport.node, this.readout.node, surface, chart, this.controls.panel),
      element("div", { class: "more" }, this.share.node));
  }

  enter(state) {
    this.state = state;
    player.attach((position) => this.#draw(position), (isPlaying) => this.transport.show(isPlaying));
    if (!state.points && !DATA_SETS.includes(state.data)) state.data = DATA_SETS[0];
    this.#points = state.points ?? dataSet(state.data);
    this.#answer = null;
    this.scatter.setFit(null);
    this.scatter.setPoints(this.#points);
    this.controls.points.open = this.#points.length <= FEW;
    this.#show();
    this.#askFit("replay");
  }

  leave() {
    this.#channel.drop();
    player.pause();
  }

  #addressed() {
    const many = this.state.points?.length ?? 0;
    const state = many > IN_LINK ? { ...this.state, points: null } : this.state;
    const { length } = written("line", state);
    write(this.tooMany, many > IN_LINK ? texts.share.noPoints(count(IN_LINK)) : length > LONG ? texts.share.longLink(count(length)) : "");
    return state;
  }

  get #start() {
    return Array.from({ length: this.state.degree + 1 }, (_, place) => this.state.start?.[0][place] ?? 0);
  }

  #startOnSurface() {
    return this.#answer ? [this.state.pair[0].map((place) => this.#start[place])] : [];
  }

  // While it is dragged, the surface stays under the pointer.
  #putStart(point, isLast) {
    if (!this.#answer) return;
    const start = this.#start;
    this.state.pair[0].forEach((place, axis) => {
      start[place] = rounded(point[axis], 4);
    });
    this.#window = isLast ? null : this.#answer.window;
    this.contour.starts = [point];
    player.invalidate();
    this.#changed({ start: [start] }, "fit");
  }

  question() {
    const { degree, loss, optimizer, parameters, rate, batch, steps, scaling, pair, seed } = this.state;
    return {
      points: this.#points, degree, loss, optimizer: { name: optimizer, parameters: parameters[optimizer] ?? {} }, rate, batch_size: batch, steps, scaling,
      parameters: pair[0], window: this.#window, seed, start: this.state.start ? this.#start : null,
    };
  }

  #changed(part, kind) {
    if (kind === "file") {
      this.#read(part.file);
      return;
    }
    if (kind === "points") this.#changePoints(part.act);
    else if (kind === "point") this.#move(part.place, this.#points[part.place].map((value, axis) => (axis === part.axis ? part.given : value)), true);
    else if (kind === "remove") this.#remove(part.place);
    else {
      Object.assign(this.state, part);
      if (kind === "data") this.#choose(part.data);
      const [across, up] = this.state.pair[0];
      if (Math.max(across, up) > this.state.degree) this.state.pair = [[0, 1]];
      this.#show();
      this.#ask(kind === "data" ? "replay" : "stay");
    }
    this.remember();
  }

  #choose(name) {
    this.state.points = name === "" ? this.#points : null;
    if (name !== "") this.#points = dataSet(name);
    this.scatter.setPoints(this.#points);
  }

  #changePoints(act) {
    const [x, y] = this.scatter.plot.window.map(([low, high]) => rounded((low + high) / 2, 3));
    this.#setPoints(act === "clear" ? [] : [...this.#points, [x, y]], { keepWindow: true });
  }

  #move(place, point, isLast) {
    this.#setPoints(this.#points.map((each, index) => (index === place ? point : each)), { keepWindow: !isLast });
  }

  #remove(place) {
    this.#setPoints(this.#points.filter((_, index) => index !== place), { keepWindow: true });
  }

  #setPoints(points, options) {
    this.#points = points;
    this.state.points = points;
    this.scatter.setPoints(points, options);
    this.#show();
    this.remember();
    this.#ask("stay");
  }

  async #read(chosen) {
    write(this.controls.fileError, "");
    try {
      const { columns, points } = await table(chosen);
      if (columns.length < 2) throw new Refusal(say.noColumns);
      this.#columns = { points, chosen: [columns[0], columns[columns.length - 1]] };
      this.controls.offerColumns(columns, this.#columns.chosen, (place, name) => {
        this.#columns.chosen[place] = name;
        this.#takeColumns();
      });
      this.#takeColumns();
    } catch (error) {
      write(this.controls.fileError, error.message);
    }
  }

  #takeColumns() {
    const { points, chosen } = this.#columns;
    const [x, y] = chosen.map((name) => points[name]);
    const isThere = (value) => value !== null && Number.isFinite(value);
    this.#setPoints(x.map((value, place) => [value, y[place]]).filter((point) => point.every(isThere)), {});
  }

  #show() {
    this.controls.show(this.state, this.#points, this.#answer?.names.length === this.state.degree + 1 ? this.#answer.names : null);
  }

  async #askFit(then) {
    if (this.#points.length < 2) {
      this.#channel.drop();
      this.#answer = null;
      this.scatter.setFit(null);
      this.readout.say(say.few);
      return;
    }
    try {
      const answer = await this.#channel.ask(this.question());
      if (!answer) return;
      this.controls.complain(null);
      this.#take(answer, then);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.controls.complain(error);
    }
  }

  #take(answer, then) {
    this.#answer = answer;
    const { arrays, names, closed_form: closed, status, sentence } = answer;
    const pair = this.state.pair[0];
    const [length, width] = arrays.parameters.shape;
    const path = new Float32Array(2 * length);
    for (let step = 0; step < length; step += 1) pair.forEach((place, axis) => {
      path[2 * step + axis] = arrays.parameters.data[step * width + place];
    });
    this.#run = new Run({ status, steps: length - 1 }, { points: { shape: [1, length, 2], data: path }, values: arrays.values }, 0, look(0));
    const { shade } = shadeOf(arrays.heights.data);
    const minima = closed ? [{ point: pair.map((place) => closed[place]) }] : [];
    this.contour.setRuns([this.#run], [Array.from(this.#run.point(0))]);
    this.contour.setField({ heights: arrays.heights, shade, window: answer.window, names: pair.map((place) => names[place]), minima });
    this.surfaceLead.hidden = this.state.degree < 2;
    this.scatter.setFit(arrays);
    this.chart.setSeries([this.#run], length - 1);
    this.controls.showCondition(answer.condition);
    this.controls.showBound(answer.bound ?? NaN, answer.rate ?? NaN);
    this.readout.show(answer);
    this.#show();
    // Only squares have a closed form; other losses have a least value, found by descent.
    write(this.bestKey, answer.is_closed_form ? say.key.closed : say.key.least);
    player.extend(length - 1);
    if (then === "replay") player.replay();
    this.announce(`${texts.status[status] ?? status}. ${sentence}`);
  }

  #draw(position) {
    this.transport.draw(position);
    if (!this.#answer) return;
    this.scatter.draw(position);
    this.contour.draw(position);
    this.chart.draw(position);
    this.readout.draw(position);
  }
}
