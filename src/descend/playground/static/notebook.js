// The page in a notebook: its questions go to the kernel, its address is the widget's.

import { over } from "./api.js";
import { keepAddressIn } from "./bar.js";
import { stayWithin } from "./frame.js";
import { byMessages } from "./kernel.js";

const { model } = window.notebook;

function keep(search) {
  model.set("query", search);
  model.save_changes();
}

over(byMessages(model));
keepAddressIn({
  get search() {
    return model.get("query");
  },
  link: null,
  keep,
  go: (address) => keep(address.replace(/^\//, "")),
});
stayWithin();
// Last: the page begins as soon as it is loaded.
await import("./main.js");
