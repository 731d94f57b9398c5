// Maps of pixels are asked for once they are seen, a coarse one first, and not again for the same.

import { Channel } from "./api.js";
import { write } from "./dom.js";
import { whenSeen } from "./pixels.js";

/** The questions of one map, and their errors. */
export class Survey {
  #asked = "";
  #isSeen = false;
  #channel;

  /** `refresh()` is called once the node comes into view. */
  constructor(path, node, error, refresh) {
    Object.assign(this, { node, error });
    this.#channel = new Channel(path);
    whenSeen(node, (isSeen) => {
      this.#isSeen = isSeen;
      refresh();
    });
  }

  /** Whether the map is on the screen, or nearly. */
  get isSeen() {
    return this.#isSeen && !this.node.hidden;
  }

  /** Ask anew what is asked next, even if it was asked before. */
  watch() {
    this.#asked = "";
  }

  drop() {
    this.#channel.drop();
  }

  /** Ask for each body in turn, the last the finest; `again()` is called instead where that was asked last. */
  async ask(bodies, { again, busy = () => {}, show, failed = () => {} }) {
    const text = JSON.stringify(bodies.at(-1));
    if (text === this.#asked) {
      again();
      return;
    }
    this.#asked = text;
    busy();
    try {
      for (const body of bodies) {
        const answer = await this.#channel.ask(body);
        if (!answer) return;
        show(answer, body);
      }
      write(this.error, "");
    } catch (error) {
      write(this.error, error.message);
      failed();
    }
  }
}
