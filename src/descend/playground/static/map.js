// Which rates and hyper-parameters converge: thousands of descents, a pixel each.

import { VERDICTS, between, parts } from "./colours.js";
import { button, Choice } from "./controls.js";
import { element, freshId, show, write } from "./dom.js";
import { count, number, rounded } from "./format.js";
import { PixelMap, painted, swatch } from "./pixels.js";
import { Survey } from "./survey.js";
import { texts } from "./texts.js";

const say = texts.map;
const COARSE = 40;
const FINE = 140;
const WHOLE = [1e-4, 10];
const PATTERNS = [0, 3, 1, 2];
const COLOURS = [null, parts(VERDICTS.descending), parts(VERDICTS.stalled), parts(VERDICTS.diverged)];

/** The map of rates and one hyper-parameter. */
export class RateMap {
  #question = null;
  #state = null;
  #parameter = null;
  #window = null;
  #answer = null;

  constructor({ catalogue, pick, announce }) {
    Object.assign(this, { catalogue, pick, announce });
    const helpId = freshId("help");
    this.host = element("div", { class: "plot square", tabindex: "0", role: "application", "aria-label": say.title, "aria-describedby": helpId });
    this.pixels = new PixelMap(this.host, {
      pick: (point) => this.#picked(point), zoom: (window) => this.#zoomTo(window), zoomBy: (factor, at) => this.#zoomBy(factor, at),
      moved: (point, isKey) => this.#moved(point, isKey), overlay: (ctx, plot) => this.#overlay(ctx, plot),
    });
    this.choice = new Choice({ label: say.against, options: [], value: "", onInput: (name) => this.#choose(name) });
    this.lead = element("p", { class: "hint" });
    this.place = element("p", { class: "hover", "aria-hidden": "true" });
    this.error = element("p", { class: "error", role: "alert" });
    const zooms = [["+", say.zoomIn, () => this.#zoomBy(0.5)], ["−", say.zoomOut, () => this.#zoomBy(2)]];
    this.key = element("ul", { class: "key" });
    this.node = element("figure", { class: "area-map" },
      element("figcaption", {}, say.title, this.place), this.lead, this.host, element("p", { class: "hidden", id: helpId }, say.help),
      element("div", { class: "row" }, this.choice.node, zooms.map(([sign, label, act]) => button(sign, act, { "aria-label": label, title: label, class: "round" })),
        button(say.reset, () => this.#reset())), this.key, this.error);
    this.survey = new Survey("/api/map", this.node, this.error, () => this.#refresh());
  }

  #choices(kind) {
    return (kind?.parameters ?? []).filter((each) => each.scale !== "flag" && each.low >= 0 && each.high <= 1 && each.low < each.high)
      .map((each) => ({ ...each, label: texts.parameters[each.name] ?? each.label }));
  }

  /** Take the question of the runs: the map is of its first optimizer from its first start. */
  setQuestion(question, state) {
    const kind = this.catalogue.optimizers.find((each) => each.name === question.optimizers[0].name);
    if (this.#state?.optimizer !== state.optimizer || !this.#question) {
      const choices = this.#choices(kind);
      this.choice.offer([...choices.map((each) => [each.name, each.label]), ["", say.alone]], choices[0]?.name ?? "");
      this.#parameter = choices[0] ?? null;
      this.#window = this.#whole();
    }
    this.#question = question;
    this.node.hidden = question.ascent;
    this.#state = { ...state };
    this.#refresh();
  }

  #choose(name) {
    const kind = this.catalogue.optimizers.find((each) => each.name === this.#state.optimizer);
    this.#parameter = this.#choices(kind).find((each) => each.name === name) ?? null;
    this.#reset();
  }

  #whole() {
    const each = this.#parameter;
    return [WHOLE, each ? [each.low, each.open ? each.low + 0.999 * (each.high - each.low) : each.high] : [0, 1]];
  }

  #reset() {
    this.#window = this.#whole();
    this.#refresh();
  }

  #zoomTo(window) {
    this.#window = window;
    this.#refresh();
  }

  #zoomBy(factor, at = null) {
    const whole = this.#whole();
    const [x, y] = at ?? [Math.sqrt(this.#window[0][0] * this.#window[0][1]), (this.#window[1][0] + this.#window[1][1]) / 2];
    const rates = this.#window[0].map((end) => x * (end / x) ** factor);
    const others = this.#window[1].map((end) => y + (end - y) * factor);
    this.#window = [[Math.max(rates[0], 1e-8), Math.min(rates[1], 1e4)], this.#parameter ? [Math.max(others[0], whole[1][0]), Math.min(others[1], whole[1][1])] : whole[1]];
    this.#refresh();
  }

  #body(size) {
    const { formula, starts, optimizers, steps } = this.#question;
    const [rates, parameters] = this.#window;
    const limits = this.catalogue.limits ?? {};
    const most = Math.floor(Math.sqrt((limits.pixel_steps ?? 1e8) / Math.max(steps, 1)));
    const width = Math.max(8, Math.min(size, most));
    return {
      formula, start: starts[0], optimizer: optimizers[0], parameter: this.#parameter?.name ?? null, rates, parameters,
      width, height: this.#parameter ? width : 1, steps,
    };
  }

  #refresh() {
    if (!this.survey.isSeen || !this.#question || this.host.clientWidth === 0) return;
    this.survey.ask([this.#body(COARSE), this.#body(FINE)], {
      again: () => this.pixels.redraw(), busy: () => write(this.lead, say.busy), show: (answer, body) => this.#show(answer, body), failed: () => write(this.lead, ""),
    });
  }

  #show(answer, body) {
    this.#answer = { ...answer, body };
    const { verdicts, steps } = answer.arrays;
    const [height, width] = verdicts.shape;
    const top = Math.log(body.steps + 1);
    const dots = Math.max(1, Math.round(420 / Math.max(width, 1)));
    const rows = height === 1 ? Math.max(1, Math.round(width / 6)) : height;
    const image = painted(width, rows, dots, (column, row) => {
      const at = (height === 1 ? 0 : row) * width + column;
      const verdict = verdicts.data[at];
      if (verdict !== 0) return [...COLOURS[verdict], PATTERNS[verdict]];
      return [...between(...VERDICTS.converged, Math.log(steps.data[at] + 1) / top), 0];
    });
    this.pixels.show(image, [body.rates, body.parameters], [true, false], [say.rate, this.#parameter?.label ?? null]);
    write(this.lead, say.lead(count(width * height)) + (this.#question.noise > 0 ? ` ${say.withoutNoise}` : ""));
    const shares = say.verdicts.map((_, verdict) => verdicts.data.filter((each) => each === verdict).length / verdicts.data.length);
    show(this.key, say.verdicts.map((text, verdict) => element("li", {}, swatch(COLOURS[verdict] ?? between(...VERDICTS.converged, 0.5), PATTERNS[verdict]),
      element("span", {}, text), element("span", { class: "count" }, `${Math.round(100 * shares[verdict])} %`))));
  }

  #text(point) {
    const each = this.#parameter;
    return say.place(number(point[0]), each?.label ?? "", each ? number(point[1]) : "");
  }

  #moved(point, isKey) {
    write(this.place, point ? this.#text(point) : "");
    if (point && isKey) this.announce(this.#text(point));
  }

  #picked(point) {
    const { optimizer, parameters } = this.#state;
    const patch = { rate: rounded(point[0]), schedule: "" };
    const each = this.#parameter;
    if (each) patch.parameters = { ...parameters, [optimizer]: { ...parameters[optimizer], [each.name]: rounded(point[1]) } };
    this.pick(patch);
  }

  // A ring where the runs on the hill are on this map.
  #overlay(ctx, plot) {
    const { rate, optimizer, parameters } = this.#state;
    if (rate === "auto") return;
    const each = this.#parameter;
    const value = each ? parameters[optimizer]?.[each.name] ?? each.default : 0.5;
    const [x, y] = plot.place([rate, value]);
    for (const [colour, width] of [["#fffffe", 4.5], ["#1f2733", 2]]) {
      ctx.beginPath();
      ctx.arc(x, y, 6.5, 0, 2 * Math.PI);
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.stroke();
    }
  }
}
