// Native inputs with labels, and errors in words beside them.

import { element, freshId, show, write } from "./dom.js";
import { number, plain, rounded } from "./format.js";
import { texts } from "./texts.js";

const NOTCHES = 1000;

/** A place for what is wrong with a field; read aloud when it is filled. */
class Complaint {
  constructor(inputs) {
    this.id = freshId("error");
    this.inputs = inputs;
    this.node = element("p", { class: "error", id: this.id, role: "alert" });
  }

  say(text) {
    write(this.node, text ?? "");
    for (const input of this.inputs) {
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== this.id);
      if (text) others.push(this.id);
      if (others.length) input.setAttribute("aria-describedby", others.join(" "));
      else input.removeAttribute("aria-describedby");
    }
  }
}

/** A slider and a field for the same number; `scale` is "linear", "log" or "whole". */
export class Slider {
  constructor({ label, low, high, value, scale = "linear", isOpen = false, isLogWhole = false, onInput }) {
    Object.assign(this, { low, high, scale, isOpen, isLogWhole, onInput });
    const id = freshId("slider");
    this.range = element("input", { type: "range", id, min: 0, max: NOTCHES, step: scale === "whole" && !isLogWhole ? "any" : 1 });
    this.field = element("input", { type: "number", step: "any", "aria-label": texts.exactly(label), inputmode: "decimal" });
    if (scale === "whole" && !isLogWhole) {
      Object.assign(this.range, { min: String(low), max: String(high), step: "1" });
    }
    this.complaint = new Complaint([this.field]);
    this.marks = element("div", { class: "track" }, this.range);
    this.label = element("label", { for: id }, label);
    this.node = element("div", { class: "control slider" },
      element("div", { class: "control-head" }, this.label, this.field), this.marks, this.complaint.node);
    this.range.addEventListener("input", () => this.#take(this.#valueAt(Number(this.range.value)), this.range));
    this.field.addEventListener("change", () => this.#read());
    this.set(value);
  }

  get #isNative() {
    return this.scale === "whole" && !this.isLogWhole;
  }

  get #isLog() {
    return this.scale === "log" || this.isLogWhole;
  }

  #valueAt(notch) {
    if (this.#isNative) return Math.round(notch);
    // What must stay below its upper end stops one notch before it.
    const share = Math.min(notch, this.isOpen ? NOTCHES - 1 : NOTCHES) / NOTCHES;
    const value = this.#isLog ? this.low * (this.high / this.low) ** share : this.low + share * (this.high - this.low);
    return this.scale === "whole" ? Math.round(rounded(value, 2)) : rounded(value, 3);
  }

  /** Where a value lies along the slider, from 0 to 1, or beyond. */
  share(value) {
    if (this.#isLog) return Math.log(value / this.low) / Math.log(this.high / this.low);
    return (value - this.low) / (this.high - this.low);
  }

  #read() {
    const value = Number(this.field.value);
    if (this.field.value.trim() === "" || !Number.isFinite(value)) {
      this.complaint.say(texts.errors.number);
      return;
    }
    if (this.scale === "whole" && (!Number.isInteger(value) || value < this.low || value > this.high)) {
      this.complaint.say(texts.errors.whole(plain(this.low), plain(this.high)));
      return;
    }
    this.#take(value, this.field);
  }

  #take(value, source) {
    this.complaint.say(null);
    this.value = value;
    this.#show(source);
    this.onInput(value);
  }

  #show(source) {
    if (source !== this.range) {
      const share = Math.min(Math.max(this.share(this.value), 0), 1);
      this.range.value = this.#isNative ? this.value : Math.round((Number.isFinite(share) ? share : 0) * NOTCHES);
    }
    if (source !== this.field) this.field.value = plain(this.value);
    this.range.setAttribute("aria-valuetext", plain(this.value));
  }

  /** Show a value, and tell nobody. */
  set(value) {
    this.value = value;
    this.#show(null);
    this.complaint.say(null);
  }

  set isDisabled(isDisabled) {
    this.range.disabled = isDisabled;
    this.field.disabled = isDisabled;
  }
}

/** A choice from a list: [value, label] each. */
export class Choice {
  constructor({ label, options, value, onInput }) {
    const id = freshId("choice");
    this.select = element("select", { id });
    this.complaint = new Complaint([this.select]);
    this.node = element("div", { class: "control" }, element("label", { for: id }, label), this.select, this.complaint.node);
    this.offer(options, value);
    this.select.addEventListener("change", () => onInput(this.select.value));
  }

  offer(options, value) {
    show(this.select, options.map(([each, text]) => element("option", { value: each }, text)));
    this.set(value);
  }

  set(value) {
    this.select.value = value;
    this.complaint.say(null);
  }
}

/** A box to tick. */
export class Flag {
  constructor({ label, value, onInput, mark = null }) {
    this.box = element("input", { type: "checkbox" });
    this.complaint = new Complaint([this.box]);
    this.node = element("div", { class: "control flag" }, element("label", {}, this.box, mark, element("span", {}, label)), this.complaint.node);
    this.set(value);
    this.box.addEventListener("change", () => onInput(this.box.checked));
  }

  set(value) {
    this.box.checked = Boolean(value);
  }
}

/** A field of text that is taken when the writer pauses, or at once with Enter. */
export class TextField {
  constructor({ label, value, hint, onInput, wait = 350 }) {
    const id = freshId("text");
    const hintId = freshId("hint");
    this.input = element("input", { type: "text", id, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": hintId });
    this.complaint = new Complaint([this.input]);
    this.label = element("label", { for: id }, label);
    this.hint = element("p", { class: "hint", id: hintId }, hint);
    this.node = element("div", { class: "control" }, this.label, this.input, this.hint, this.complaint.node);
    let timer = 0;
    let taken = value;
    const take = () => {
      clearTimeout(timer);
      if (this.input.value === taken) return;
      taken = this.input.value;
      onInput(taken);
    };
    this.input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(take, wait);
    });
    this.input.addEventListener("change", take);
    this.set = (text) => {
      taken = text;
      if (document.activeElement !== this.input || this.input.value.trim() !== text) this.input.value = text;
    };
    this.set(value);
  }
}

/** A number in a list or a frame of others, named for those who do not see where it stands. */
export function numberField(label, value, onInput) {
  const input = element("input", { type: "number", step: "any", "aria-label": label, value: plain(value, 5) });
  input.addEventListener("change", () => {
    const read = Number(input.value);
    if (input.value.trim() !== "" && Number.isFinite(read)) onInput(read);
    else input.value = plain(value, 5);
  });
  return input;
}

/** Mark 2/L on the slider of some controls' rate, and say when the rate is beyond it. */
export function showBound({ rate: slider, boundMark, boundText }, bound, rate) {
  const isKnown = Number.isFinite(bound) && bound > 0;
  const share = isKnown ? slider.share(bound) : NaN;
  boundMark.hidden = !(share >= 0 && share <= 1);
  if (!boundMark.hidden) boundMark.style.setProperty("--share", share.toFixed(4));
  const isPassed = isKnown && rate > bound;
  const { hasNoBound, passed, bound: within } = texts.hill;
  write(boundText, !isKnown ? hasNoBound : (isPassed ? passed : within)(number(bound)));
  slider.node.classList.toggle("passed", isPassed);
}

export function button(label, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, label);
}

/** The sliders and boxes of a kind's hyper-parameters, as the catalogue describes them. */
export class Parameters {
  constructor(onInput) {
    this.node = element("div", { class: "parameters" });
    this.onInput = onInput;
    this.controls = new Map();
  }

  /** Offer the hyper-parameters of a kind, with these values where they differ from the defaults. */
  offer(kind, values = {}) {
    this.controls = new Map((kind?.parameters ?? []).map((each) => [each.name, this.#control(each, values[each.name] ?? each.default)]));
    show(this.node, [...this.controls.values()].map((control) => control.node));
  }

  #control(each, value) {
    const onInput = (given) => this.onInput(each.name, given);
    const label = texts.parameters[each.name] ?? each.label;
    if (each.scale === "flag") return new Flag({ label, value, onInput });
    return new Slider({ label, low: each.low, high: each.high, value, scale: each.scale, isOpen: each.open, onInput });
  }
}
