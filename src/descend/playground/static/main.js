// The page: its rooms, its address, and what is read aloud.

import { catalogue, takeToken } from "./api.js";
import { read, written } from "./address.js";
import { bar } from "./bar.js";
import { debounced, element, show, write } from "./dom.js";
import { HillRoom } from "./hill.js";
import { LessonsRoom } from "./lessons.js";
import { LineRoom } from "./line.js";
import { listenToKeys } from "./keys.js";
import { LiveRoom } from "./live.js";
import { texts } from "./texts.js";
import { icon } from "./transport.js";

const KINDS = { hill: HillRoom, line: LineRoom, live: LiveRoom, lessons: LessonsRoom };

// What has steps that the player's keys move through.
const PLAYED = ["hill", "line"];

const live = element("p", { class: "hidden", role: "status", "aria-live": "polite" });
const announce = debounced((text) => write(live, text), 500);
const main = element("main", { id: "room", tabindex: "-1" });
const failure = element("p", { class: "error failure", role: "alert" });
const links = new Map();

let offered = null;
let current = null;
const rooms = new Map();

function remember(name) {
  return debounced((state) => {
    if (current === rooms.get(name)) bar.keep(written(name, state));
  }, 250);
}

function room(name) {
  if (!rooms.has(name)) rooms.set(name, new KINDS[name](offered, { remember: remember(name), announce, open }));
  return rooms.get(name);
}

/** Go to the room and the state that an address asks for. */
function arrive() {
  const asked = read(bar.search);
  // The server of a watched fit offers that room alone.
  const isOffered = offered.rooms?.includes(asked.room) ?? true;
  const { room: name, state } = isOffered ? asked : read(`?room=${offered.rooms[0]}`);
  current?.leave();
  current = room(name);
  for (const [each, link] of links) {
    link.hidden = !(offered.rooms?.includes(each) ?? true);
    if (each === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${texts.rooms[name]} · ${texts.name}`;
  show(main, current.node);
  current.enter(state);
}

/** Open an address of this page without loading it anew. */
function open(address) {
  bar.go(address);
  if (offered === null) return; // it goes there once it knows what there is
  arrive();
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

function header() {
  for (const [name, label] of Object.entries(texts.rooms)) {
    const address = name === "hill" ? "/" : `/?room=${name}`;
    links.set(name, element("a", { href: address }, label));
  }
  const full = element("button", { type: "button", class: "round full", "aria-label": texts.fullScreen, title: texts.fullScreen }, icon("M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z"));
  full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  document.addEventListener("fullscreenchange", () => {
    full.title = document.fullscreenElement ? texts.leaveFullScreen : texts.fullScreen;
    full.setAttribute("aria-label", full.title);
    document.documentElement.classList.toggle("projected", Boolean(document.fullscreenElement));
  });
  full.hidden = !document.fullscreenEnabled;
  return element("header", {}, element("a", { class: "skip", href: "#room" }, texts.skip), element("a", { class: "name", href: "/" }, texts.name),
    element("nav", { "aria-label": texts.name }, [...links.values()]), full);
}

// Links within the page change rooms; the keys that open a new tab still do.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/?'], a[href='/']");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(link.getAttribute("href"));
});

listenToKeys(() => PLAYED.some((name) => current === rooms.get(name)));

takeToken();
document.body.append(header(), failure, main, live);
try {
  offered = await catalogue();
  arrive();
  addEventListener("popstate", arrive);
} catch (error) {
  write(failure, error.message);
}
