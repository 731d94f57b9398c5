// Where a landscape and its paths lie in the box that the surface is drawn in.

import { HEIGHT } from "./camera.js";
import { sampled } from "./shade.js";

/** A landscape of two variables in the box [-1, 1] x [-1, 1] x [0, HEIGHT]. */
export class Relief {
  constructor({ heights, shade, window }) {
    [this.rows, this.columns] = heights.shape;
    this.shades = Float32Array.from(heights.data, shade);
    this.shade = shade;
    this.window = window;
  }

  #shares(point) {
    return point.slice(0, 2).map((value, axis) => {
      const [low, high] = this.window[axis];
      return (value - low) / (high - low);
    });
  }

  /** Return a point on the surface; NaN outside the window. */
  on(point) {
    const [x, y] = this.#shares(Array.from(point));
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return [NaN, NaN, NaN];
    const shade = sampled(this.shades, this.rows, this.columns, y * (this.rows - 1), x * (this.columns - 1));
    return [2 * x - 1, 2 * y - 1, HEIGHT * shade];
  }

  /** Return the path of a run, three numbers a step. */
  path(run) {
    const places = new Float32Array(3 * run.length);
    for (let step = 0; step < run.length; step += 1) places.set(this.on(run.point(step)), 3 * step);
    return places;
  }
}
