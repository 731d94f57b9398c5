// Colours and shapes, as in the pictures of the library (views/figures/style.py).

const ANCHORS = ["#fdf8e6", "#d9eed6", "#9dd3c8", "#5fb1bf", "#3b86ae", "#2d5c96", "#273a75", "#191f4a"];

// Of paths on a blue landscape: none is blue.
const PATHS = ["#d9480f", "#f2a900", "#0b8f6a", "#b5307f", "#1f2733", "#8d5a2b", "#e8709a", "#7fb800"];

const SHAPES = ["circle", "square", "triangle", "diamond", "wedge", "pentagon", "hexagon", "plus"];
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export const VERDICTS = { converged: ["#e3f2d3", "#0b6e52"], descending: "#f2c14e", stalled: "#c2719f", diverged: "#33262b" };

/** Return the three parts of a colour, 0 to 255. */
export function parts(hex) {
  return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
}

/** Return a colour between two others. */
export function between(first, second, share) {
  const [a, b] = [parts(first), parts(second)];
  return a.map((part, place) => Math.round(part + share * (b[place] - part)));
}

function lookup() {
  const table = new Uint8Array(256 * 3);
  for (let place = 0; place < 256; place += 1) {
    const at = (place / 255) * (ANCHORS.length - 1);
    const low = Math.min(Math.floor(at), ANCHORS.length - 2);
    table.set(between(ANCHORS[low], ANCHORS[low + 1], at - low), 3 * place);
  }
  return table;
}

/** The landscape's colours, low (light) to high (dark): 256 times red, green, blue. */
export const LANDSCAPE = lookup();

export const BANDS = 16;

/** The look of the path at a place among others: colour, shape of the ball, dashes of the line. */
export function look(place) {
  const round = Math.floor(place / PATHS.length);
  return {
    colour: PATHS[place % PATHS.length],
    shape: SHAPES[(place + round) % SHAPES.length],
    dash: DASHES[round % DASHES.length],
  };
}

const POLYGONS = { square: [4, 45], triangle: [3, -90], diamond: [4, 0], wedge: [3, 90], pentagon: [5, -90], hexagon: [6, 0] };

/** Trace a shape about a place, of the same area whatever its corners. */
export function trace(ctx, shape, x, y, radius) {
  ctx.beginPath();
  if (shape === "circle") {
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
  } else if (shape === "star" || shape === "plus") {
    const [tips, inner] = shape === "star" ? [5, 0.42] : [4, 0.5];
    for (let tip = 0; tip < 2 * tips; tip += 1) {
      const length = radius * (tip % 2 ? inner : 1) * 1.2;
      const angle = (Math.PI * tip) / tips - Math.PI / 2;
      ctx.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
    }
    ctx.closePath();
  } else {
    const [corners, turn] = POLYGONS[shape];
    const area = (corners / 2) * Math.sin((2 * Math.PI) / corners);
    const length = radius * Math.sqrt(Math.PI / area);
    for (let corner = 0; corner < corners; corner += 1) {
      const angle = (2 * Math.PI * corner) / corners + (turn * Math.PI) / 180;
      ctx.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
    }
    ctx.closePath();
  }
}

/** Return the colours of the page as it is now, light or dark. */
export function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read("ink"), muted: read("muted"), line: read("line"), paper: read("paper"), accent: read("accent"),
    isDark: matchMedia("(prefers-color-scheme: dark)").matches,
  };
}

/** Return a path's colour on the page's own ground: the ink of a light page is none on a dark one. */
export function onPage(colour, palette) {
  return palette.isDark && colour === "#1f2733" ? "#e6e9f0" : colour;
}

/** Call back whenever the page turns dark or light. */
export function onTheme(call) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", call);
}
