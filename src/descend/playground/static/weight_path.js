// Where two weights of a watched descent have been: from a ring, the start, to a ball.

import { onPage, theme } from "./colours.js";
import { Plot, around, strokePath } from "./plot.js";

const COLOUR = "#d9480f";
const EDGE = 0.08;

/** The path of two weights in their plane. */
export class WeightPath {
  #points = [];
  #names = ["", ""];

  constructor(host) {
    this.host = host;
    this.plot = new Plot(host, ["path"], () => this.redraw(), { left: 58, right: 14, top: 22, bottom: 34 });
  }

  /** Take points, two numbers each, and what the two are called. */
  show(points, names) {
    this.#points = points.filter((point) => point.every(Number.isFinite));
    this.#names = names;
    this.plot.window = [0, 1].map((axis) => around(this.#points.map((point) => point[axis]), EDGE, (only) => Math.max(Math.abs(only), 1e-3) / 2));
    this.redraw();
  }

  redraw() {
    const { plot } = this;
    if (plot.width === 0) return;
    const palette = theme();
    const ctx = plot.cleared(0);
    if (this.#points.length === 0) return;
    plot.axes(ctx, this.#names, { grid: true });
    const places = this.#points.map((point) => plot.place(point));
    const [start, end] = [places[0], places[places.length - 1]];
    strokePath(ctx, places, onPage(COLOUR, palette));
    if (places.length <= 40) for (const place of places) dot(ctx, place, 2.4, onPage(COLOUR, palette));
    ctx.lineWidth = 2;
    ctx.strokeStyle = palette.ink;
    ctx.beginPath();
    ctx.arc(...start, 6, 0, 2 * Math.PI);
    ctx.stroke();
    dot(ctx, end, 9, palette.paper);
    dot(ctx, end, 7, onPage(COLOUR, palette));
  }
}

function dot(ctx, place, radius, colour) {
  ctx.beginPath();
  ctx.arc(...place, radius, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.fill();
}
