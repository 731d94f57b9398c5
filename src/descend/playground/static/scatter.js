// The data and the fit over them at a step, beside the closed form.

import { onPage, theme } from "./colours.js";
import { Plot, around } from "./plot.js";
import { crosshair } from "./contour.js";

const DOT = { light: "#2d5c96", dark: "#7fb6dd" };

/** Points that can be moved, and two curves. */
export class ScatterView {
  cursor = null;
  #points = [];
  #fit = null;
  #position = 0;

  constructor(host) {
    this.plot = new Plot(host, ["points", "fit"], () => this.redraw(), { left: 52, right: 12, top: 18, bottom: 34 });
  }

  /** Take points; the window follows them unless one is being dragged. */
  setPoints(points, { keepWindow = false } = {}) {
    this.#points = points;
    if (!keepWindow && points.length > 0) this.plot.window = [0, 1].map((axis) => around(points.map((point) => point[axis]), 0.12, (only) => Math.max(1, Math.abs(only))));
    this.redraw();
  }

  /** Take an answer's curves, a row a step. */
  setFit(fit) {
    this.#fit = fit;
    this.redraw();
  }

  /** Draw everything anew: other points, another size, another theme. */
  redraw() {
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(0);
    plot.axes(ctx, ["x", "y"], { grid: true });
    plot.clipped(ctx);
    const radius = this.#points.length > 300 ? 1.8 : this.#points.length > 40 ? 3.6 : 5.5;
    ctx.fillStyle = palette.isDark ? DOT.dark : DOT.light;
    ctx.strokeStyle = palette.paper;
    ctx.lineWidth = 1.5;
    for (const point of this.#points) {
      ctx.beginPath();
      ctx.arc(...plot.place(point), radius, 0, 2 * Math.PI);
      if (radius > 2) ctx.stroke();
      ctx.fill();
    }
    ctx.restore();
    this.draw(this.#position);
  }

  /** Draw one frame: the fit at a position among the steps. */
  draw(position) {
    this.#position = position;
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.clipped(plot.cleared(1));
    if (this.#fit) this.#curves(ctx, position, palette);
    if (this.cursor) crosshair(ctx, plot, this.cursor);
    ctx.restore();
  }

  #curves(ctx, position, palette) {
    const { plot } = this;
    const { abscissae, curves, closed_curve: closed } = this.#fit;
    const [rows, columns] = curves.shape;
    const step = Math.min(Math.floor(position + 1e-6), rows - 1);
    const share = step + 1 < rows ? position - step : 0;
    const height = (at) => {
      const here = curves.data[step * columns + at];
      return share > 0 ? here + share * (curves.data[(step + 1) * columns + at] - here) : here;
    };
    ctx.lineJoin = "round";
    ctx.strokeStyle = onPage("#d9480f", palette);
    ctx.lineWidth = 3;
    trace(ctx, plot, abscissae.data, height);
    ctx.strokeStyle = palette.ink;
    ctx.lineWidth = 1.8;
    ctx.setLineDash([7, 5]);
    trace(ctx, plot, abscissae.data, (at) => closed.data[at]);
    ctx.setLineDash([]);
  }
}

function trace(ctx, plot, abscissae, height) {
  ctx.beginPath();
  abscissae.forEach((x, at) => {
    if (Number.isFinite(height(at))) ctx.lineTo(...plot.place([x, height(at)]));
  });
  ctx.stroke();
}
