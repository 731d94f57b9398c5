"use strict";
// Places come as shares of a picture's width and height; between two frames the runs glide.
const film = JSON.parse(document.getElementById("film").textContent);
const element = (id) => document.getElementById(id);
const slider = element("position"), speed = element("speed"), readout = element("readout");
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const last = film.readout.length - 1;
const runs = film.runs;
const INK = "#1f2733"; // on tints, which are light on dark pages, too
const shapes = {};
for (const name in runs.shapes) shapes[name] = new Path2D(runs.shapes[name]);

function decoded(text) {
  return new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

function prepareRegions(regions) {
  regions.x = decoded(regions.x);
  regions.y = decoded(regions.y);
  regions.lines = regions.lines.map((line) => line.map(decoded));
  regions.missed = regions.missed.map((bits) => Uint8Array.from(atob(bits), (c) => c.charCodeAt(0)));
  regions.image = new Image();
  regions.image.addEventListener("load", () => draw());
  regions.image.src = regions.sheet;
}

const panels = film.panels.map((panel, i) => {
  const canvas = document.querySelectorAll(".panel canvas")[i];
  const { track, tangents } = panel;
  if (track) {
    track.x = decoded(track.x);
    track.y = decoded(track.y);
    track.runs = runs.colours.length;
    track.shared = track.x.length < track.y.length;
  }
  if (panel.regions) prepareRegions(panel.regions);
  if (panel.heights) {
    panel.heights.x = decoded(panel.heights.x);
    panel.heights.y = decoded(panel.heights.y);
  }
  return { ...panel, canvas, pen: canvas.getContext("2d"), tangents: tangents?.map(decoded) };
});

let position = still.matches ? last : 0; // in frames
let before = null; // the time of the last picture while it plays, else null

function place(panel, row, run) {
  const { track, width, height } = panel, i = row * track.runs + run;
  return [track.x[track.shared ? row : i] * width, track.y[i] * height];
}

// The row of the track that is shown, with a fraction where runs glide.
function rowAt(track) {
  const frame = Math.floor(position), row = track.rows[frame];
  return track.line && frame < last
    ? row + (position - frame) * (track.rows[frame + 1] - row) : row;
}

function between(panel, row, run) {
  const whole = Math.floor(row), [x, y] = place(panel, whole, run);
  if (row === whole) return [x, y];
  const [u, v] = place(panel, whole + 1, run);
  return [x + (row - whole) * (u - x), y + (row - whole) * (v - y)];
}

function trace(panel, row, run) {
  const path = new Path2D();
  let drawing = false;
  for (let r = 0; r < row; r++) {
    const [x, y] = place(panel, r, run);
    if (drawing) path.lineTo(x, y); else path.moveTo(x, y);
    drawing = !Number.isNaN(x + y);
  }
  const [x, y] = between(panel, row, run);
  if (drawing && !Number.isNaN(x + y)) path.lineTo(x, y);
  return path;
}

function mark(panel, shape, place, size, colour, filled) {
  const [fill, edge] = filled ? [colour, runs.halo] : [runs.halo, colour];
  outlined(panel, shape, place, size, fill, edge, (filled ? 1 : 1.8) * runs.edge);
}

function outlined(panel, shape, [x, y], size, fill, edge, thick) {
  const { pen } = panel;
  if (Number.isNaN(x + y)) return;
  pen.save();
  pen.translate(x, y);
  pen.scale(size / 10, size / 10);
  pen.lineWidth = thick * panel.unit * 10 / size;
  pen.fillStyle = fill;
  pen.strokeStyle = edge;
  pen.fill(shapes[shape]);
  pen.stroke(shapes[shape]);
  pen.restore();
}

function drawTrack(panel, colours) {
  const { pen, track, unit } = panel, row = rowAt(track), curve = Boolean(panel.cursor);
  pen.lineCap = pen.lineJoin = "round";
  for (let run = 0; track.line && run < track.runs; run++) {
    const path = trace(panel, row, run), width = runs.widths[run] * unit;
    const dashes = [[], [5, 3], [1, 3], [6, 3, 1, 3]][curve ? runs.strokes[run] : 0];
    if (runs.outlined && !curve) {
      pen.globalAlpha = 0.6;
      pen.strokeStyle = runs.halo;
      pen.lineWidth = width + 1.4 * unit;
      pen.stroke(path);
    }
    pen.globalAlpha = runs.opacity;
    pen.strokeStyle = colours[run];
    pen.lineWidth = width;
    pen.setLineDash(dashes.map((dash) => dash * width));
    pen.stroke(path);
    pen.setLineDash([]);
  }
  pen.globalAlpha = 1;
  drawLandmarks(panel);
  const size = runs.diameter * unit * (track.line ? 1 : 1.25);
  for (let run = 0; run < track.runs; run++) {
    const shape = runs.marks[run], [end, seen] = runs.ends[run] ?? ["end", track.y.length];
    pen.globalAlpha = runs.starts;
    if (!curve) mark(panel, shape, place(panel, 0, run), 0.9 * size, colours[run], false);
    pen.globalAlpha = 1;
    if (panel.tangents) drawTangent(panel, run, colours[run]);
    // a run that leaves for good is marked where it was last seen from then on
    if (end === "end" || curve || (position < last && row <= seen)) {
      mark(panel, shape, between(panel, row, run), curve ? 0.8 * size : size, colours[run], true);
    } else if (seen >= 0) {
      mark(panel, end, place(panel, seen, run), 1.1 * size, colours[run], true);
    }
  }
}

function drawLandmarks({ minima, saddles, width, height, unit, ...panel }) {
  const there = ([x, y]) => [x * width, y * height], size = (runs.large ? 12 : 7.5) * unit;
  const at = { ...panel, unit };
  for (const p of minima) outlined(at, "star", there(p), size, runs.star, runs.ink, 0.9);
  for (const p of saddles) outlined(at, "plus", there(p), 10.5 * unit, runs.halo, runs.ink, 0.9);
}

function drawTangent(panel, run, colour) {
  const { pen, track, tangents, unit, width, height } = panel, row = rowAt(track);
  const [x, y] = place(panel, row, run), i = row * track.runs + run;
  const across = tangents[0][i] * width, down = tangents[1][i] * height;
  pen.strokeStyle = colour;
  pen.lineWidth = (runs.outlined ? 2.2 : 0.8) * unit;
  pen.beginPath();
  pen.moveTo(x - across, y - down);
  pen.lineTo(x + across, y + down);
  pen.stroke();
}

function drawRegions(panel, frame) {
  const { pen, regions, box, width, height, unit } = panel, [w, h] = regions.size;
  const left = box[0] * width, top = box[1] * height;
  const across = (frame % regions.columns) * w, down = Math.floor(frame / regions.columns) * h;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, box[2] * width - left, box[3] * height - top);
  pen.clip();
  if (regions.image.complete) {
    // half a pixel of the neighbours on the sheet stays out
    pen.drawImage(regions.image, across + 0.5, down + 0.5, w - 1, h - 1,
      left, top, box[2] * width - left, box[3] * height - top);
  }
  const [x, y] = regions.lines[frame], path = new Path2D();
  for (let i = 0, drawing = false; i < x.length; i++) {
    const ends = Number.isNaN(x[i]);
    if (!ends) path[drawing ? "lineTo" : "moveTo"](x[i] * width, y[i] * height);
    drawing = !ends;
  }
  pen.lineJoin = "round";
  for (const [colour, thick] of [[runs.halo, 3.6], [INK, 1.7]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = thick * unit;
    pen.stroke(path);
  }
  const size = regions.diameter * unit;
  for (let i = 0; i < regions.x.length; i++) {
    const at = [regions.x[i] * width, regions.y[i] * height], kind = regions.classes[i];
    mark(panel, regions.shapes[kind], at, size, regions.colours[kind], true);
    if (!(regions.missed[frame][i >> 3] & (128 >> (i & 7)))) continue;
    pen.strokeStyle = INK;
    pen.lineWidth = unit;
    pen.beginPath();
    pen.arc(...at, 0.8 * size, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.restore();
}

function drawHeights(panel, frame, colour) {
  const { pen, heights, width, height, unit } = panel, m = heights.x.length;
  const next = Math.min(frame + 1, last), share = position - frame;
  const at = (i) => {
    const here = heights.y[frame * m + i];
    return [heights.x[i] * width, (here + share * (heights.y[next * m + i] - here)) * height];
  };
  if (heights.dots) {
    for (let i = 0; i < m; i++) mark(panel, "circle", at(i), 5 * unit, colour, true);
    return;
  }
  pen.strokeStyle = colour;
  pen.lineWidth = 2.4 * unit;
  pen.lineJoin = "round";
  pen.beginPath();
  for (let i = 0; i < m; i++) pen.lineTo(...at(i));
  pen.stroke();
}

function drawCells({ pen, cells, width, height, unit }, frame) {
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink");
  pen.font = `${9 * unit}px "DejaVu Sans", sans-serif`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  cells.words[frame].forEach((word, i) => {
    pen.fillText(word, cells.places[i][0] * width, cells.places[i][1] * height);
  });
}

function draw() {
  const frame = Math.floor(position), colours = dark.matches ? runs.dark : runs.colours;
  for (const panel of panels) {
    const { canvas, pen, box, cursor } = panel, ratio = devicePixelRatio || 1;
    const width = (panel.width = canvas.clientWidth);
    const height = (panel.height = canvas.clientHeight);
    panel.unit = width / panel.points;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.save();
    pen.beginPath();
    // marks at the edges of the axes are seen whole
    const room = 4 * panel.unit, left = box[0] * width - room, top = box[1] * height - room;
    pen.rect(left, top, box[2] * width + room - left, box[3] * height + room - top);
    pen.clip();
    if (cursor) {
      const next = cursor[Math.min(frame + 1, last)];
      const x = (cursor[frame] + (position - frame) * (next - cursor[frame])) * width;
      pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--muted");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(x, box[1] * height);
      pen.lineTo(x, box[3] * height);
      pen.stroke();
    }
    if (panel.regions) drawRegions(panel, frame);
    if (panel.heights) drawHeights(panel, frame, colours[0]);
    if (panel.cells) drawCells(panel, frame);
    if (panel.track) drawTrack(panel, cursor ? colours : runs.colours);
    pen.restore();
  }
  slider.value = frame;
  slider.setAttribute("aria-valuetext", film.readout[frame]);
  readout.value = film.readout[frame];
}

function show(to) {
  position = Math.min(Math.max(to, 0), last);
  draw();
}

function stop() {
  before = null;
  document.body.classList.remove("playing");
  element("play").setAttribute("aria-label", "Play");
}

function play() {
  if (position >= last) position = 0;
  document.body.classList.add("playing");
  element("play").setAttribute("aria-label", "Pause");
  before = performance.now();
  requestAnimationFrame(tick);
}

function tick(now) {
  if (before === null) return;
  const passed = Math.max(0, Math.min(now - before, 100)) / 1000; // a page that was hidden does not jump
  before = now;
  show(position + passed * speed.value * last / film.seconds);
  if (position >= last) stop(); else requestAnimationFrame(tick);
}

function toggle() {
  if (before === null) play(); else stop();
}

function step(by) {
  stop();
  show((by < 0 ? Math.ceil(position) : Math.floor(position)) + by);
}

function hurry(by) {
  speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + by, 0), speed.length - 1);
}

const keys = {
  " ": toggle, k: toggle, ArrowLeft: () => step(-1), ArrowRight: () => step(1),
  Home: () => step(-Infinity), End: () => step(Infinity),
  "-": () => hurry(-1), "+": () => hurry(1), "=": () => hurry(1),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event, press = keys[key];
  if (!press || event.ctrlKey || event.metaKey || event.altKey || target === speed) return;
  if (key === " " && target.tagName === "BUTTON") return; // it is pressed by itself
  event.preventDefault();
  press();
});
element("play").addEventListener("click", toggle);
element("back").addEventListener("click", () => step(-1));
element("forward").addEventListener("click", () => step(1));
slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
dark.addEventListener("change", draw);
new ResizeObserver(draw).observe(document.querySelector(".panels"));
draw();
if (last > 0 && !still.matches) play();
