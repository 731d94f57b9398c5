// Questions that travel by the messages of a notebook's widget, to the same answers as the server's.

import { element } from "./dom.js";
import { texts } from "./texts.js";

const PATIENCE = 5000;

/** Return a transport for `over` (api.js) by the messages of a widget's model. */
export function byMessages(model) {
  // A model may be shown several times: each answer reaches all, and belongs to one.
  const own = Math.random().toString(36).slice(2);
  const waiting = new Map();
  let count = 0;
  const silence = silenceOf(waiting);

  const heard = (message, buffers) => {
    const question = waiting.get(message.id);
    if (!question) return;
    waiting.delete(message.id);
    silence.end();
    question.resolve(new Response(bytesOf(buffers[0]), { status: message.status, headers: message.headers }));
  };
  model.on("msg:custom", heard);
  addEventListener("pagehide", () => {
    model.off("msg:custom", heard);
    for (const id of waiting.keys()) model.send({ id, drop: true });
  });

  return (path, { method, headers = {}, body, signal }) => new Promise((resolve, reject) => {
    count += 1;
    const id = `${own}-${count}`;
    waiting.set(id, { resolve });
    signal?.addEventListener("abort", () => {
      if (!waiting.delete(id)) return;
      silence.end();
      model.send({ id, drop: true });
      reject(new DOMException("", "AbortError"));
    });
    silence.begin();
    const ask = (bytes) => model.send({ id, path, method, type: headers["Content-Type"] ?? "" }, undefined, [bytes]);
    asBytes(body).then(ask);
  });
}

async function asBytes(body) {
  if (body === undefined) return new DataView(new ArrayBuffer(0));
  return new DataView(typeof body === "string" ? new TextEncoder().encode(body).buffer : await body.arrayBuffer());
}

function bytesOf(buffer) {
  return ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
}

// Says that nothing is answered, once that has lasted, until something is.
function silenceOf(waiting) {
  const notice = element("p", { class: "error notice", role: "alert", hidden: true }, texts.errors.kernel);
  document.body.prepend(notice);
  let timer = 0;
  return {
    begin() {
      if (timer === 0) timer = setTimeout(() => {
        notice.hidden = waiting.size === 0;
      }, PATIENCE);
    },
    end() {
      clearTimeout(timer);
      timer = 0;
      notice.hidden = true;
      if (waiting.size > 0) this.begin();
    },
  };
}
