// The hill in three dimensions: WebGL2 where there is one, else a plain canvas.

import { Camera } from "./camera.js";
import { element } from "./dom.js";
import { Relief } from "./relief.js";
import { SurfaceCanvas } from "./surface_canvas.js";
import { SurfaceGL } from "./surface_gl.js";
import { SurfacePaths } from "./surface_paths.js";

/** A landscape of two variables as a surface that can be turned; it is drawn anew only when it turns. */
export class SurfaceView {
  selected = 0;
  #painter;
  #relief = null;
  #runs = [];
  #position = 0;
  #isStale = true;
  #areRunsStale = true;

  constructor(host, invalidate) {
    this.host = host;
    this.invalidate = invalidate;
    this.camera = new Camera();
    const layer = () => element("canvas", { "aria-hidden": "true" });
    this.ground = layer();
    this.overlays = [layer(), layer()];
    host.append(this.ground, ...this.overlays);
    this.paths = new SurfacePaths(...this.overlays);
    this.#painter = this.#begin();
    new ResizeObserver(() => this.#measure()).observe(host);
    this.#listen();
  }

  /** The kind of drawing: "webgl2" or "canvas". */
  get kind() {
    return this.#painter.kind;
  }

  #begin() {
    const gl = this.ground.getContext("webgl2", { antialias: true });
    if (gl) {
      this.ground.addEventListener("webglcontextlost", () => this.#fallBack());
      try {
        return new SurfaceGL(gl);
      } catch {
        this.#replaceGround();
      }
    }
    return new SurfaceCanvas(this.ground.getContext("2d"));
  }

  #replaceGround() {
    const fresh = element("canvas", { "aria-hidden": "true" });
    [fresh.width, fresh.height] = [this.ground.width, this.ground.height];
    this.ground.replaceWith(fresh);
    this.ground = fresh;
  }

  // A driver may take the context away at any time: go on without it.
  #fallBack() {
    this.#replaceGround();
    this.#painter = new SurfaceCanvas(this.ground.getContext("2d"));
    if (this.#relief) this.#painter.setRelief(this.#relief);
    this.#isStale = true;
    this.invalidate();
  }

  #measure() {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const size = [Math.round(this.host.clientWidth * ratio), Math.round(this.host.clientHeight * ratio)];
    if (size[0] === 0 || (size[0] === this.ground.width && size[1] === this.ground.height)) return;
    for (const canvas of [this.ground, ...this.overlays]) [canvas.width, canvas.height] = size;
    this.ratio = ratio;
    this.#isStale = true;
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
    this.#isStale = true;
    this.invalidate();
  }

  setField(field) {
    this.#relief = new Relief(field);
    this.#painter.setRelief(this.#relief);
    this.#isStale = true;
  }

  setRuns(runs) {
    this.#runs = runs.filter((run) => run.dimensions === 2);
    this.#areRunsStale = true;
  }

  /** Draw one frame: the balls at a position among the steps. */
  draw(position) {
    this.#position = position;
    if (!this.#relief || this.ground.width === 0 || this.host.clientWidth === 0 || !this.ratio) return;
    const matrix = this.camera.matrix(this.ground.width / this.ground.height);
    if (this.#isStale) this.#painter.draw(matrix);
    if (this.#isStale || this.#areRunsStale) this.paths.look(this.#runs, this.#relief, this.camera, matrix, this.ratio);
    this.#isStale = false;
    this.#areRunsStale = false;
    this.paths.draw(position, this.selected);
  }
}
