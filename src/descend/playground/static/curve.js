// A function of one variable: its curve, the ball, the tangent, the gradient's arrow.

import { onPage, theme, trace } from "./colours.js";
import { arrow, Plot } from "./plot.js";
import { crosshair, edgeArrow } from "./contour.js";

/** A curve, and the runs on it. */
export class CurveView {
  arrows = { gradient: true, momentum: true, step: false, path: true };
  selected = 0;
  cursor = null;
  runs = [];
  starts = [];
  #field = null;
  #position = 0;

  constructor(host) {
    this.plot = new Plot(host, ["field", "marks"], () => this.redraw(), { left: 56, right: 14, top: 18, bottom: 34 });
  }

  setField(field) {
    this.#field = field;
    const span = field.high - field.low || 1;
    this.plot.window = [field.window[0], [field.low - 0.08 * span, field.high + 0.08 * span]];
    this.redraw();
  }

  /** Take minima that were not known yet. */
  setStationary(found) {
    this.#field = { ...this.#field, ...found };
    this.redraw();
  }

  setRuns(runs, starts) {
    this.runs = runs;
    this.starts = starts;
  }

  #height(x) {
    const { heights, window } = this.#field;
    const [low, high] = window[0];
    const last = heights.data.length - 1;
    const at = Math.min(Math.max(((x - low) / (high - low)) * last, 0), last);
    const left = Math.min(Math.floor(at), last - 1);
    return heights.data[left] + (at - left) * (heights.data[left + 1] - heights.data[left]);
  }

  /** Return where on the curve a start lies. */
  lifted(point) {
    return [point[0], this.#height(point[0])];
  }

  redraw() {
    const { plot } = this;
    if (!this.#field || plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(0);
    const { heights, window, names, minima = [] } = this.#field;
    plot.axes(ctx, [names[0], `f(${names[0]})`], { grid: true });
    plot.clipped(ctx);
    ctx.strokeStyle = palette.isDark ? "#6fb4d6" : "#2d5c96";
    ctx.lineWidth = 2.4;
    ctx.lineJoin = "round";
    ctx.beginPath();
    let isDown = false;
    heights.data.forEach((height, place) => {
      const [low, high] = window[0];
      if (!Number.isFinite(height)) {
        isDown = false;
        return;
      }
      const at = plot.place([low + (place / (heights.data.length - 1)) * (high - low), height]);
      if (isDown) ctx.lineTo(...at);
      else ctx.moveTo(...at);
      isDown = true;
    });
    ctx.stroke();
    ctx.fillStyle = palette.ink;
    for (const { point, value } of minima) {
      const [x, y] = plot.place([point[0], value]);
      trace(ctx, "star", x, y + 13, 6.5);
      ctx.fill();
    }
    ctx.restore();
    this.draw(this.#position);
  }

  draw(position) {
    this.#position = position;
    const { plot } = this;
    if (!this.#field || plot.width === 0) return;
    const palette = theme();
    const ctx = plot.clipped(plot.cleared(1));
    for (const start of this.starts) {
      const place = plot.place(this.lifted(start));
      ctx.beginPath();
      ctx.arc(...place, 6, 0, 2 * Math.PI);
      ctx.strokeStyle = palette.ink;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    const isCrowd = this.runs.length > 8;
    this.runs.forEach((run, place) => {
      this.#trail(ctx, run, position, palette);
      if (run.slopes && (!isCrowd || place === this.selected)) this.#slope(ctx, run, position, palette, place === this.selected);
    });
    for (const run of this.runs) this.#ball(ctx, run, position, palette);
    if (this.cursor) crosshair(ctx, plot, this.lifted(this.cursor));
    ctx.restore();
  }

  #trail(ctx, run, position, palette) {
    if (!this.arrows.path) return;
    ctx.fillStyle = onPage(run.colour, palette);
    ctx.strokeStyle = onPage(run.colour, palette);
    ctx.lineWidth = 1;
    ctx.globalAlpha = 0.45;
    ctx.setLineDash(run.dash);
    ctx.beginPath();
    const last = Math.floor(position + 1e-6);
    for (let step = 0; step <= last && step < run.length; step += 1) {
      ctx.lineTo(...this.plot.place([run.point(step)[0], run.values[step]]));
    }
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  #slope(ctx, run, position, palette, isSelected) {
    const step = run.shown(position);
    const x = run.point(step)[0];
    const value = run.values[step];
    const [low, high] = this.plot.window[0];
    const slope = run.slope(step)[0];
    if (isSelected) {
      const reach = 0.16 * (high - low);
      ctx.strokeStyle = palette.muted;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(...this.plot.place([x - reach, value - slope * reach]));
      ctx.lineTo(...this.plot.place([x + reach, value + slope * reach]));
      ctx.stroke();
    }
    const place = this.plot.place([x, value]);
    if (!this.plot.holds(place)) return;
    const length = (size, most) => 16 + 44 * Math.sqrt(Math.min(Math.abs(size) / most, 1));
    const towards = (vector, most) => [Math.sign(vector) * length(vector, most), 0];
    const inks = { colour: palette.ink, halo: palette.paper };
    const push = run.momentum(step)[0];
    if (this.arrows.momentum && Math.abs(push) > 1e-6 * (high - low)) {
      arrow(ctx, [place[0], place[1] - 12], towards(push, 0.2 * (high - low)), { isHollow: true, ...inks });
    }
    if (this.arrows.step && step + 1 < run.length) {
      const next = this.plot.along(0, run.point(step + 1)[0]);
      arrow(ctx, [place[0], place[1] + 12], [next - place[0], 0], { ...inks, colour: onPage(run.colour, palette) });
    }
    const most = (this.#field.high - this.#field.low) / (high - low) || 1;
    if (this.arrows.gradient && Math.abs(slope) > 1e-6 * most) arrow(ctx, place, towards(run.ascent ? slope : -slope, 4 * most), inks);
  }

  #ball(ctx, run, position, palette) {
    const x = run.at(position)[0];
    const step = run.shown(position);
    const isWhole = position - step < 1e-3 || step + 1 >= run.length;
    const place = this.plot.place([x, isWhole ? run.values[step] : this.#height(x)]);
    if (!this.plot.holds(place)) {
      edgeArrow(ctx, this.plot, place, onPage(run.colour, palette));
      return;
    }
    trace(ctx, run.shape, ...place, 7);
    ctx.strokeStyle = palette.paper;
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.fillStyle = onPage(run.colour, palette);
    ctx.fill();
  }
}
