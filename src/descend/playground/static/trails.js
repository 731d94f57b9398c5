// Paths on a canvas, drawn on as the steps go on, so that a frame costs what is new in it.

/** The paths of runs, up to a step, on two layers: light edges below, colours above. */
export class Trails {
  #pens = [];
  #drawn = 0;

  constructor(plot, layers) {
    this.plot = plot;
    this.layers = layers;
    this.runs = [];
  }

  /** Take other runs, or draw the same ones anew. */
  reset(runs = this.runs) {
    this.runs = runs;
    this.#drawn = 0;
    this.#pens = runs.map((run) => ({ place: this.plot.place(run.point(0)), length: 0 }));
    for (const layer of this.layers) this.plot.cleared(layer);
  }

  /** Show the paths up to a step. */
  upTo(step) {
    if (step < this.#drawn) this.reset();
    if (step === this.#drawn) return;
    const [edges, colours] = this.layers.map((layer) => this.plot.clipped(this.plot.contexts[layer]));
    const isCrowd = this.runs.length > 24;
    for (const ctx of [edges, colours]) {
      ctx.lineJoin = "round";
      ctx.lineCap = "round";
    }
    edges.strokeStyle = "rgba(255, 255, 254, 0.8)";
    edges.lineWidth = 4;
    colours.lineWidth = isCrowd ? 1.4 : 2;
    this.runs.forEach((run, place) => {
      const places = this.#advance(run, this.#pens[place], step);
      if (places.length < 2) return;
      if (!isCrowd) follow(edges, places);
      colours.strokeStyle = run.colour;
      colours.setLineDash(run.dash);
      colours.lineDashOffset = this.#pens[place].dashAt ?? 0;
      follow(colours, places);
      this.#pens[place].dashAt = this.#pens[place].length;
    });
    edges.restore();
    colours.restore();
    this.#drawn = step;
  }

  #advance(run, pen, step) {
    const places = [pen.place];
    for (let at = this.#drawn + 1; at <= step && at < run.length; at += 1) {
      const place = this.plot.place(run.point(at));
      const length = Math.hypot(place[0] - pen.place[0], place[1] - pen.place[1]);
      // Less than half a pixel is not seen: wait until it adds up.
      if (!(length > 0.5)) continue;
      pen.length += length;
      pen.place = place;
      places.push(place);
    }
    return places;
  }
}

function follow(ctx, places) {
  ctx.beginPath();
  ctx.moveTo(...places[0]);
  for (const place of places.slice(1)) ctx.lineTo(...place);
  ctx.stroke();
}
