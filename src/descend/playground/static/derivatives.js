// The formula and its derivatives, typeset by the browser from MathML.

import { element, show } from "./dom.js";
import { texts } from "./texts.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** Return mathematics from its markup; only MathML's own elements, without attributes that could do anything. */
export function typeset(markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html").querySelector("math");
  if (!parsed) return document.createTextNode(markup);
  return copied(parsed);
}

const KEPT = ["display", "stretchy", "mathvariant", "fence", "separator", "linethickness", "lspace", "rspace", "form"];

function copied(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE || node.namespaceURI !== MATHML) return document.createTextNode("");
  const made = document.createElementNS(MATHML, node.localName);
  for (const name of KEPT) if (node.hasAttribute(name)) made.setAttribute(name, node.getAttribute(name));
  made.append(...[...node.childNodes].map(copied));
  return made;
}

function mathematics(tag, text, ...children) {
  const made = document.createElementNS(MATHML, tag);
  made.append(...(text === null ? children : [text]));
  return made;
}

/** Typeset "left = right". */
function equation(left, right) {
  return element("div", { class: "equation", tabindex: "0" }, mathematics("math", null, mathematics("mrow", null, ...left, mathematics("mo", "="), ...right.childNodes)));
}

function partial(name, order = "") {
  const d = (index) => (index ? mathematics("msup", null, mathematics("mo", "∂"), mathematics("mn", index)) : mathematics("mo", "∂"));
  const below = Array.isArray(name) ? name : [name];
  const under = below.length === 2 && below[0] === below[1]
    ? [mathematics("mo", "∂"), mathematics("msup", null, mathematics("mi", below[0]), mathematics("mn", "2"))]
    : below.flatMap((each) => [mathematics("mo", "∂"), mathematics("mi", each)]);
  return mathematics("mfrac", null, mathematics("mrow", null, d(order), mathematics("mi", "f")), mathematics("mrow", null, ...under));
}

/** f, its gradient and its Hessian. */
export class Derivatives {
  #formula = "";

  constructor() {
    this.body = element("div", { class: "equations" });
    this.node = element("section", { class: "area-derivatives", "aria-labelledby": "derivatives-title" }, element("h2", { id: "derivatives-title" }, texts.derivatives.title), this.body);
  }

  /** Say whether what is shown is of this formula, or another one is awaited. */
  expect(formula) {
    this.body.setAttribute("aria-busy", String(formula !== this.#formula));
  }

  show({ formula, names, mathml, gradient, hessian }) {
    this.#formula = formula;
    this.expect(formula);
    const arguments_ = names.flatMap((name, place) => [...(place ? [mathematics("mo", ",")] : []), mathematics("mi", name)]);
    const f = [mathematics("mi", "f"), mathematics("mo", "("), ...arguments_, mathematics("mo", ")")];
    const second = hessian.flatMap((row, i) => row.slice(i).map((each, past) => equation([partial([names[i], names[i + past]], "2")], typeset(each.mathml))));
    show(this.body, equation(f, typeset(mathml)), element("h3", {}, texts.derivatives.gradient),
      gradient.map((each) => equation([partial(each.name)], typeset(each.mathml))), element("h3", {}, texts.derivatives.hessian), second);
  }
}
