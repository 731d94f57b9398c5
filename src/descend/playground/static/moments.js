// A watched descent as the page has heard of it: the moments that the server keeps, and no others.

const COLUMNS = ["loss", "score", "rate", "seconds"];

/** Columns of numbers, one row a step that is kept; the first row is the start. */
export class Moments {
  constructor() {
    this.#clear(null, null);
  }

  #clear(run, generation) {
    Object.assign(this, { run, generation, names: [], steps: [], loss: [], score: [], rate: [], seconds: [], weights: [] });
  }

  get length() {
    return this.steps.length;
  }

  get lastStep() {
    return this.steps[this.length - 1] ?? -1;
  }

  /** Take an answer: what is new in it, and which of the rows before have gone. */
  take(answer) {
    const { run, generation, names, steps, stride, arrays, start_loss: startLoss } = answer;
    if (run !== this.run || generation !== this.generation) this.#clear(run, generation);
    if (names.length) this.names = names;
    if (steps.length) this.#add(steps, arrays);
    this.#thin(stride);
    if (startLoss !== null && this.steps[0] === 0) this.loss[0] = startLoss;
  }

  #add(steps, arrays) {
    const width = arrays.weights.shape[1];
    this.steps.push(...steps);
    for (const name of COLUMNS) this[name].push(...arrays[name].data);
    steps.forEach((_, row) => this.weights.push(arrays.weights.data.slice(row * width, (row + 1) * width)));
  }

  #thin(stride) {
    const last = this.length - 1;
    if (stride === 1 && this.steps.every((step, row) => row === 0 || step > this.steps[row - 1])) return;
    const stays = this.steps.map((step, row) => row === last || (step % stride === 0 && step < this.steps[last]));
    for (const name of ["steps", "weights", ...COLUMNS]) this[name] = this[name].filter((_, row) => stays[row]);
  }

  /** How far each weight has been from where it is lowest to where it is highest. */
  spans() {
    return this.names.map((_, place) => {
      let [low, high] = [Infinity, -Infinity];
      for (const row of this.weights) {
        low = Math.min(low, row[place]);
        high = Math.max(high, row[place]);
      }
      return high - low;
    });
  }

  /** The places of the weights that are comparable: without intercepts, if there are others. */
  get slopes() {
    const all = this.names.map((_, place) => place);
    const slopes = all.filter((place) => !/^intercept(\[\d+\])?$/.test(this.names[place]));
    return slopes.length > 1 ? slopes : all;
  }

  /** So many of some places, those first where a measure is largest. */
  static largest(places, measure, most) {
    return places.slice().sort((a, b) => measure[b] - measure[a] || a - b).slice(0, most);
  }
}
