// Which minimum a descent from each place reaches.

import { parts, trace } from "./colours.js";
import { element, freshId, show, write } from "./dom.js";
import { number, pointText } from "./format.js";
import { PixelMap, painted, swatch } from "./pixels.js";
import { Survey } from "./survey.js";
import { texts } from "./texts.js";

const say = texts.basins;
const SIZE = 90;

// Whether a ball arrives must not hang on how many steps are shown of it.
const LEAST_STEPS = 600;
const MOST_STEPS = 2000;

// Light grounds, told apart by any colour vision, and by their patterns.
const GROUNDS = ["#8cc5e3", "#f0b27a", "#a6d9b8", "#dba6cf", "#f3dd8a", "#b9b4e0", "#e39a95", "#b8ac98"].map(parts);
const NONE = [214, 217, 223];
const DIVERGED = [51, 38, 43];

function ground(basin) {
  if (basin === -2) return [...DIVERGED, 2];
  if (basin < 0) return [...NONE, 3];
  const round = Math.floor(basin / GROUNDS.length);
  return [...GROUNDS[basin % GROUNDS.length], [0, 1, 2, 4, 5, 3][(basin + round) % 6]];
}

/** The map of basins. */
export class BasinsMap {
  #question = null;
  #minima = [];

  constructor({ drop, announce }) {
    const helpId = freshId("help");
    this.host = element("div", { class: "plot square", tabindex: "0", role: "application", "aria-label": say.title, "aria-describedby": helpId });
    this.pixels = new PixelMap(this.host, {
      pick: drop, moved: (point, isKey) => point && isKey && announce(texts.hill.cursor(pointText(point))), overlay: (ctx, plot) => this.#stars(ctx, plot),
    });
    this.key = element("ul", { class: "key" });
    this.error = element("p", { class: "error", role: "alert" });
    this.node = element("figure", { class: "area-basins" }, element("figcaption", {}, say.title), element("p", { class: "hint" }, say.lead), this.host,
      element("p", { class: "hidden", id: helpId }, say.help), this.key, this.error);
    this.survey = new Survey("/api/basins", this.node, this.error, () => this.#refresh());
  }

  setQuestion(question) {
    this.#question = question;
    this.node.hidden = question.names.length !== 2 || question.ascent;
    this.#refresh();
  }

  #refresh() {
    if (!this.survey.isSeen || !this.#question) return;
    const { formula, window, optimizers, rate, steps } = this.#question;
    const asked = { formula, window, optimizer: optimizers[0], rate, steps: Math.min(Math.max(steps, LEAST_STEPS), MOST_STEPS) };
    const bodies = [SIZE / 3, SIZE].map((size) => ({ ...asked, width: size, height: size }));
    this.survey.ask(bodies, { again: () => this.pixels.redraw(), show: (answer) => this.#show(answer) });
  }

  #show({ arrays, minima }) {
    const { data, shape } = arrays.basins;
    const [height, width] = shape;
    this.#minima = minima;
    const image = painted(width, height, Math.max(1, Math.round(420 / width)), (column, row) => ground(data[row * width + column]));
    this.pixels.show(image, this.#question.window, [false, false], this.#question.names);
    const shares = new Map();
    for (const basin of data) shares.set(basin, (shares.get(basin) ?? 0) + 1);
    const rows = [...shares].sort((a, b) => b[1] - a[1]).slice(0, 9).map(([basin, many]) => {
      const [red, green, blue, pattern] = ground(basin);
      const text = basin === -2 ? say.diverged : basin < 0 ? say.none : say.minimum(pointText(minima[basin].point), number(minima[basin].value));
      return element("li", {}, swatch([red, green, blue], pattern), element("span", {}, text), element("span", { class: "count" }, `${Math.round((100 * many) / data.length)} %`));
    });
    show(this.key, rows);
  }

  #stars(ctx, plot) {
    for (const { point } of this.#minima) {
      trace(ctx, "star", ...plot.place(point), 7);
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = "#fffffe";
      ctx.stroke();
      ctx.fillStyle = "#1f2733";
      ctx.fill();
    }
  }
}
