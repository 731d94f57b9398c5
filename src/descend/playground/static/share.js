// Ways to take a descent along: its link, its Python, its pictures and numbers.

import { Channel, file } from "./api.js";
import { bar } from "./bar.js";
import { button } from "./controls.js";
import { element, show, write } from "./dom.js";
import { texts } from "./texts.js";

const say = texts.share;

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Buttons for the link, the code and the files; `question()` is what the server is asked at addresses that begin with `path`. */
export class Share {
  constructor(question, path = "/api") {
    this.question = question;
    this.codes = new Channel(`${path}/code`);
    this.files = `${path}/export`;
    this.said = element("p", { class: "said", role: "status" });
    this.error = element("p", { class: "error", role: "alert" });
    this.address = element("input", { type: "text", readonly: true, hidden: true, "aria-label": say.link });
    this.dialog = this.#makeDialog();
    const files = Object.entries(say.kinds).map(([kind, label]) => button(label, () => this.#download(kind), { title: say.longer[kind], "aria-label": `${label}: ${say.longer[kind]}` }));
    this.node = element("section", { class: "area-share", "aria-labelledby": "share-title" }, element("h2", { id: "share-title" }, say.title),
      element("div", { class: "row" }, bar.link ? button(say.link, () => this.#link()) : null, button(say.code, () => this.#showCode()), files),
      this.address, this.said, this.error, this.dialog);
  }

  #makeDialog() {
    this.code = element("pre", { tabindex: "0", "aria-label": say.codeTitle });
    this.copyCode = button(say.copyCode, async () => write(this.copyCode, (await copied(this.code.textContent)) ? say.copied : say.copyCode), { class: "primary" });
    return element("dialog", { "aria-label": say.codeTitle }, element("h2", {}, say.codeTitle), this.code,
      element("div", { class: "row" }, this.copyCode, button(say.close, () => this.dialog.close())));
  }

  async #link() {
    const address = bar.link();
    const isDone = await copied(address);
    write(this.said, isDone ? say.copied : say.notCopied);
    this.address.hidden = isDone;
    this.address.value = address;
    if (!isDone) this.address.select();
  }

  async #showCode() {
    await this.#attempt(async () => {
      const answer = await this.codes.ask(this.question());
      if (!answer) return;
      show(this.code, answer.code);
      write(this.copyCode, say.copyCode);
      this.dialog.showModal();
    });
  }

  async #download(kind) {
    write(this.said, say.making(say.kinds[kind]));
    await this.#attempt(async () => {
      const { name, blob } = await file(this.files, { ...this.question(), kind });
      const address = URL.createObjectURL(blob);
      const link = element("a", { href: address, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      write(this.said, say.made(name));
    });
  }

  async #attempt(act) {
    write(this.error, "");
    try {
      await act();
    } catch (error) {
      write(this.said, "");
      write(this.error, error.message);
    }
  }
}
