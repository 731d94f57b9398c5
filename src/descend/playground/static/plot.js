// Stacked canvases with axes: places on the screen and points of the data, one from the other.

import { theme, onTheme } from "./colours.js";
import { number, powersOfTen, ticks } from "./format.js";
import { element } from "./dom.js";

const FAR = 2e4;

export const LABEL_FONT = "12px system-ui, sans-serif";

/** A rectangle of data between axes, on as many canvases as there are layers. */
export class Plot {
  window = [[0, 1], [0, 1]];
  isLog = [false, false];

  constructor(host, layers, redraw, margin = { left: 46, right: 10, top: 10, bottom: 34 }) {
    this.host = host;
    this.margin = margin;
    this.layers = layers.map(() => element("canvas", { "aria-hidden": "true" }));
    host.append(...this.layers);
    this.contexts = this.layers.map((canvas) => canvas.getContext("2d"));
    this.width = 0;
    this.height = 0;
    const measured = () => {
      if (this.#measure()) redraw();
    };
    new ResizeObserver(measured).observe(host);
    onTheme(redraw);
  }

  #measure() {
    const { clientWidth, clientHeight } = this.host;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    if (clientWidth === 0 || (clientWidth === this.width && clientHeight === this.height && ratio === this.ratio)) return false;
    [this.width, this.height, this.ratio] = [clientWidth, clientHeight, ratio];
    for (const canvas of this.layers) {
      canvas.width = Math.round(clientWidth * ratio);
      canvas.height = Math.round(clientHeight * ratio);
    }
    return true;
  }

  /** The rectangle between the axes: left, top, width, height. */
  get box() {
    const { left, right, top, bottom } = this.margin;
    return { left, top, width: Math.max(this.width - left - right, 1), height: Math.max(this.height - top - bottom, 1) };
  }

  /** Empty a layer and return its context, in units of the page. */
  cleared(layer) {
    const ctx = this.contexts[layer];
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    ctx.clearRect(0, 0, this.width, this.height);
    return ctx;
  }

  /** Keep what is drawn next within the axes until `restore`. */
  clipped(ctx) {
    const { left, top, width, height } = this.box;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    return ctx;
  }

  #share(axis, value) {
    const [low, high] = this.window[axis];
    if (!this.isLog[axis]) return (value - low) / (high - low);
    return Math.log(value / low) / Math.log(high / low);
  }

  /** Return where a value lies on the screen along an axis; far outside at most so far. */
  along(axis, value) {
    const { left, top, width, height } = this.box;
    const share = this.#share(axis, value);
    const place = axis === 0 ? left + share * width : top + (1 - share) * height;
    return Math.max(-FAR, Math.min(FAR, place));
  }

  place(point) {
    return [this.along(0, point[0]), this.along(1, point[1])];
  }

  /** Return the data's point at a place on the screen. */
  point([across, down]) {
    const { left, top, width, height } = this.box;
    const shares = [(across - left) / width, 1 - (down - top) / height];
    return shares.map((share, axis) => {
      const [low, high] = this.window[axis];
      return this.isLog[axis] ? low * (high / low) ** share : low + share * (high - low);
    });
  }

  holds([across, down]) {
    const { left, top, width, height } = this.box;
    return across >= left && across <= left + width && down >= top && down <= top + height;
  }

  /** Draw both axes with their names; one without a name measures nothing, and has no marks. */
  axes(ctx, names, { grid = false } = {}) {
    const palette = theme();
    const { left, top, width, height } = this.box;
    ctx.font = LABEL_FONT;
    ctx.lineWidth = 1;
    const about = [Math.max(3, Math.round(width / 90)), Math.max(3, Math.round(height / 60))];
    const marked = [0, 1].map((axis) => names[axis] === null ? [] :
      this.isLog[axis] ? powersOfTen(...this.window[axis], about[axis] + 1) : ticks(...this.window[axis], about[axis]));
    if (grid) {
      ctx.strokeStyle = palette.line;
      for (const value of marked[1]) stroke(ctx, left, this.along(1, value), left + width, this.along(1, value));
    }
    ctx.strokeStyle = palette.muted;
    ctx.fillStyle = palette.muted;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    for (const value of marked[0]) {
      const at = this.along(0, value);
      stroke(ctx, at, top + height, at, top + height + 4);
      ctx.fillText(number(value, 6), at, top + height + 6);
    }
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    for (const value of marked[1]) {
      const at = this.along(1, value);
      if (!grid) stroke(ctx, left - 4, at, left, at);
      ctx.fillText(number(value, 6), left - 7, at);
    }
    ctx.fillStyle = palette.ink;
    ctx.textAlign = "right";
    ctx.textBaseline = "bottom";
    ctx.fillText(names[0], left + width, this.height - 1);
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.fillText(names[1] ?? "", 2, 1);
  }
}

export function stroke(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/** Draw an arrow from a place by so much, with a filled head or a hollow one. */
export function arrow(ctx, [x, y], [dx, dy], { isHollow = false, colour: ink = "#1f2733", halo = "#fffffe" } = {}) {
  const length = Math.hypot(dx, dy);
  if (length < 1) return;
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(9, length);
  const [tipX, tipY] = [x + dx, y + dy];
  const [neckX, neckY] = [tipX - head * ux, tipY - head * uy];
  const passes = [[5, halo], [2.2, ink]];
  for (const [width, colour] of passes) {
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.setLineDash(isHollow ? [5, 3] : []);
    stroke(ctx, x, y, neckX, neckY);
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(tipX, tipY);
    ctx.lineTo(neckX - 0.5 * head * uy, neckY + 0.5 * head * ux);
    ctx.lineTo(neckX + 0.5 * head * uy, neckY - 0.5 * head * ux);
    ctx.closePath();
    ctx.lineWidth = width === 5 ? 3 : 1.6;
    ctx.stroke();
    ctx.fillStyle = isHollow ? halo : colour;
    ctx.fill();
  }
}

/** Draw a line through places. */
export function strokePath(ctx, places, colour) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2.2;
  ctx.lineJoin = "round";
  ctx.beginPath();
  for (const place of places) ctx.lineTo(...place);
  ctx.stroke();
}

/** Return a range around values with an edge, a `share` of it; around a single value the edge is `alone(value)`. */
export function around(values, share, alone) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const edge = low === high ? alone(low) : share * (high - low);
  return [low - edge, high + edge];
}
