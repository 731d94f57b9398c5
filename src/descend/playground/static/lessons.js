// The lessons: experiments as links that set everything.

import { LESSONS } from "./lesson_list.js";
import { element } from "./dom.js";
import { texts } from "./texts.js";

/** A list of links. */
export class LessonsRoom {
  constructor() {
    const parts = LESSONS.map(({ title, experiments }) => element("section", { class: "lesson" }, element("h2", {}, title),
      element("ul", {}, experiments.map(({ name, sentence, address }) => element("li", {}, element("a", { href: address }, name), element("p", {}, sentence))))));
    this.node = element("section", { class: "room lessons", "aria-labelledby": "lessons-title" },
      element("div", { class: "room-head" }, element("h1", { id: "lessons-title" }, texts.lessons.title), element("p", { class: "lead" }, texts.lessons.lead)),
      element("div", { class: "lesson-grid" }, parts));
  }

  enter() {}

  leave() {}
}
