// The hill in three dimensions: WebGL2 where there is one, else a plain canvas.

import { onTheme } from "./colours.js";
import { Camera } from "./camera.js";
import { element } from "./dom.js";
import { Relief } from "./relief.js";
import { SurfaceCanvas } from "./surface_canvas.js";
import { SurfaceGL } from "./surface_gl.js";

/** A landscape of two variables as a surface that can be turned. */
export class SurfaceView {
  selected = 0;
  #painter;
  #relief = null;
  #runs = [];
  #position = 0;

  constructor(host, invalidate) {
    this.host = host;
    this.invalidate = invalidate;
    this.camera = new Camera();
    this.canvas = element("canvas", { "aria-hidden": "true" });
    host.append(this.canvas);
    this.#painter = this.#begin();
    new ResizeObserver(() => this.#measure()).observe(host);
    onTheme(invalidate);
    this.#listen();
  }

  /** The kind of drawing: "webgl2" or "canvas". */
  get kind() {
    return this.#painter.kind;
  }

  #begin() {
    const gl = this.canvas.getContext("webgl2", { antialias: true, alpha: true, premultipliedAlpha: true });
    if (gl) {
      this.canvas.addEventListener("webglcontextlost", () => this.#fallBack());
      try {
        return new SurfaceGL(gl);
      } catch {
        this.#replaceCanvas();
      }
    }
    return new SurfaceCanvas(this.canvas.getContext("2d"));
  }

  #replaceCanvas() {
    const fresh = element("canvas", { "aria-hidden": "true" });
    fresh.width = this.canvas.width;
    fresh.height = this.canvas.height;
    this.canvas.replaceWith(fresh);
    this.canvas = fresh;
  }

  // A driver may take the context away at any time: go on without it.
  #fallBack() {
    this.#replaceCanvas();
    this.#painter = new SurfaceCanvas(this.canvas.getContext("2d"));
    if (this.#relief) this.#painter.setRelief(this.#relief);
    this.setRuns(this.#runs);
    this.invalidate();
  }

  #measure() {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const size = [Math.round(this.host.clientWidth * ratio), Math.round(this.host.clientHeight * ratio)];
    if (size[0] === 0 || (size[0] === this.canvas.width && size[1] === this.canvas.height)) return;
    [this.canvas.width, this.canvas.height] = size;
    this.ratio = ratio;
    // A canvas that was resized is empty: draw before it is seen.
    this.draw(this.#position);
  }

  #listen() {
    let from = null;
    this.host.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY];
      this.host.setPointerCapture(event.pointerId);
    });
    this.host.addEventListener("pointermove", (event) => {
      if (!from) return;
      this.#turn(-0.5 * (event.clientX - from[0]), 0.4 * (event.clientY - from[1]));
      from = [event.clientX, event.clientY];
    });
    for (const end of ["pointerup", "pointercancel"]) {
      this.host.addEventListener(end, () => {
        from = null;
      });
    }
    const turns = { ArrowLeft: [6, 0], ArrowRight: [-6, 0], ArrowUp: [0, 5], ArrowDown: [0, -5] };
    this.host.addEventListener("keydown", (event) => {
      const turn = turns[event.key];
      if (!turn) return;
      event.preventDefault();
      this.#turn(...turn);
    });
  }

  #turn(azimuth, elevation) {
    this.camera.turn(azimuth, elevation);
    this.invalidate();
  }

  setField(field) {
    this.#relief = new Relief(field);
    this.#painter.setRelief(this.#relief);
    this.setRuns(this.#runs);
  }

  setRuns(runs) {
    this.#runs = runs;
    if (!this.#relief || (runs[0] && runs[0].dimensions !== 2)) return;
    this.#painter.setPaths(runs.map((run) => ({ run, places: this.#relief.path(run) })));
  }

  draw(position) {
    this.#position = position;
    if (!this.#relief || this.canvas.width === 0 || this.host.clientWidth === 0) return;
    const balls = this.#runs.filter((run) => run.dimensions === 2).map((run, place) => ({
      run, place: this.#relief.on(run.at(position)), isSelected: place === this.selected,
    }));
    this.#painter.draw(this.camera, position, balls, this.ratio ?? 1);
  }
}
