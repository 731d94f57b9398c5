// The bar that plays: play and pause, single steps, scrub, speed.

import { button } from "./controls.js";
import { drawn, element, freshId, write } from "./dom.js";
import { count } from "./format.js";
import { FASTEST, SLOWEST, player } from "./player.js";
import { texts } from "./texts.js";

const ICONS = {
  restart: "M6 5v14h2.4V5zm12.5 0v14L9 12z",
  back: "M9 5v14h2.4V5zm9 0v14l-7-7z",
  play: "M7 4.5v15L20 12z",
  pause: "M6.5 5h4v14h-4zm7 0h4v14h-4z",
  step: "M6 5v14l7-7zm7 0v14h2.4V5z",
  end: "M5.5 5v14L15 12zm10 0v14H18V5z",
};

export function icon(path) {
  return drawn("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, drawn("path", { d: path }));
}

/** Buttons and sliders for the clock. */
export class Transport {
  /** `stepAt` tells how many steps were taken at each place of the clock. */
  constructor(stepAt = (place) => place) {
    const say = texts.transport;
    this.stepAt = stepAt;
    const small = (name, act) => button(icon(ICONS[name]), act, { "aria-label": say[name], title: say[name], class: "round" });
    this.playPath = icon(ICONS.play);
    this.toggle = button(this.playPath, () => player.toggle(), { class: "round primary", "aria-label": say.play, title: say.play });
    const scrubId = freshId("scrub");
    this.scrub = element("input", { type: "range", id: scrubId, min: 0, max: 1, step: 1, class: "scrub" });
    this.scrub.addEventListener("input", () => player.seek(Number(this.scrub.value)));
    this.now = element("output", { for: scrubId, class: "now" });
    const speedId = freshId("speed");
    this.speed = element("input", { type: "range", id: speedId, min: 0, max: 100, step: 1 });
    this.speedText = element("output", { for: speedId, class: "speed-text" });
    this.speed.addEventListener("input", () => this.#speedUp());
    this.node = element("div", { class: "transport", role: "group", "aria-label": say.label },
      element("div", { class: "buttons" }, small("restart", () => player.seek(0)), small("back", () => player.step(-1)), this.toggle,
        small("step", () => player.step(1)), small("end", () => player.seek(player.steps))),
      element("div", { class: "scrubber" }, element("label", { for: scrubId, class: "hidden" }, say.position), this.scrub, this.now),
      element("div", { class: "speed" }, element("label", { for: speedId }, say.speed), this.speed, this.speedText));
    this.#showSpeed();
  }

  #speedUp() {
    player.isSpeedChosen = true;
    player.speed = SLOWEST * (FASTEST / SLOWEST) ** (Number(this.speed.value) / 100);
    this.#showSpeed();
  }

  #showSpeed() {
    this.shownSpeed = player.speed;
    this.speed.value = Math.round((100 * Math.log(player.speed / SLOWEST)) / Math.log(FASTEST / SLOWEST));
    const text = texts.transport.perSecond(count(player.speed));
    write(this.speedText, text);
    this.speed.setAttribute("aria-valuetext", text);
  }

  /** Show whether the clock runs. */
  show(isPlaying) {
    const name = isPlaying ? "pause" : "play";
    this.playPath.firstChild.setAttribute("d", ICONS[name]);
    this.toggle.setAttribute("aria-label", texts.transport[name]);
    this.toggle.title = texts.transport[name];
  }

  draw(position) {
    if (Number(this.scrub.max) !== player.steps) this.scrub.max = player.steps;
    if (this.shownSpeed !== player.speed) this.#showSpeed();
    const step = Math.floor(position + 1e-6);
    if (Number(this.scrub.value) !== step) this.scrub.value = step;
    const text = texts.transport.of(count(this.stepAt(step)), count(this.stepAt(player.steps)));
    write(this.now, text);
    this.scrub.setAttribute("aria-valuetext", text);
  }
}
