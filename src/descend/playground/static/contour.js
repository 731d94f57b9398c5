// The hill from above: filled bands, paths, balls, arrows.

import { onPage, theme, trace } from "./colours.js";
import { arrow, Plot } from "./plot.js";
import { banded, canvasOf } from "./raster.js";
import { Trails } from "./trails.js";

const HALO = "#fffffe";
const INK = "#1f2733";

/** A landscape of two variables, and the runs on it. */
export class ContourView {
  arrows = { gradient: true, momentum: true, step: false, path: true };
  selected = 0;
  cursor = null;
  #field = null;
  #position = 0;

  constructor(host, margin) {
    this.plot = new Plot(host, ["field", "edges", "paths", "marks"], () => this.redraw(), margin);
    this.trails = new Trails(this.plot, [1, 2]);
    this.starts = [];
  }

  /** Take a landscape: its heights, their shade, the window, the names, minima and saddles. */
  setField(field) {
    this.#field = field;
    this.plot.window = field.window;
    this.redraw();
  }

  /** Take minima and saddles that were not known yet. */
  setStationary(found) {
    this.#field = { ...this.#field, ...found };
    this.redraw();
  }

  setRuns(runs, starts) {
    this.starts = starts;
    this.trails.reset(runs);
  }

  get runs() {
    return this.trails.runs;
  }

  /** Draw everything anew: another size, another theme, another landscape. */
  redraw() {
    const { plot } = this;
    if (!this.#field || plot.width === 0) return;
    const ctx = plot.cleared(0);
    const { left, top, width, height } = plot.box;
    const { heights, shade, names } = this.#field;
    const [rows, columns] = heights.shape;
    const pixels = [Math.round(width * plot.ratio), Math.round(height * plot.ratio)];
    const image = banded(heights.data, rows, columns, shade, ...pixels);
    ctx.drawImage(canvasOf(image), left, top, width, height);
    plot.axes(ctx, names);
    this.#landmarks(plot.clipped(ctx));
    ctx.restore();
    this.trails.reset();
    this.draw(this.#position);
  }

  #landmarks(ctx) {
    const { minima = [], saddles = [] } = this.#field;
    ctx.lineWidth = 1.6;
    ctx.lineJoin = "round";
    for (const { point } of minima) {
      trace(ctx, "star", ...this.plot.place(point), 7);
      ctx.strokeStyle = HALO;
      ctx.lineWidth = 3.5;
      ctx.stroke();
      ctx.fillStyle = INK;
      ctx.fill();
    }
    for (const { point } of saddles) {
      const [x, y] = this.plot.place(point);
      for (const [colour, thickness] of [[HALO, 4.5], [INK, 1.8]]) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = thickness;
        ctx.beginPath();
        ctx.moveTo(x - 4.5, y - 4.5);
        ctx.lineTo(x + 4.5, y + 4.5);
        ctx.moveTo(x + 4.5, y - 4.5);
        ctx.lineTo(x - 4.5, y + 4.5);
        ctx.stroke();
      }
    }
  }

  /** Draw one frame: the balls at a position among the steps. */
  draw(position) {
    this.#position = position;
    const { plot } = this;
    if (!this.#field || plot.width === 0) return;
    this.trails.upTo(this.arrows.path ? Math.floor(position + 1e-6) : 0);
    const ctx = plot.clipped(plot.cleared(3));
    const isCrowd = this.runs.length > 24;
    for (const start of this.starts) ring(ctx, plot.place(start), isCrowd ? 3.5 : 5.5);
    this.#pieces(ctx, position);
    if (this.runs.length <= 6) this.runs.forEach((run) => this.#arrowsOf(ctx, run, position));
    else if (this.runs[this.selected]) this.#arrowsOf(ctx, this.runs[this.selected], position);
    this.runs.forEach((run, place) => {
      if (place !== this.selected) this.#ball(ctx, run, position, isCrowd ? 4.5 : 6.5);
    });
    if (this.runs[this.selected]) this.#ball(ctx, this.runs[this.selected], position, isCrowd ? 6.5 : 8);
    if (this.cursor) crosshair(ctx, plot, this.cursor);
    ctx.restore();
  }

  // The piece of the path from the last step to the ball, which is on its way to the next one.
  #pieces(ctx, position) {
    const step = Math.floor(position + 1e-6);
    if (position - step < 1e-3 || !this.arrows.path) return;
    ctx.lineWidth = 2;
    for (const run of this.runs) {
      ctx.strokeStyle = run.colour;
      ctx.beginPath();
      ctx.moveTo(...this.plot.place(run.point(Math.min(step, run.length - 1))));
      ctx.lineTo(...this.plot.place(run.at(position)));
      ctx.stroke();
    }
  }

  #ball(ctx, run, position, radius) {
    const place = this.plot.place(run.at(position));
    if (!this.plot.holds(place)) {
      edgeArrow(ctx, this.plot, place, run.colour);
      return;
    }
    trace(ctx, run.shape, ...place, radius);
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = HALO;
    ctx.stroke();
    ctx.fillStyle = run.colour;
    ctx.fill();
  }

  #arrowsOf(ctx, run, position) {
    const step = run.shown(position);
    const place = this.plot.place(run.at(position));
    if (!this.plot.holds(place)) return;
    if (this.arrows.step) this.#nextStep(ctx, run, step);
    if (this.arrows.momentum) this.#arrow(ctx, place, run.momentum(step), biggest(run, "momenta"), 1, true);
    if (this.arrows.gradient) this.#arrow(ctx, place, run.slope(step), biggest(run, "slopes"), run.ascent ? 1 : -1, false);
  }

  // The step that comes next, as long as it is.
  #nextStep(ctx, run, step) {
    if (step + 1 >= run.length) return;
    const [from, to] = [this.plot.place(run.point(step)), this.plot.place(run.point(step + 1))];
    arrow(ctx, from, [to[0] - from[0], to[1] - from[1]], { colour: run.colour });
  }

  #arrow(ctx, place, vector, most, sign, isHollow) {
    const size = Math.hypot(...vector);
    if (!(size > 0) || !(most > 0) || size < 1e-6 * most) return;
    const { width, height } = this.plot.box;
    const [[left, right], [low, high]] = this.plot.window;
    const across = (sign * vector[0] * width) / (right - left);
    const down = (-sign * vector[1] * height) / (high - low);
    const length = (16 + 44 * Math.sqrt(Math.min(size / most, 1))) / Math.hypot(across, down);
    arrow(ctx, place, [across * length, down * length], { isHollow });
  }
}

// The largest of a run's vectors while it is near: what its arrows are measured by.
function biggest(run, name) {
  run.most ??= {};
  if (run.most[name] === undefined) {
    const sizes = [];
    for (let at = 0; at < run.length; at += 1) sizes.push(Math.hypot(run[name][2 * at], run[name][2 * at + 1]));
    const finite = sizes.filter(Number.isFinite).sort((a, b) => a - b);
    run.most[name] = run.status === "diverged" ? finite[finite.length >> 2] : finite.at(-1) ?? 0;
  }
  return run.most[name];
}

function ring(ctx, place, radius) {
  for (const [colour, thickness] of [[HALO, 4.5], [INK, 2]]) {
    ctx.beginPath();
    ctx.arc(...place, radius, 0, 2 * Math.PI);
    ctx.strokeStyle = colour;
    ctx.lineWidth = thickness;
    ctx.stroke();
  }
  ctx.fillStyle = "rgba(255, 255, 254, 0.55)";
  ctx.fill();
}

/** Point out of the plot to something beyond its edge. */
export function edgeArrow(ctx, plot, [x, y], colour) {
  const { left, top, width, height } = plot.box;
  const [centreX, centreY] = [left + width / 2, top + height / 2];
  const [dx, dy] = [x - centreX, y - centreY];
  const share = Math.min((width / 2 - 11) / Math.abs(dx || 1e-9), (height / 2 - 11) / Math.abs(dy || 1e-9));
  ctx.save();
  ctx.translate(centreX + share * dx, centreY + share * dy);
  ctx.rotate(Math.atan2(dy, dx));
  ctx.beginPath();
  ctx.moveTo(9, 0);
  ctx.lineTo(-6, 7);
  ctx.lineTo(-6, -7);
  ctx.closePath();
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = HALO;
  ctx.stroke();
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.restore();
}

/** Draw the keyboard's place: a cross over the whole plot. */
export function crosshair(ctx, plot, point) {
  const [x, y] = plot.place(point);
  const { left, top, width, height } = plot.box;
  for (const [colour, thickness] of [[HALO, 3], [onPage(INK, { ...theme(), isDark: false }), 1]]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = thickness;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  }
}
