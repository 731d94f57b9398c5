// Points as text for an address: pairs of 32-bit floats in base64url, eleven characters a point.

/** Return points as text; their numbers keep seven digits. */
export function packed(points) {
  const buffer = new DataView(new ArrayBuffer(8 * points.length));
  points.flat().forEach((value, place) => buffer.setFloat32(4 * place, value, true));
  const bytes = Array.from(new Uint8Array(buffer.buffer), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the points of a text, undefined if it holds none. */
export function unpacked(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
    if (bytes.length === 0 || bytes.length % 8 !== 0) return undefined;
    const view = new DataView(bytes.buffer);
    // Of the digits that a 32-bit float does not have, none are made up.
    const number = (place) => Number(view.getFloat32(4 * place, true).toPrecision(7));
    const points = Array.from({ length: bytes.length / 8 }, (_, place) => [number(2 * place), number(2 * place + 1)]);
    return points.flat().every(Number.isFinite) ? points : undefined;
  } catch {
    return undefined;
  }
}
