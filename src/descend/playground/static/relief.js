// Where a landscape and its paths lie in the box that the surface is drawn in.

import { HEIGHT } from "./camera.js";
import { sampled } from "./shade.js";

const SAMPLES = 40;

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

  /** Whether the surface stands between a point on it and the eye. */
  hides([x, y, z], eye) {
    const [dx, dy, dz] = [eye[0] - x, eye[1] - y, eye[2] - z];
    const reach = Math.min(1, (HEIGHT - z + 0.02) / dz, 2 / Math.hypot(dx, dy));
    for (let sample = 1; sample <= SAMPLES; sample += 1) {
      const share = (reach * sample) / SAMPLES;
      const [across, up] = [(x + share * dx + 1) / 2, (y + share * dy + 1) / 2];
      if (across < 0 || across > 1 || up < 0 || up > 1) return false;
      const shade = sampled(this.shades, this.rows, this.columns, up * (this.rows - 1), across * (this.columns - 1));
      if (HEIGHT * shade > z + share * dz + 0.012) return true;
    }
    return false;
  }
}
