// The start of a fit on the surface of its loss: put, dragged, put back.

import { Drops } from "./drops.js";
import { player } from "./player.js";
import { texts } from "./texts.js";

const say = texts.line;

/** Let the start be moved on a view; `put(point, isLast)` is told of each place, `clear()` puts it back to zero. */
export function startDrops(view, { points, put, clear, announce }) {
  return new Drops(view, {
    points, texts: { cursor: say.cursor, dropped: say.started, lifted: say.startLifted, removed: say.startBack },
    act: { add: (point) => put(point, true), move: (_, point, isLast) => put(point, isLast), remove: clear, choose: () => {}, announce, redraw: () => player.invalidate() },
  });
}
