// A surface, its paths and its balls on a plain canvas, for browsers without WebGL2.

import { BANDS, LANDSCAPE, trace } from "./colours.js";
import { HEIGHT, projected } from "./camera.js";

const MOST = 64;

/** Draws the quadrilaterals of a surface from far to near, and keeps the picture until the eye moves. */
export class SurfaceCanvas {
  kind = "canvas";
  #relief = null;
  #paths = [];
  #kept = document.createElement("canvas");
  #keptFor = "";

  constructor(ctx) {
    this.ctx = ctx;
  }

  setRelief(relief) {
    this.#relief = relief;
    this.#keptFor = "";
  }

  setPaths(paths) {
    this.#paths = paths;
  }

  draw(camera, position, balls, ratio) {
    const { width, height } = this.ctx.canvas;
    const matrix = camera.matrix(width / height);
    const view = [...matrix, width, height].join();
    if (view !== this.#keptFor) {
      [this.#kept.width, this.#kept.height] = [width, height];
      this.#paint(this.#kept.getContext("2d"), matrix, width, height);
      this.#keptFor = view;
    }
    this.ctx.clearRect(0, 0, width, height);
    this.ctx.drawImage(this.#kept, 0, 0);
    this.#follow(matrix, Math.floor(position + 1e-6), width, height, ratio);
    for (const { run, place, isSelected } of balls) {
      if (!place.every(Number.isFinite)) continue;
      const [x, y] = projected(matrix, place, width, height);
      trace(this.ctx, run.shape, x, y, (isSelected ? 8 : 6.5) * ratio);
      this.ctx.lineWidth = 3 * ratio;
      this.ctx.strokeStyle = "#fffffe";
      this.ctx.stroke();
      this.ctx.fillStyle = run.colour;
      this.ctx.fill();
    }
  }

  #follow(matrix, step, width, height, ratio) {
    this.ctx.lineWidth = 2 * ratio;
    for (const { run, places } of this.#paths) {
      this.ctx.strokeStyle = run.colour;
      this.ctx.setLineDash(run.dash.map((dash) => dash * ratio));
      this.ctx.beginPath();
      let isDown = false;
      for (let at = 0; at <= step && at < run.length; at += 1) {
        const place = places.subarray(3 * at, 3 * at + 3);
        const isThere = place.every(Number.isFinite);
        if (isThere) {
          const [x, y] = projected(matrix, place, width, height);
          if (isDown) this.ctx.lineTo(x, y);
          else this.ctx.moveTo(x, y);
        }
        isDown = isThere;
      }
      this.ctx.stroke();
      this.ctx.setLineDash([]);
    }
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
