// Maps of pixels are asked for once they are seen, a coarse one first, and not again for the same.

import { Channel } from "./api.js";
import { element, write } from "./dom.js";
import { whenSeen } from "./pixels.js";
import { texts } from "./texts.js";

/** The questions of one map, and their errors. */
export class Survey {
  #asked = "";
  #isSeen = false;
  #channel;

  /** `refresh()` is called once the node comes into view. */
  constructor(path, node, error, refresh) {
    Object.assign(this, { node, error });
    this.coarser = element("p", { class: "hint", hidden: true }, texts.coarser);
    error.before(this.coarser);
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

  /**
   * Ask for each body in turn, the last the finest; `again()` is called instead where that was asked last.
   * What would take too long is asked for as fine as the answers before it say that there is time for.
   */
  async ask(bodies, { again, busy = () => {}, show, failed = () => {} }) {
    const text = JSON.stringify(bodies.at(-1));
    if (text === this.#asked) {
      again();
      return;
    }
    this.#asked = text;
    busy();
    try {
      let most = null;
      let shown = 0;
      for (const wanted of bodies) {
        const body = within(most, wanted);
        if (body.width > shown) {
          const answer = await this.#channel.ask(body);
          if (!answer) return;
          show(answer, body);
          most = answer.most_pixels;
          shown = body.width;
        }
        this.coarser.hidden = shown === wanted.width;
      }
      write(this.error, "");
    } catch (error) {
      write(this.error, error.message);
      failed();
    }
  }
}

/** Return the question of a map with as many pixels as there is time for; null is for any. */
function within(most, body) {
  const factor = most === null ? 1 : Math.min(1, most / (body.width * body.height));
  const shrunk = (size) => Math.max(2, Math.floor(size * Math.sqrt(factor)));
  if (body.height === 1) return { ...body, width: Math.max(2, Math.floor(body.width * factor)) };
  return { ...body, width: shrunk(body.width), height: shrunk(body.height) };
}
