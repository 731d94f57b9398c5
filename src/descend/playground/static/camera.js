// The eye that looks at a surface: turned by azimuth and elevation, in degrees.

export const HEIGHT = 1;
const CENTRE = 0.4 * HEIGHT;

/** A perspective view of the box [-1, 1] x [-1, 1] x [0, HEIGHT]. */
export class Camera {
  azimuth = -52;
  elevation = 40;
  distance = 4.1;

  turn(byAzimuth, byElevation) {
    this.azimuth = (this.azimuth + byAzimuth) % 360;
    this.elevation = Math.min(89, Math.max(8, this.elevation + byElevation));
  }

  /** Where the eye is, in the box. */
  get eye() {
    const [a, e] = [(this.azimuth * Math.PI) / 180, (this.elevation * Math.PI) / 180];
    const far = this.distance;
    return [far * Math.cos(e) * Math.cos(a), far * Math.cos(e) * Math.sin(a), CENTRE + far * Math.sin(e)];
  }

  /** Return the 4 x 4 matrix from the box to the screen, by columns, as WebGL wants it. */
  matrix(aspect) {
    const [a, e] = [(this.azimuth * Math.PI) / 180, (this.elevation * Math.PI) / 180];
    const right = [-Math.sin(a), Math.cos(a), 0];
    const up = [-Math.sin(e) * Math.cos(a), -Math.sin(e) * Math.sin(a), Math.cos(e)];
    const back = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
    const centre = [0, 0, CENTRE];
    const shift = (axis) => -axis.reduce((sum, part, place) => sum + part * centre[place], 0);
    const zoom = 2.6 * Math.min(1, aspect);
    const [near, far] = [1, 10];
    const [p, q] = [-(far + near) / (far - near), (-2 * far * near) / (far - near)];
    const depth = shift(back) - this.distance;
    const column = (place) => [(zoom / aspect) * right[place], zoom * up[place], p * back[place], -back[place]];
    return new Float32Array([
      ...column(0), ...column(1), ...column(2),
      (zoom / aspect) * shift(right), zoom * shift(up), p * depth + q, -depth,
    ]);
  }
}

/** Return where a point of the box is on a screen of this size, and how far away. */
export function projected(matrix, [x, y, z], width, height) {
  const row = (place) => matrix[place] * x + matrix[place + 4] * y + matrix[place + 8] * z + matrix[place + 12];
  const far = row(3);
  return [(0.5 + (0.5 * row(0)) / far) * width, (0.5 - (0.5 * row(1)) / far) * height, far];
}
