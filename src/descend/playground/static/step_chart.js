// One quantity against the step of a descent that is under way.

import { onPage, theme } from "./colours.js";
import { rangeOf } from "./chart.js";
import { number } from "./format.js";
import { Plot, strokePath } from "./plot.js";

/** A line through the steps that are known, with a dot at the last. */
export class StepChart {
  #steps = [];
  #values = [];
  #unit = "";

  constructor(host, label, colour) {
    this.host = host;
    this.label = label;
    this.colour = colour;
    this.plot = new Plot(host, ["line"], () => this.redraw(), { left: 58, right: 14, top: 12, bottom: 34 });
  }

  /** Take steps and values of the same length, and what a step is called. */
  show(steps, values, unit) {
    [this.#steps, this.#values, this.#unit] = [steps, values, unit];
    const finite = values.filter(Number.isFinite);
    // What stands still is drawn in the middle, at a scale of its own size.
    const isStill = finite.every((value) => value === finite[0]);
    const [low, high, isLog] = rangeOf([{ values: isStill && finite[0] ? [finite[0] / 2, 1.5 * finite[0]] : values }]);
    const first = steps[0] ?? 0;
    this.plot.window = [[first, Math.max(steps[steps.length - 1] ?? 1, first + 1)], [low, high]];
    this.plot.isLog = [false, isLog];
    const last = values[values.length - 1] ?? NaN;
    this.host.setAttribute("aria-label", this.label(number(last)));
    this.redraw();
  }

  redraw() {
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(0);
    if (!this.#values.some(Number.isFinite)) return;
    plot.axes(ctx, [this.#unit, ""], { grid: true });
    const places = this.#steps.map((step, row) => [step, this.#values[row]]).filter(([, value]) => Number.isFinite(value)).map((point) => plot.place(point));
    ctx.fillStyle = onPage(this.colour, palette);
    strokePath(ctx, places, ctx.fillStyle);
    ctx.beginPath();
    ctx.arc(...places[places.length - 1], 4.5, 0, 2 * Math.PI);
    ctx.fill();
  }
}
