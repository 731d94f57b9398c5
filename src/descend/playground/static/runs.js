// The runs of an answer as the views want them: one after the other, each with its look.

import { look } from "./colours.js";

/** One descent: views into the answer's arrays, no copies. */
export class Run {
  constructor(about, arrays, place, lookAt) {
    Object.assign(this, about, lookAt);
    const [, length, dimensions] = arrays.points.shape;
    this.length = length;
    this.dimensions = dimensions;
    const row = (name, width) => arrays[name]?.data.subarray(place * width, (place + 1) * width) ?? null;
    this.points = row("points", length * dimensions);
    this.values = row("values", length);
    this.slopes = row("gradients", length * dimensions);
    this.momenta = row("momenta", length * dimensions);
    this.rates = row("rates", length - 1);
    this.curvatures = row("curvatures", length);
    this.bounds = row("bounds", length);
  }

  point(step) {
    return this.points.subarray(step * this.dimensions, (step + 1) * this.dimensions);
  }

  slope(step) {
    return this.slopes.subarray(step * this.dimensions, (step + 1) * this.dimensions);
  }

  momentum(step) {
    return this.momenta.subarray(step * this.dimensions, (step + 1) * this.dimensions);
  }

  /** The ball's place between two steps, on the line from one to the other. */
  at(position) {
    const step = Math.min(Math.floor(position), this.length - 1);
    const share = position - step;
    if (share <= 0 || step + 1 >= this.length) return Array.from(this.point(step));
    const [from, to] = [this.point(step), this.point(step + 1)];
    return Array.from(from, (value, axis) => value + share * (to[axis] - value));
  }

  /** The step that is shown at a position: none after the run's end. */
  shown(position) {
    return Math.min(Math.floor(position + 1e-6), this.length - 1);
  }

  /** The number of steps taken where this one is shown. */
  stepAt(step) {
    return Math.min(step, this.steps);
  }

  /** The rate of the step from here, or of the last one. */
  rateAt(step) {
    return this.rates?.[Math.max(0, Math.min(step, this.steps - 1))] ?? NaN;
  }

  slopeSize(step) {
    return Math.hypot(...this.slope(step));
  }
}

/** Return the runs of an answer: a colour for each optimizer, or for each start where there is one optimizer. */
export function runsOf(answer) {
  const labels = [...new Set(answer.runs.map((each) => each.optimizer))];
  return answer.runs.map((about, place) => {
    const kind = labels.length > 1 ? labels.indexOf(about.optimizer) : about.start;
    return new Run(about, answer.arrays, place, look(kind));
  });
}
