// A landscape as filled bands with level lines, pixel by pixel.

import { BANDS, LANDSCAPE } from "./colours.js";
import { sampled } from "./shade.js";

/** Return an image of heights (rows from low to high), so many pixels wide and high. */
export function banded(heights, rows, columns, shade, width, height) {
  const image = new ImageData(width, height);
  const shades = Float32Array.from(heights, shade);
  const field = new Float32Array(width * height);
  for (let down = 0; down < height; down += 1) {
    const row = (1 - down / Math.max(height - 1, 1)) * (rows - 1);
    for (let across = 0; across < width; across += 1) {
      const column = (across / Math.max(width - 1, 1)) * (columns - 1);
      field[down * width + across] = BANDS * sampled(shades, rows, columns, row, column);
    }
  }
  const data = image.data;
  for (let down = 0; down < height; down += 1) {
    for (let across = 0; across < width; across += 1) {
      const at = down * width + across;
      const here = field[at];
      if (Number.isNaN(here)) continue;
      const beside = across + 1 < width ? field[at + 1] : field[at - 1];
      const below = down + 1 < height ? field[at + width] : field[at - width];
      const slope = Math.hypot(here - beside, here - below) || 1e-9;
      const band = Math.min(Math.max(Math.floor(here), 0), BANDS - 1);
      const share = here - Math.round(here);
      // A level line one pixel and a half wide, fainter where lines crowd.
      const nearness = Math.max(0, 1 - Math.abs(share) / (1.5 * slope));
      const line = 0.34 * nearness * Math.min(1, 0.22 / slope);
      const colour = 3 * Math.round(((band + 0.5) / BANDS) * 255);
      // By the level, so that a line has one colour on both of its sides.
      const isDark = Math.round(here) > 0.55 * BANDS;
      for (let part = 0; part < 3; part += 1) {
        const value = LANDSCAPE[colour + part];
        data[4 * at + part] = value + line * ((isDark ? 255 : 20) - value);
      }
      data[4 * at + 3] = 255;
    }
  }
  return image;
}

/** Return the image on a canvas of its own, to be drawn at any size. */
export function canvasOf(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
