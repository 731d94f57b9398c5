// Balls on a view, by pointer and by keyboard: drop, drag, remove.

import { pointText } from "./format.js";

const REACH = 12;
const FINGER = 22;

/** Lets points be dropped on a plot, dragged and removed. */
export class Drops {
  #held = null;
  #lifted = null;

  /**
   * `points()` are those on the view; `act` has `add(point)`, `move(place, point, isLast)`, `remove(place)`, `choose(place)`,
   * `announce(text)`; `texts` has `cursor`, `dropped`, `lifted` and `removed`.
   */
  constructor(view, { points, act, texts, hover = () => {}, fits = (point) => point }) {
    Object.assign(this, { view, points, act, texts, hover, fits });
    this.host = view.plot.host;
    const listen = (kind, call, options) => this.host.addEventListener(kind, call.bind(this), options);
    listen("pointerdown", this.#down);
    listen("pointermove", this.#moved);
    listen("pointerup", this.#up);
    listen("pointercancel", () => {
      this.#held = null;
    });
    listen("pointerleave", () => hover(null));
    listen("dblclick", this.#twice);
    listen("keydown", this.#key);
    listen("blur", () => this.#putAway());
    // A finger on a point drags it; anywhere else it scrolls the page.
    listen("touchstart", (event) => {
      if (this.#nearest(this.#at(event.touches[0]), FINGER) >= 0) event.preventDefault();
    }, { passive: false });
  }

  #at({ clientX, clientY }) {
    const { left, top } = this.host.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #nearest(place, reach) {
    let [found, least] = [-1, reach];
    this.points().forEach((point, index) => {
      const [x, y] = this.view.plot.place(this.view.lifted?.(point) ?? point);
      const distance = Math.hypot(x - place[0], y - place[1]);
      if (distance <= least) [found, least] = [index, distance];
    });
    return found;
  }

  #down(event) {
    if (!event.isPrimary || event.button !== 0) return;
    const place = this.#at(event);
    if (!this.view.plot.holds(place)) return;
    const index = this.#nearest(place, event.pointerType === "touch" ? FINGER : REACH);
    this.#held = { index, from: place, hasMoved: false };
    if (index >= 0) this.host.setPointerCapture(event.pointerId);
  }

  #moved(event) {
    const place = this.#at(event);
    this.hover(this.view.plot.holds(place) ? this.view.plot.point(place) : null);
    const held = this.#held;
    this.host.classList.toggle("on-point", Boolean(held?.index >= 0) || this.#nearest(place, REACH) >= 0);
    if (!held) return;
    held.hasMoved ||= Math.hypot(place[0] - held.from[0], place[1] - held.from[1]) > 4;
    if (held.index >= 0 && held.hasMoved) this.act.move(held.index, this.#inside(place), false);
  }

  #up(event) {
    const held = this.#held;
    this.#held = null;
    if (!held) return;
    const place = this.#at(event);
    if (held.index >= 0 && held.hasMoved) this.act.move(held.index, this.#inside(place), true);
    else if (held.index >= 0 && event.altKey) this.#remove(held.index);
    else if (held.index >= 0) this.act.choose(held.index);
    else if (!held.hasMoved && this.view.plot.holds(place)) this.act.add(this.view.plot.point(place));
  }

  #inside([across, down]) {
    const { left, top, width, height } = this.view.plot.box;
    return this.view.plot.point([Math.min(Math.max(across, left), left + width), Math.min(Math.max(down, top), top + height)]);
  }

  #twice(event) {
    const index = this.#nearest(this.#at(event), REACH);
    if (index >= 0) this.#remove(index);
  }

  #remove(index) {
    const point = this.points()[index];
    this.act.remove(index);
    this.act.announce(this.texts.removed(pointText(point)));
  }

  #key(event) {
    const { plot } = this.view;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
    if (moves[event.key]) {
      event.preventDefault();
      const stride = event.shiftKey ? 1 / 8 : 1 / 50;
      const middle = plot.window.map(([low, high]) => (low + high) / 2);
      this.view.cursor = (this.view.cursor ?? middle).map((value, axis) => {
        const [low, high] = plot.window[axis];
        return Math.min(Math.max(value + moves[event.key][axis] * stride * (high - low), low), high);
      });
      if (this.#lifted !== null) this.act.move(this.#lifted, this.view.cursor, false);
      this.act.announce(this.texts.cursor(pointText(this.fits(this.view.cursor))));
      this.act.redraw();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#enter();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      const index = this.view.cursor ? this.#nearest(this.#cross, 40) : this.points().length - 1;
      if (index >= 0) this.#remove(index);
    } else if (event.key === "Escape" && this.view.cursor) {
      event.stopPropagation();
      this.#putAway();
    }
  }

  // Where the cross is on the screen: on a curve, where the curve is.
  get #cross() {
    const { view } = this;
    return view.plot.place(view.lifted?.(view.cursor) ?? view.cursor);
  }

  #enter() {
    const { plot } = this.view;
    if (this.#lifted !== null) {
      this.act.move(this.#lifted, this.view.cursor, true);
      this.#lifted = null;
      return;
    }
    this.view.cursor ??= plot.window.map(([low, high]) => (low + high) / 2);
    const index = this.#nearest(this.#cross, REACH);
    if (index >= 0) {
      this.#lifted = index;
      this.act.choose(index);
      this.act.announce(this.texts.lifted(pointText(this.points()[index])));
    } else {
      this.act.add(this.view.cursor);
      this.act.announce(this.texts.dropped(pointText(this.fits(this.view.cursor))));
    }
  }

  #putAway() {
    this.#lifted = null;
    if (!this.view.cursor) return;
    this.view.cursor = null;
    this.act.redraw();
  }
}
