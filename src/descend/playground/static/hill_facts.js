// What is told of a hill beside its heights: its derivatives, its minima and saddles. Their search takes longer than
// a slider waits, so that they are asked for once the balls roll.

import { Channel } from "./api.js";

/** The facts of the function that is shown. */
export class HillFacts {
  #derivatives = new Channel("/api/derivatives");
  #stationary = new Channel("/api/stationary");
  #function = null;

  /** The panel of `derivatives` and the `views` are told; `refuse(error)` is called with what goes wrong. */
  constructor(derivatives, views, refuse) {
    Object.assign(this, { derivatives, views, refuse });
  }

  /** Ask for what is not known of an answer of `/api/function`. */
  async ask(shown) {
    if (shown === this.#function) return;
    const { formula, window } = shown;
    const isNew = formula !== this.#function?.formula;
    this.#function = shown;
    try {
      const [derived, found] = await Promise.all([isNew ? this.#derivatives.ask({ formula }) : null, this.#stationary.ask({ formula, window })]);
      if (derived) this.derivatives.show(derived);
      if (found) this.views.setStationary(found);
    } catch (error) {
      this.#function = null;
      this.refuse(error);
    }
  }

  /** Give up what is asked; it is asked for again. */
  drop() {
    this.#derivatives.drop();
    this.#stationary.drop();
    this.#function = null;
  }
}
