// Questions to whatever computes: one answer each, stale ones dropped.

import { texts } from "./texts.js";

const KEY = "descend.token";

/** Take the token from the address, keep it, and remove it from the address. */
export function takeToken() {
  const found = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!found) return;
  sessionStorage.setItem(KEY, found);
  // A link on a slide opens a new tab, which has no session of its own yet.
  localStorage.setItem(KEY, found);
  history.replaceState(null, "", location.pathname + location.search);
}

function token() {
  return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "";
}

function byHttp(path, { headers, ...options }) {
  return fetch(path, { ...options, headers: { ...headers, "X-Descend-Token": token() }, cache: "no-store", credentials: "omit" });
}

let send = byHttp;

/** Let questions travel another way: `transport` takes what `fetch` takes, and promises a `Response`. */
export function over(transport) {
  send = transport;
}

/** What the server refused, in its own words, and the field that it names. */
export class Refusal extends Error {
  constructor(message, field = null, status = 0) {
    super(message);
    this.field = field;
    this.status = status;
  }
}

async function refusalOf(response) {
  if (response.status === 403) return new Refusal(texts.errors.token, null, 403);
  try {
    const { error, field } = await response.json();
    return new Refusal(error, field, response.status);
  } catch {
    return new Refusal(texts.errors.unreadable(response.status), null, response.status);
  }
}

const pause = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("", "AbortError"));
    });
  });

const isBusy = (status) => status === 429 || status === 503;

async function respond(path, options, attempts = 5) {
  let response;
  try {
    response = await send(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(texts.errors.offline);
  }
  if (response.ok) return response;
  if (isBusy(response.status) && attempts > 1) {
    const seconds = Number(response.headers.get("Retry-After")) || 1;
    await pause(Math.min(seconds, 5) * 1000, options.signal);
    return respond(path, options, attempts - 1);
  }
  throw await refusalOf(response);
}

function request(body, signal, type = "application/json") {
  if (body === undefined) return { method: "GET", signal };
  return { method: "POST", headers: { "Content-Type": type }, body: type === "application/json" ? JSON.stringify(body) : body, signal };
}

/** Read an answer's header and, as views into the one buffer, its arrays. */
export function decoded(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = 4 + length;
  const arrays = {};
  for (const [name, { shape, offset }] of Object.entries(header.arrays ?? {})) {
    const size = shape.reduce((product, each) => product * each, 1);
    arrays[name] = { shape, data: new Float32Array(buffer, start + 4 * offset, size) };
  }
  return { ...header, arrays };
}

async function content(response) {
  const type = response.headers.get("Content-Type") ?? "";
  return type.startsWith("application/json") ? response.json() : decoded(await response.arrayBuffer());
}

/** Return what the server offers: optimizers, schedules, landmarks, limits. */
export async function catalogue() {
  return content(await respond("/api/catalogue", request()));
}

/** Return a file that the server makes, with the name that it gives it. */
export async function file(path, body) {
  const response = await respond(path, request(body));
  const disposition = response.headers.get("Content-Disposition") ?? "";
  const name = /filename="?([^";]+)/.exec(disposition)?.[1] ?? `descent.${body.kind}`;
  return { name, blob: await response.blob() };
}

/** Return the columns of numbers of a CSV file. */
export async function table(blob) {
  return content(await respond("/api/table", request(blob, undefined, "text/csv")));
}

/** A line of questions of which only the newest is answered. */
export class Channel {
  #sequence = 0;
  #controller = null;

  constructor(path) {
    this.path = path;
  }

  /** Ask; the answer is null where a newer question was asked in the meantime. */
  async ask(body) {
    this.drop();
    const mine = this.#sequence;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    try {
      const answer = await content(await respond(this.path, request(body, signal)));
      return mine === this.#sequence ? answer : null;
    } catch (error) {
      if (mine !== this.#sequence || error.name === "AbortError") return null;
      throw error;
    }
  }

  /** Give up the question that waits for its answer, if there is one. */
  drop() {
    this.#sequence += 1;
    this.#controller?.abort();
    this.#controller = null;
  }
}
