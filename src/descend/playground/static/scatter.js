// The data and the fit over them at a step, beside the closed form.

import { onPage, theme } from "./colours.js";
import { Plot } from "./plot.js";
import { crosshair } from "./contour.js";

const DOT = { light: "#2d5c96", dark: "#7fb6dd" };

/** Points that can be moved, and two curves. */
export class ScatterView {
  cursor = null;
  #points = [];
  #fit = null;
  #position = 0;

  constructor(host) {
    this.plot = new Plot(host, ["fit", "points"], () => this.redraw(), { left: 52, right: 12, top: 18, bottom: 34 });
  }

  /** Take points; the window follows them unless one is being dragged. */
  setPoints(points, { keepWindow = false } = {}) {
    this.#points = points;
    if (!keepWindow && points.length > 0) this.plot.window = [0, 1].map((axis) => around(points.map((point) => point[axis])));
    this.redraw();
  }

  /** Take an answer's curves, a row a step. */
  setFit(fit) {
    this.#fit = fit;
    this.redraw();
  }

  redraw() {
    this.draw(this.#position);
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.clipped(plot.cleared(1));
    const isMany = this.#points.length > 300;
    ctx.fillStyle = palette.isDark ? DOT.dark : DOT.light;
    ctx.strokeStyle = palette.paper;
    ctx.lineWidth = 1.5;
    for (const point of this.#points) {
      ctx.beginPath();
      ctx.arc(...plot.place(point), isMany ? 1.8 : 5, 0, 2 * Math.PI);
      ctx.fill();
      if (!isMany) ctx.stroke();
    }
    if (this.cursor) crosshair(ctx, plot, this.cursor);
    ctx.restore();
  }

  draw(position) {
    this.#position = position;
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(0);
    plot.axes(ctx, ["x", "y"], { grid: true });
    if (!this.#fit) return;
    const { abscissae, curves, closed_curve: closed } = this.#fit;
    const [rows, columns] = curves.shape;
    const step = Math.min(Math.floor(position + 1e-6), rows - 1);
    const share = step + 1 < rows ? position - step : 0;
    const height = (at) => {
      const here = curves.data[step * columns + at];
      return share > 0 ? here + share * (curves.data[(step + 1) * columns + at] - here) : here;
    };
    plot.clipped(ctx);
    ctx.lineJoin = "round";
    ctx.strokeStyle = palette.ink;
    ctx.lineWidth = 1.8;
    ctx.setLineDash([7, 5]);
    if (closed) trace(ctx, plot, abscissae.data, (at) => closed.data[at]);
    ctx.setLineDash([]);
    ctx.strokeStyle = onPage("#d9480f", palette);
    ctx.lineWidth = 3;
    trace(ctx, plot, abscissae.data, height);
    ctx.restore();
  }
}

function trace(ctx, plot, abscissae, height) {
  ctx.beginPath();
  abscissae.forEach((x, at) => {
    if (Number.isFinite(height(at))) ctx.lineTo(...plot.place([x, height(at)]));
  });
  ctx.stroke();
}

/** Return a range around values, with an edge. */
function around(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const edge = low === high ? Math.max(1, Math.abs(low)) : 0.12 * (high - low);
  return [low - edge, high + edge];
}
