// Numbers as people write them.

const MINUS = "\u2212";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function power(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

// The largest number of 32 bits stands for all that are larger.
const LARGEST = 3.4e38;

function unwritable(value) {
  if (Number.isNaN(value)) return "—";
  return Math.abs(value) >= LARGEST ? `${value > 0 ? "> " : `< ${MINUS}`}10³⁸` : null;
}

/** Write a number in so many significant digits: −1,500, 3×10⁻⁷, 10¹⁸. */
export function number(value, digits = 3) {
  const instead = unwritable(value);
  if (instead !== null) return instead;
  if (value === 0) return "0";
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) {
    const rounded = Number(size.toPrecision(digits));
    return sign + rounded.toLocaleString("en-US", { maximumSignificantDigits: digits });
  }
  const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
  const plain = String(Number(mantissa));
  return sign + (plain === "1" ? "" : `${plain}×`) + power(Number(exponent));
}

/** Write a number in a fixed width for figures that change: the same digits, the zeros kept. */
export function steady(value) {
  if (unwritable(value) !== null) return unwritable(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return number(value, 3);
  const places = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 4;
  const text = size.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  return (value < 0 ? MINUS : "") + text;
}

/** Write a count with its thousands apart. */
export function count(value) {
  return Math.round(value).toLocaleString("en-US");
}

/** Write a word as the first of a line. */
export function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Return a number rounded to so many significant digits. */
export function rounded(value, digits = 3) {
  return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(digits));
}

/** Write a number as an address or a field holds it. */
export function plain(value, digits = 6) {
  return String(rounded(value, digits));
}

/** Write a point as (1.2, −0.5). */
export function pointText(point, digits = 3) {
  return `(${Array.from(point, (each) => number(each, digits)).join(", ")})`;
}

/** Return round numbers in a range, about so many of them, for an axis. */
export function ticks(low, high, about = 5) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / about;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = base * [1, 2, 5, 10].find((each) => each * base >= rough);
  const found = [];
  for (let place = Math.ceil(low / step - 1e-9); place * step <= high + 1e-9 * span; place += 1) {
    found.push(Number((place * step).toPrecision(12)));
  }
  return found;
}

/** Return powers of ten in a range, thinned to at most so many. */
export function powersOfTen(low, high, most = 6) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / most));
  const found = [];
  for (let exponent = first; exponent <= last; exponent += stride) found.push(10 ** exponent);
  return found;
}
