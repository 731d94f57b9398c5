// Values against steps, for each run, with a line at the step that is shown.

import { onPage, theme } from "./colours.js";
import { number } from "./format.js";
import { Plot, stroke } from "./plot.js";
import { texts } from "./texts.js";

/** A chart of the runs' values. */
export class ValueChart {
  selected = 0;
  #series = [];
  #position = 0;
  #steps = 1;
  onSeek = () => {};
  unit = texts.figures.step;
  stepAt = (place) => place;

  constructor(host, name = "f") {
    this.host = host;
    this.name = name;
    host.setAttribute("aria-label", texts.chart.title);
    this.plot = new Plot(host, ["curves", "now"], () => this.redraw(), { left: 56, right: 14, top: 18, bottom: 34 });
    host.addEventListener("pointerdown", (event) => this.#seek(event));
    host.addEventListener("pointermove", (event) => event.buttons && this.#seek(event));
  }

  #seek(event) {
    const { left, top } = this.host.getBoundingClientRect();
    this.onSeek(this.plot.point([event.clientX - left, event.clientY - top])[0]);
  }

  /** Take series, {values, colour, dash} each, and how many steps there are. */
  setSeries(series, steps) {
    this.#series = series;
    this.#steps = Math.max(1, steps);
    const [low, high, isLog] = rangeOf(series);
    this.plot.window = [[0, this.stepAt(this.#steps)], [low, high]];
    this.plot.isLog = [false, isLog];
    this.host.setAttribute("aria-label", texts.chart.label(number(low), number(high)));
    this.redraw();
  }

  redraw() {
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(0);
    if (this.#series.length === 0) {
      plot.cleared(1);
      return;
    }
    plot.axes(ctx, [this.unit, this.name], { grid: true });
    plot.clipped(ctx);
    ctx.lineJoin = "round";
    this.#series.forEach(({ values, colour, dash }, place) => {
      ctx.strokeStyle = onPage(colour, palette);
      ctx.lineWidth = place === this.selected ? 2.6 : 1.4;
      ctx.globalAlpha = this.#series.length > 24 && place !== this.selected ? 0.4 : 1;
      ctx.setLineDash(dash);
      curve(ctx, plot, values, this.stepAt);
    });
    ctx.restore();
    this.draw(this.#position);
  }

  draw(position) {
    this.#position = position;
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(1);
    if (this.#series.length === 0) return;
    const { top, height } = plot.box;
    const at = plot.along(0, this.stepAt(Math.min(position, this.#steps)));
    ctx.strokeStyle = palette.ink;
    ctx.lineWidth = 1;
    stroke(ctx, at, top, at, top + height);
    const chosen = this.#series[this.selected];
    if (!chosen) return;
    const value = chosen.values[Math.min(Math.floor(position + 1e-6), chosen.values.length - 1)];
    if (!Number.isFinite(value)) return;
    if (plot.along(1, value) < top - 1) return;
    ctx.beginPath();
    ctx.arc(at, plot.along(1, value), 4.5, 0, 2 * Math.PI);
    ctx.fillStyle = onPage(chosen.colour, palette);
    ctx.strokeStyle = palette.paper;
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.fill();
  }
}

// At most two points a pixel: the lowest and the highest.
function curve(ctx, plot, values, stepAt) {
  const stride = Math.max(1, Math.floor(values.length / (2 * plot.box.width)));
  ctx.beginPath();
  for (let from = 0; from < values.length; from += stride) {
    let [low, high] = [from, from];
    for (let at = from; at < Math.min(from + stride, values.length); at += 1) {
      if (values[at] < values[low]) low = at;
      if (values[at] > values[high]) high = at;
    }
    for (const at of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      if (Number.isFinite(values[at])) ctx.lineTo(...plot.place([stepAt(at), values[at]]));
    }
  }
  ctx.stroke();
}

/** Return the lowest and the highest of all values, and whether a logarithm shows them better. */
export function rangeOf(series) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of series) {
    for (const value of values) {
      // The largest float stands for what does not fit in one.
      if (!Number.isFinite(value) || Math.abs(value) > 1e38) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1, false];
  if (low === high) return [low - 0.5, high + 0.5, false];
  if (low > 0 && high > 50 * low) return [low / 1.5, high * 1.5, true];
  const edge = 0.06 * (high - low);
  return [low - edge, high + edge, false];
}
