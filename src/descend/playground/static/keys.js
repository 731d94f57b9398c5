// Keys for the player, wherever the focus is not on something that takes them itself.

import { player } from "./player.js";

const OWN_KEYS = "input, select, textarea, button, summary, a, dialog, [role='application']";

/** Play, pause and step by keys while `isOn()`. */
export function listenToKeys(isOn = () => true) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(OWN_KEYS)) return;
    const act = { " ": () => player.toggle(), ".": () => player.step(1), ",": () => player.step(-1), Home: () => player.seek(0), End: () => player.seek(player.steps) }[event.key];
    if (!act || !isOn()) return;
    event.preventDefault();
    act();
  });
}
