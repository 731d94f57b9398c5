// Paths and balls over a surface: what the hill hides is faint.

import { trace } from "./colours.js";
import { projected } from "./camera.js";

const HALO = "#fffffe";

/** Projects runs when the eye moves, and draws on as the steps go on. */
export class SurfacePaths {
  #paths = [];
  #drawn = -1;

  constructor(trails, marks) {
    this.trails = trails.getContext("2d");
    this.marks = marks.getContext("2d");
  }

  /** See runs on a relief from an eye; `ratio` is pixels of the canvas to one of the page. */
  look(runs, relief, camera, matrix, ratio) {
    Object.assign(this, { relief, camera, matrix, ratio });
    this.#paths = runs.map((run) => this.#projectedPath(run));
    this.#drawn = -1;
  }

  #place(point) {
    const { width, height } = this.trails.canvas;
    const place = this.relief.on(point);
    if (!place.every(Number.isFinite)) return null;
    const [x, y] = projected(this.matrix, place, width, height);
    return { x, y, isHidden: this.relief.hides(place, this.camera.eye) };
  }

  // The places of a path that lie a pixel apart or more, each with its step.
  #projectedPath(run) {
    const places = [];
    const { width, height } = this.trails.canvas;
    let last = null;
    for (let step = 0; step < run.length; step += 1) {
      const on = this.relief.on(run.point(step));
      const isThere = on.every(Number.isFinite);
      const [x, y] = isThere ? projected(this.matrix, on, width, height) : [NaN, NaN];
      if (last && isThere && Math.hypot(x - last.x, y - last.y) < this.ratio) continue;
      if (!isThere && last === null && places.length > 0) continue;
      last = isThere ? { step, x, y, isHidden: this.relief.hides(on, this.camera.eye) } : null;
      places.push(last ?? { step, isGap: true });
    }
    return { run, places, next: 1 };
  }

  draw(position, selected) {
    const step = Math.floor(position + 1e-6);
    this.#drawTrails(step);
    const { marks, ratio } = this;
    marks.clearRect(0, 0, marks.canvas.width, marks.canvas.height);
    const isCrowd = this.#paths.length > 24;
    this.#paths.forEach(({ run }, index) => {
      const place = this.#place(run.at(position));
      if (!place) return;
      marks.globalAlpha = place.isHidden ? 0.45 : 1;
      trace(marks, run.shape, place.x, place.y, ratio * (index === selected ? 8 : isCrowd ? 4.5 : 6.5));
      marks.lineJoin = "round";
      marks.lineWidth = 3.5 * ratio;
      marks.strokeStyle = HALO;
      marks.stroke();
      marks.fillStyle = run.colour;
      marks.fill();
    });
    marks.globalAlpha = 1;
  }

  #drawTrails(step) {
    const { trails, ratio } = this;
    if (step < this.#drawn || this.#drawn < 0) {
      trails.clearRect(0, 0, trails.canvas.width, trails.canvas.height);
      for (const path of this.#paths) path.next = 1;
    }
    this.#drawn = step;
    trails.lineCap = "round";
    for (const path of this.#paths) {
      const { run, places } = path;
      for (; path.next < places.length && places[path.next].step <= step; path.next += 1) {
        const [from, to] = [places[path.next - 1], places[path.next]];
        if (from.isGap || to.isGap) continue;
        trails.globalAlpha = from.isHidden && to.isHidden ? 0.3 : 1;
        const passes = this.#paths.length > 24 || to.isHidden ? [[1.8, run.colour]] : [[4, "rgba(255, 255, 254, 0.75)"], [2, run.colour]];
        for (const [width, colour] of passes) {
          trails.lineWidth = width * ratio;
          trails.strokeStyle = colour;
          trails.beginPath();
          trails.moveTo(from.x, from.y);
          trails.lineTo(to.x, to.y);
          trails.stroke();
        }
      }
    }
    trails.globalAlpha = 1;
  }
}
