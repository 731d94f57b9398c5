// Elements, made in one call each.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Make an element with attributes ("onclick" and its like are listeners) and children. */
export function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an element of a drawing. */
export function drawn(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Give an element these children, and no others. */
export function show(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null));
}

/** Set a text only where it differs, so that nothing is laid out anew for nothing. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let made = 0;

/** Return an id that nothing else on the page has. */
export function freshId(stem) {
  made += 1;
  return `${stem}-${made}`;
}

/** Return a function that calls another once nothing has asked for it for so many milliseconds. */
export function debounced(call, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), wait);
  };
}
