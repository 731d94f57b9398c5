// A page in a notebook's cell, as anywidget asks for it. The page has a frame of its own: no style, key or clock of the
// notebook's reaches it, nor the other way round; it is as wide as its cell is, and gone with it.

// Modules name each other so, and nothing else in them looks like it.
const NAME_OF_A_MODULE = /(["'])\.\/([\w-]+\.js)\1/g;

// Where a notebook says that its theme has changed: each has another place.
const THEMES = ["class", "style", "theme", "data-theme", "data-jp-theme-light", "data-vscode-theme-kind"];

/** Return what anywidget asks for, for a page of modules `[name, text]`, each after those that it imports. */
export function widgetOf({ entry, style, modules }) {
  function begin(frame, model) {
    const { contentWindow: inside, contentDocument: page } = frame;
    if (page?.URL !== "about:srcdoc") return;
    // A frame that was moved is loaded anew, and begins anew where its state is kept.
    inside.notebook = { model, setHeight: (height) => frame.style.setProperty("height", `${height}px`) };
    const sheet = page.createElement("style");
    sheet.textContent = style;
    const urls = new Map();
    for (const [name, text] of modules) {
      const linked = text.replace(NAME_OF_A_MODULE, (_, quote, other) => JSON.stringify(urls.get(other)));
      urls.set(name, inside.URL.createObjectURL(new inside.Blob([linked], { type: "text/javascript" })));
    }
    const script = page.createElement("script");
    script.type = "module";
    script.src = urls.get(entry);
    page.head.append(sheet, script);
  }

  function render({ model, el }) {
    const frame = document.createElement("iframe");
    frame.title = model.get("title");
    frame.allow = "fullscreen; clipboard-write";
    frame.srcdoc = `<!doctype html><html lang="en" class="in-notebook"><head><meta charset="utf-8"><title>${model.get("title")}</title></head><body></body></html>`;
    const isFixed = model.get("height") > 0;
    // One of a fixed height can be pulled longer or shorter.
    const holder = document.createElement("div");
    Object.assign(holder.style, isFixed ? { height: `${model.get("height")}px`, resize: "vertical", overflow: "hidden" } : {});
    Object.assign(frame.style, { display: "block", boxSizing: "border-box", width: "100%", height: isFixed ? "100%" : "320px", border: "1px solid rgb(127 127 127 / 35%)", borderRadius: "6px" });
    frame.addEventListener("load", () => begin(frame, model));
    const endTheme = followTheme(el, (isDark) => frame.style.setProperty("color-scheme", isDark ? "dark" : "light"));
    holder.append(frame);
    el.append(holder);
    return () => {
      endTheme();
      holder.remove();
    };
  }

  return { render };
}

/** Tell whether an element lies on a dark ground, now and whenever that changes. Return what ends it. */
function followTheme(el, tell) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const look = () => tell(isDarkBehind(el, system.matches));
  // Themes load their styles some time after they say so.
  const looks = () => [0, 150, 600, 2000].map((wait) => setTimeout(look, wait));
  const observer = new MutationObserver(looks);
  for (const root of [document.documentElement, document.body]) observer.observe(root, { attributes: true, attributeFilter: THEMES });
  system.addEventListener("change", looks);
  look();
  looks();
  return () => {
    observer.disconnect();
    system.removeEventListener("change", looks);
  };
}

/** Return whether the first ground behind an element that is not transparent is dark. */
function isDarkBehind(el, isDarkSystem) {
  for (let node = el; node; node = node.parentElement ?? node.getRootNode().host) {
    const [red, green, blue, opacity = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (opacity > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
  }
  // Nobody painted: the browser did, by the scheme that the page declares.
  return isDarkSystem && getComputedStyle(document.documentElement).colorScheme.includes("dark");
}
