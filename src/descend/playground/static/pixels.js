// A map of pixels with a cross, for the pointer and the keyboard: pick one, or zoom into a frame.

import { onTheme, theme } from "./colours.js";
import { canvasOf } from "./raster.js";
import { crosshair } from "./contour.js";
import { Plot } from "./plot.js";

/** Pixels of the data between axes. `pick(point)`, `zoom(window)` and `moved(point)` are told. */
export class PixelMap {
  cursor = null;
  #image = null;
  #names = ["", ""];
  #from = null;
  #to = null;

  constructor(host, { pick, zoom = null, moved = () => {}, zoomBy = null, overlay = () => {} }) {
    Object.assign(this, { host, pick, zoom, moved, zoomBy, overlay });
    this.plot = new Plot(host, ["pixels", "marks"], () => this.redraw(), { left: 52, right: 14, top: 18, bottom: 34 });
    this.#listen();
    onTheme(() => this.redraw());
  }

  #at({ clientX, clientY }) {
    const { left, top } = this.host.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #listen() {
    const { host } = this;
    host.addEventListener("pointerdown", (event) => {
      const at = this.#at(event);
      if (!this.#image || !this.plot.holds(at) || event.button !== 0) return;
      this.#from = at;
      if (this.zoom && event.pointerType !== "touch") host.setPointerCapture(event.pointerId);
    });
    host.addEventListener("pointermove", (event) => {
      const at = this.#at(event);
      this.moved(this.#image && this.plot.holds(at) ? this.plot.point(at) : null, false);
      if (!this.#from || !this.zoom || event.pointerType === "touch") return;
      this.#to = at;
      this.#marks();
    });
    host.addEventListener("pointerleave", () => this.moved(null, false));
    host.addEventListener("pointerup", (event) => this.#end(this.#at(event)));
    host.addEventListener("pointercancel", () => {
      this.#from = null;
      this.#to = null;
    });
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("blur", () => {
      this.cursor = null;
      this.#marks();
    });
  }

  #end(at) {
    const from = this.#from;
    this.#from = null;
    this.#to = null;
    if (!from) return;
    const isFrame = this.zoom && Math.abs(at[0] - from[0]) > 8 && Math.abs(at[1] - from[1]) > 8;
    if (!isFrame) this.pick(this.plot.point(from));
    else {
      const [a, b] = [this.plot.point(from), this.plot.point(at)];
      const { window } = this.plot;
      this.zoom([0, 1].map((axis) => [Math.max(Math.min(a[axis], b[axis]), window[axis][0]), Math.min(Math.max(a[axis], b[axis]), window[axis][1])]));
    }
    this.#marks();
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
    const { left, top, width, height } = this.plot.box;
    if (!this.#image) return;
    if (moves[event.key]) {
      event.preventDefault();
      const stride = event.shiftKey ? 1 / 8 : 1 / 50;
      const [x, y] = this.cursor ? this.plot.place(this.cursor) : [left + width / 2, top + height / 2];
      const across = Math.min(Math.max(x + moves[event.key][0] * stride * width, left), left + width);
      const down = Math.min(Math.max(y - moves[event.key][1] * stride * height, top), top + height);
      this.cursor = this.plot.point([across, down]);
      this.moved(this.cursor, true);
      this.#marks();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.pick(this.cursor ?? this.plot.point([left + width / 2, top + height / 2]));
    } else if ((event.key === "+" || event.key === "-") && this.zoomBy) {
      event.preventDefault();
      this.zoomBy(event.key === "+" ? 0.5 : 2, this.cursor);
    } else if (event.key === "Escape" && this.cursor) {
      event.stopPropagation();
      this.cursor = null;
      this.#marks();
    }
  }

  /** Take an image (its first row is the top), its window, whether its axes are logarithms, and their names, null for one that measures nothing. */
  show(image, window, isLog, names) {
    this.#image = canvasOf(image);
    this.plot.window = window;
    this.plot.isLog = isLog;
    this.#names = names;
    this.redraw();
  }

  clear() {
    this.#image = null;
    this.plot.cleared(0);
    this.plot.cleared(1);
  }

  redraw() {
    const { plot } = this;
    if (!this.#image || plot.width === 0) return;
    const ctx = plot.cleared(0);
    const { left, top, width, height } = plot.box;
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.#image, left, top, width, height);
    plot.axes(ctx, this.#names);
    this.#marks();
  }

  #marks() {
    const { plot } = this;
    if (!this.#image || plot.width === 0) return;
    const ctx = plot.clipped(plot.cleared(1));
    this.overlay(ctx, plot);
    if (this.cursor) crosshair(ctx, plot, this.cursor);
    if (this.#from && this.#to) {
      const [x, y] = this.#from;
      ctx.strokeStyle = theme().accent;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([5, 4]);
      ctx.strokeRect(x, y, this.#to[0] - x, this.#to[1] - y);
      ctx.setLineDash([]);
    }
    ctx.restore();
  }
}

/** Whether a pixel of a map belongs to the lines of a pattern: none, falling, rising, dots, upright or level lines. */
export function isHatched(pattern, across, down) {
  switch (pattern % 6) {
    case 1: return (across + down) % 8 === 0;
    case 2: return (across - down + 80000) % 8 === 0;
    case 3: return across % 6 === 0 && down % 6 === 0;
    case 4: return across % 8 === 0;
    case 5: return down % 8 === 0;
    default: return false;
  }
}

/** Paint `colourAt(column, row)` — red, green, blue, pattern — at a whole number of dots a pixel, with the patterns over it. */
export function painted(width, height, dots, colourAt) {
  const image = new ImageData(width * dots, height * dots);
  const { data } = image;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [red, green, blue, pattern] = colourAt(column, row);
      for (let dot = 0; dot < dots * dots; dot += 1) {
        const across = column * dots + (dot % dots);
        const down = (height - 1 - row) * dots + Math.floor(dot / dots);
        const factor = isHatched(pattern, across, down) ? (red + green + blue > 330 ? 0.72 : 1.7) : 1;
        const at = 4 * (down * width * dots + across);
        data[at] = Math.min(255, red * factor);
        data[at + 1] = Math.min(255, green * factor);
        data[at + 2] = Math.min(255, blue * factor);
        data[at + 3] = 255;
      }
    }
  }
  return image;
}

/** Call back once an element has come into view, and whenever it does again. */
export function whenSeen(node, call) {
  new IntersectionObserver((entries) => call(entries.some((entry) => entry.isIntersecting)), { rootMargin: "200px" }).observe(node);
}

/** A drop of colour with its pattern, for a key. */
export function swatch(colour, pattern) {
  const canvas = document.createElement("canvas");
  canvas.className = "swatch";
  canvas.setAttribute("aria-hidden", "true");
  const image = painted(20, 14, 2, () => [...colour, pattern]);
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
