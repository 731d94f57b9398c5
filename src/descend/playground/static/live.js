// The room of a fit that goes on: how it stands, drawn as the server tells of it, and a button that ends it.

import { Channel, Refusal } from "./api.js";
import { Choice, button } from "./controls.js";
import { element, show, write } from "./dom.js";
import { capitalised, count, number, steady } from "./format.js";
import { LiveViews } from "./live_views.js";
import { Moments } from "./moments.js";
import { texts } from "./texts.js";

const say = texts.live;
const SPOKEN_EVERY = 15_000;
const DRAWN_EVERY = 2000;
const TRIES = 3;

/** Watched fits of the process that serves the page; without one, how to start it. */
export class LiveRoom {
  #news = new Channel("/api/watch");
  #stop = new Channel("/api/stop");
  #moments = new Moments();
  #answer = null;
  #asked = null;
  #heard = 0;
  #spoken = 0;
  #drawn = 0;
  #failures = 0;
  #timer = 0;
  #isIn = false;

  constructor({ rooms }, { announce }) {
    this.announce = announce;
    this.isServed = Boolean(rooms);
    if (this.isServed) this.#lay();
    else this.#explain();
  }

  #explain() {
    const samples = say.samples.map(([name, code]) => element("div", { class: "sample" }, element("h2", {}, name), element("pre", { tabindex: "0", "aria-label": name }, code)));
    this.node = element("section", { class: "room live", "aria-labelledby": "live-title" }, this.#head(say.lead),
      element("p", { class: "sentence" }, element("strong", {}, say.none), " ", say.how), element("div", { class: "samples" }, samples), element("p", { class: "hint" }, say.browser));
  }

  #head(lead) {
    this.lead = element("p", { class: "lead" }, lead);
    return element("div", { class: "room-head" }, element("h1", { id: "live-title" }, say.title), this.lead);
  }

  #lay() {
    const names = ["step", "loss", "score", "rate", "seconds"];
    this.cells = Object.fromEntries(names.map((name) => [name, element("dd")]));
    this.terms = Object.fromEntries(names.map((name) => [name, element("dt", {}, say.columns[name] ?? "")]));
    this.boxes = Object.fromEntries(names.map((name) => [name, element("div", { class: `figure-${name}` }, this.terms[name], this.cells[name])]));
    this.sentence = element("p", { class: "sentence" }, element("strong", {}, say.states.waiting));
    this.error = element("p", { class: "error", role: "alert" });
    this.stop = button(say.stop, () => this.#end(), { class: "primary", hidden: true });
    this.choice = new Choice({ label: say.fit, options: [], value: "", onInput: (run) => this.#choose(run === "" ? null : Number(run)) });
    this.choice.node.hidden = true;
    this.views = new LiveViews(() => this.#draw());
    this.node = element("section", { class: "room live", "aria-labelledby": "live-title" }, this.#head(""), this.choice.node,
      element("section", { class: "readout", "aria-label": say.now }, element("dl", { class: "figures" }, Object.values(this.boxes)),
        element("div", { class: "verdict" }, this.sentence, this.stop), this.error), this.views.node);
  }

  enter() {
    if (!this.isServed) return;
    this.#isIn = true;
    this.#timer = setInterval(() => this.#showSeconds(), 1000);
    this.#listen();
  }

  leave() {
    this.#isIn = false;
    clearInterval(this.#timer);
    if (this.isServed) this.#news.drop();
  }

  #choose(run) {
    this.#asked = run;
    this.#listen();
  }

  async #listen() {
    while (this.#isIn) {
      const known = this.#answer;
      const question = { run: this.#asked, shown: known?.run ?? -1, generation: known?.generation ?? -1, since: this.#moments.lastStep, version: known?.version ?? -1, newest: known?.newest ?? -1 };
      // Another fit is asked for: what is known of this one is of no use.
      if (known && this.#asked !== null && this.#asked !== known.run) question.version = -1;
      try {
        const answer = await this.#news.ask(question);
        if (!answer) return;
        this.#failures = 0;
        write(this.error, "");
        this.#take(answer);
        if (answer.is_over) return;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (!(await this.#bear(error))) return;
      }
    }
  }

  // Say what went wrong, and whether to ask again.
  async #bear(error) {
    this.#failures += 1;
    const isGone = error.status === 0;
    if (error.field === "run") this.#asked = null;
    else if (!isGone || this.#failures >= TRIES) {
      this.#isIn = false;
      this.stop.hidden = true;
      write(this.error, isGone ? say.gone : error.message);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return this.#isIn;
  }

  #take(answer) {
    const before = this.#answer;
    const isOther = before?.run !== answer.run;
    this.#answer = answer;
    this.#heard = performance.now();
    this.#moments.take(answer);
    if (isOther) this.views.choose(null);
    this.#list(answer);
    this.#showFigures();
    this.#say(isOther || before.state !== answer.state);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isDue = this.#heard - this.#drawn > DRAWN_EVERY;
    if (!isStill || isDue || isOther || answer.state !== "running") this.#draw();
  }

  #list({ runs, run, newest }) {
    this.choice.node.hidden = runs.length < 2;
    const options = [["", say.latest(newest)], ...runs.slice().reverse().map((each) => [String(each.run), `${each.run}. ${each.title}${each.state === "running" ? ` (${say.states.running})` : ""}`])];
    const key = JSON.stringify(options);
    if (key !== this.optionsKey) {
      this.optionsKey = key;
      this.choice.offer(options, this.#asked === null ? "" : String(this.#asked));
    }
    write(this.lead, runs.find((each) => each.run === run)?.title ?? "");
  }

  #showFigures() {
    const answer = this.#answer;
    const moments = this.#moments;
    const last = moments.length - 1;
    write(this.terms.step, capitalised(answer.unit));
    write(this.terms.loss, capitalised(answer.quantity));
    write(this.terms.score, capitalised(answer.metric ?? ""));
    this.boxes.score.hidden = answer.metric === null;
    show(this.cells.step, last < 0 ? "—" : count(moments.lastStep), element("span", { class: "of" }, ` ${say.ofMost(count(answer.most))}`));
    for (const name of ["loss", "score"]) write(this.cells[name], last < 0 ? "—" : steady(moments[name][last]));
    write(this.cells.rate, last < 0 ? "—" : number(moments.rate[last]));
    this.#showSeconds();
    const isRunning = answer.state === "running";
    this.stop.hidden = !isRunning;
    this.stop.disabled = answer.stopping;
    write(this.stop, answer.stopping ? say.stopping(answer.unit) : say.stop);
    const word = isRunning ? (last < 0 ? "waiting" : "running") : answer.status;
    show(this.sentence, ...(isRunning ? [element("strong", {}, say.states[word]), " ", this.#progress(last)] : verdictOf(say.states[word] ?? word, answer.message)));
    this.sentence.dataset.status = answer.status || answer.state;
  }

  #progress(last) {
    const several = this.#answer.of_runs;
    const meanwhile = this.#answer.compiling ? say.compiling : last < 0 ? say.waiting : "";
    return [meanwhile, several > 1 ? say.first(count(several)) : ""].join(" ").trim();
  }

  #showSeconds() {
    if (!this.#answer) return;
    const { seconds, state } = this.#answer;
    const since = state === "running" ? (performance.now() - this.#heard) / 1000 : 0;
    write(this.cells.seconds, say.duration(seconds + since));
  }

  #say(isChange) {
    const now = performance.now();
    if (!isChange && now - this.#spoken < SPOKEN_EVERY) return;
    this.#spoken = now;
    const moments = this.#moments;
    const last = moments.length - 1;
    const at = last < 0 ? "" : say.at(this.#answer.unit, count(moments.lastStep), this.#answer.quantity, steady(moments.loss[last]));
    this.announce(`${this.sentence.textContent.trim()} ${at}`);
  }

  #draw() {
    this.#drawn = performance.now();
    if (this.#moments.length) this.views.show(this.#moments, this.#answer);
  }

  async #end() {
    this.stop.disabled = true;
    write(this.stop, say.stopping(this.#answer.unit));
    try {
      await this.#stop.ask({ run: this.#answer.run });
    } catch (error) {
      write(this.error, error.message);
    }
  }
}

/** The word for how it ended, and why: "Stopped: the callback ended it.", "Stopped by the user." */
function verdictOf(word, message) {
  const told = /[.!?]$/.test(message) ? message : `${message}.`;
  const isSaid = told.toLowerCase().startsWith(`${word.toLowerCase()} `);
  return [element("strong", {}, word), isSaid ? told.slice(word.length) : `: ${told}`];
}
