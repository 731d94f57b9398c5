// The page's state in its address, and back: what differs from the defaults, in words.

import { plain } from "./format.js";
import { packed, unpacked } from "./packing.js";

const numbers = (text) => text.split(",").map(Number);
const rows = (text) => text.split(";").filter(Boolean).map(numbers);
const isFilled = (list) => list.length > 0 && list.every((row) => row.length > 0 && row.every(Number.isFinite));

// More points than this are packed: people read no more in an address.
const READABLE = 150;
const PACKED = "~";

const KINDS = {
  text: { read: (text) => text, write: (value) => value },
  number: { read: (text) => (Number.isFinite(Number(text)) && text !== "" ? Number(text) : undefined), write: (value) => plain(value, 8) },
  rate: { read: (text) => (text === "auto" ? "auto" : KINDS.number.read(text)), write: (value) => (value === "auto" ? value : plain(value, 8)) },
  flag: { read: (text) => text === "1" || text === "true", write: (value) => (value ? "1" : "0") },
  names: { read: (text) => text.split(",").filter(Boolean), write: (value) => value.join(",") },
  rows: {
    read: (text) => (isFilled(rows(text)) ? rows(text) : undefined),
    write: (value) => value.map((row) => row.map((each) => plain(each, 5)).join(",")).join(";"),
  },
  points: {
    read: (text) => (text.startsWith(PACKED) ? unpacked(text.slice(1)) : KINDS.rows.read(text)),
    write: (value) => (value.length > READABLE ? PACKED + packed(value) : KINDS.rows.write(value)),
  },
  batch: { read: (text) => (text === "full" ? "full" : KINDS.number.read(text)), write: (value) => String(value) },
};

export const ROOMS = {
  hill: {
    formula: ["text", "(x^2 + y^2)/12 + sin(x)*sin(y)"], starts: ["rows", null], window: ["rows", null], optimizer: ["text", "momentum"], race: ["names", []],
    rate: ["rate", 0.1], schedule: ["text", ""], noise: ["number", 0], seed: ["number", 0], steps: ["number", 200], ascent: ["flag", false],
  },
  line: {
    data: ["text", "line"], points: ["points", null], start: ["rows", null], degree: ["number", 1], loss: ["text", "mean_squared_error"], optimizer: ["text", "sgd"], rate: ["rate", 0.1],
    batch: ["batch", "full"], steps: ["number", 100], scaling: ["flag", false], pair: ["rows", [[0, 1]]], seed: ["number", 0],
  },
  live: {},
  lessons: {},
};

/** Return a room's state with every default. */
export function initial(room) {
  const state = Object.fromEntries(Object.entries(ROOMS[room]).map(([key, [, value]]) => [key, structuredClone(value)]));
  return { ...state, parameters: {} };
}

// In a link that was written by hand a plus is a plus; where a form or a program encoded it, it is a blank.
function withPluses(search) {
  const isEncoded = /%(28|29|2A|2B|2F|3D|5E|7C)/i;
  return search.replace(/([?&]formula=)([^&]*)/, (_, key, value) => key + (isEncoded.test(value) ? value : value.replaceAll("+", "%2B")));
}

/** Return the room and the state that an address asks for. */
export function read(search) {
  const query = new URLSearchParams(withPluses(search));
  const asked = query.get("room") ?? "hill";
  const room = Object.hasOwn(ROOMS, asked) ? asked : "hill";
  const state = initial(room);
  for (const [key, text] of query) {
    if (Object.hasOwn(ROOMS[room], key)) {
      const value = KINDS[ROOMS[room][key][0]].read(text);
      if (value !== undefined) state[key] = value;
    } else if (key.includes(".")) {
      // Hyper-parameters: "adam.beta1=0.8", "schedule.decay=0.1".
      const [kind, name] = key.split(".", 2);
      const value = text === "true" || text === "false" ? text === "true" : KINDS.number.read(text);
      if (value !== undefined) (state.parameters[kind] ??= {})[name] = value;
    }
  }
  return { room, state };
}

/** Return the address of a room in a state. */
export function written(room, state) {
  const query = new URLSearchParams();
  if (room !== "hill") query.set("room", room);
  const defaults = initial(room);
  for (const [key, [kind]] of Object.entries(ROOMS[room])) {
    const value = state[key];
    if (value === null || value === undefined) continue;
    if (JSON.stringify(value) !== JSON.stringify(defaults[key])) query.set(key, KINDS[kind].write(value));
  }
  for (const [kind, values] of Object.entries(state.parameters ?? {})) {
    for (const [name, value] of Object.entries(values)) {
      query.set(`${kind}.${name}`, typeof value === "boolean" ? String(value) : plain(value, 8));
    }
  }
  // Signs that a query may hold as they are, so that people can read it.
  const text = query.toString().replaceAll("+", "%20").replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("%28", "(").replaceAll("%29", ")")
    .replaceAll("%5E", "^").replaceAll("%2F", "/").replaceAll("%2A", "*");
  return text ? `?${text}` : "";
}
