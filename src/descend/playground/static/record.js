// A recorded descent in a notebook: its landscape, its path, its numbers. It needs no kernel.

import { decoded } from "./api.js";
import { ContourView } from "./contour.js";
import { CurveView } from "./curve.js";
import { NumbersTable } from "./table.js";
import { Readout } from "./readout.js";
import { Run } from "./runs.js";
import { SurfaceView } from "./surface.js";
import { Transport } from "./transport.js";
import { ValueChart } from "./chart.js";
import { count } from "./format.js";
import { element } from "./dom.js";
import { listenToKeys } from "./keys.js";
import { look } from "./colours.js";
import { player } from "./player.js";
import { shadeOf } from "./shade.js";
import { stageOf } from "./stage.js";
import { stayWithin } from "./frame.js";
import { texts } from "./texts.js";

const say = texts.record;

/** A run of which some steps are recorded, with the lengths of its gradients. */
class RecordedRun extends Run {
  constructor(about, arrays, place, lookAt) {
    super(about, arrays, place, lookAt);
    const row = (name) => arrays[name].data.subarray(place * this.length, (place + 1) * this.length);
    this.norms = row("gradient_norms");
    this.rates = row("rates");
    this.places = arrays.steps.data;
    this.curvatures = this.norms.map(() => NaN);
    this.bounds = this.curvatures;
  }

  stepAt(row) {
    return Math.min(this.places[row], this.taken);
  }

  rateAt(row) {
    return this.rates[Math.max(0, Math.min(row, this.steps - 1))];
  }

  slopeSize(row) {
    return this.norms[row];
  }
}

/** The page of a record. */
class RecordPage {
  #views = [];
  #selected = 0;

  constructor(record) {
    this.record = record;
    const { arrays } = record;
    const hasPoints = arrays.points.shape[2] > 0;
    this.runs = record.runs.map((about, place) => new RecordedRun(
      { ...about, optimizer: hasPoints ? about.optimizer : say.run(place + 1) }, arrays, place, look(place)));
    const stepAt = (row) => stepBetween(arrays.steps.data, row);
    this.transport = new Transport(stepAt);
    this.readout = new Readout({ choose: (place) => this.#select(place), explain: () => {} });
    this.readout.why.remove();
    this.table = new NumbersTable({ hasCurvature: false });
    this.#makeChart(stepAt);
    const figures = arrays.heights ? this.#landscape() : [];
    this.#lay(figures, hasPoints);
  }

  #makeChart(stepAt) {
    const { record } = this;
    const host = element("div", { class: "plot chart", role: "img" });
    this.chart = new ValueChart(host, record.measured);
    Object.assign(this.chart, { stepAt, unit: record.unit });
    this.chart.onSeek = (step) => player.seek(rowOf(record.arrays.steps.data, step));
    this.chartFigure = element("figure", { class: "area-chart" }, element("figcaption", {}, `${record.measured} against ${record.unit}`), host);
    this.#views.push(this.chart);
  }

  #landscape() {
    const { arrays, names, window, minima, saddles } = this.record;
    const { shade, low, high, isCompressed } = shadeOf(arrays.heights.data);
    const field = { names, window, minima, saddles, heights: arrays.heights, shade, low, high };
    const starts = this.runs.map((run) => Array.from(run.point(0)));
    const figure = (area, caption, stage, ...rest) => element("figure", { class: area }, element("figcaption", {}, caption, ...rest), stage.host, stage.help);
    if (names.length === 1) {
      const stage = still(texts.hill.curve, "curve");
      const view = new CurveView(stage.host);
      return this.#take([view], field, starts, [figure("area-curve", texts.hill.curve, stage)]);
    }
    const above = still(texts.hill.above, "contour");
    const surface = stageOf(texts.hill.surface, texts.hill.surfaceHelp, "surface");
    const views = [new ContourView(above.host), new SurfaceView(surface.host, () => player.invalidate())];
    const note = isCompressed ? element("p", { class: "hint compressed" }, texts.hill.compressed) : null;
    return this.#take(views, field, starts, [figure("area-above", texts.hill.above, above), figure("area-surface", texts.hill.surface, surface, ...(note ? [note] : []))]);
  }

  #take(views, field, starts, figures) {
    for (const view of views) {
      if (view.arrows) Object.assign(view.arrows, { gradient: false, momentum: false });
      view.setRuns(this.runs, starts);
      view.setField(field);
    }
    this.#views.push(...views);
    return figures;
  }

  #lay(figures, hasPoints) {
    const { record } = this;
    const notes = [...record.notes];
    if (record.recorded > this.runs[0].length) notes.push(say.thinned(count(this.runs[0].length), count(record.recorded)));
    if (!hasPoints && record.names.length > 2) notes.push(say.hidden(count(record.names.length)));
    const kind = figures.length === 0 ? "of-none" : record.names.length === 1 ? "of-one" : "of-two";
    this.node = element("main", { class: `room record ${kind}` },
      element("div", { class: "room-head" }, element("h1", {}, record.title), element("p", { class: "lead" }, record.summary)),
      element("div", { class: "workbench" }, ...figures, this.transport.node, this.readout.node, this.chartFigure),
      ...notes.map((each) => element("p", { class: "hint" }, each)), this.table.node,
      element("details", {}, element("summary", {}, texts.figures.explain), element("p", { class: "explanation" }, record.explanation)));
  }

  /** Show the finished path; Play begins at its start. */
  begin() {
    const { names } = this.record;
    player.attach((position) => this.#draw(position), (isPlaying) => this.transport.show(isPlaying));
    this.chart.setSeries(this.runs);
    this.table.setRuns(this.runs, this.runs[0].dimensions > 0 ? names : []);
    this.readout.setRuns(this.runs, 0);
    this.readout.figures.querySelector(".figure-step dt").textContent = this.record.unit;
    this.#select(0);
    player.extend(this.runs[0].length - 1);
    player.seek(player.steps);
  }

  #select(place) {
    this.#selected = place;
    this.readout.select(place);
    this.table.select(place);
    for (const view of this.#views) view.selected = place;
    this.chart.redraw();
    player.invalidate();
  }

  #draw(position) {
    for (const view of this.#views) view.draw(position);
    this.transport.draw(position);
    this.readout.draw(position, player.isPlaying);
  }
}

/** A stage that shows and takes no input. */
function still(label, kind) {
  const stage = stageOf(label, "", `${kind} still`);
  for (const name of ["tabindex", "aria-describedby"]) stage.host.removeAttribute(name);
  stage.host.setAttribute("role", "img");
  return stage;
}

/** Return the steps taken at a place between two rows. */
function stepBetween(steps, place) {
  const row = Math.min(Math.floor(place), steps.length - 1);
  const next = steps[Math.min(row + 1, steps.length - 1)];
  return steps[row] + (place - row) * (next - steps[row]);
}

/** Return the row whose step is nearest. */
function rowOf(steps, step) {
  let row = 0;
  while (row + 1 < steps.length && Math.abs(steps[row + 1] - step) <= Math.abs(steps[row] - step)) row += 1;
  return row;
}

const { model, setHeight } = window.notebook;
const bytes = model.get("record");
const page = new RecordPage(decoded(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice().buffer));
document.body.append(page.node);
page.begin();
listenToKeys();
stayWithin();
new ResizeObserver(() => setHeight(page.node.offsetHeight + 2)).observe(page.node);
