// A surface on a plain canvas, for browsers without WebGL2.

import { BANDS, LANDSCAPE } from "./colours.js";
import { HEIGHT, projected } from "./camera.js";

const MOST = 64;

/** Draws the quadrilaterals of a surface from far to near. */
export class SurfaceCanvas {
  kind = "canvas";
  #relief = null;

  constructor(ctx) {
    this.ctx = ctx;
  }

  setRelief(relief) {
    this.#relief = relief;
  }

  draw(matrix) {
    const { width, height } = this.ctx.canvas;
    this.ctx.clearRect(0, 0, width, height);
    this.#paint(this.ctx, matrix, width, height);
  }

  #paint(ctx, matrix, width, height) {
    const { rows, columns, shades } = this.#relief;
    const [down, across] = [Math.min(rows - 1, MOST), Math.min(columns - 1, MOST)];
    const corner = (row, column) => {
      const [r, c] = [Math.round((row / down) * (rows - 1)), Math.round((column / across) * (columns - 1))];
      const shade = shades[r * columns + c];
      const place = [(2 * c) / (columns - 1) - 1, (2 * r) / (rows - 1) - 1, HEIGHT * shade];
      return [...projected(matrix, place, width, height), shade];
    };
    const grid = Array.from({ length: down + 1 }, (_, row) => Array.from({ length: across + 1 }, (__, column) => corner(row, column)));
    const faces = [];
    for (let row = 0; row < down; row += 1) {
      for (let column = 0; column < across; column += 1) {
        const four = [grid[row][column], grid[row][column + 1], grid[row + 1][column + 1], grid[row + 1][column]];
        const shade = four.reduce((sum, each) => sum + each[3], 0) / 4;
        if (!Number.isFinite(shade)) continue;
        const far = four.reduce((sum, each) => sum + each[2], 0);
        const slope = four[1][3] - four[0][3] + (four[2][3] - four[1][3]);
        faces.push({ four, shade, far, light: 0.93 - Math.min(0.2, Math.max(-0.12, 3 * slope)) });
      }
    }
    faces.sort((a, b) => b.far - a.far);
    for (const { four, shade, light } of faces) {
      const band = Math.min(Math.max(Math.floor(shade * BANDS), 0), BANDS - 1);
      const at = 3 * Math.round(((band + 0.5) / BANDS) * 255);
      const [red, green, blue] = [0, 1, 2].map((part) => Math.min(255, LANDSCAPE[at + part] * light));
      const colour = `rgb(${red} ${green} ${blue})`;
      ctx.fillStyle = colour;
      ctx.strokeStyle = colour;
      ctx.beginPath();
      for (const [x, y] of four) ctx.lineTo(x, y);
      ctx.closePath();
      ctx.fill();
      ctx.stroke();
    }
  }
}
