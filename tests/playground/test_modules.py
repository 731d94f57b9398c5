"""The page's modules as one: nothing missing, each after what it imports, and read by an engine."""

import re
import subprocess

import pytest

from descend.playground.modules import STATIC, imported, in_order, joined

ENTRIES = ["notebook.js", "record.js", "main.js"]
FILES = sorted(STATIC.glob("*.js"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_module_stands_after_those_that_it_imports(entry):
    seen = set()
    for name, text in in_order(entry).items():
        assert {each.removeprefix("./") for each in imported(text)} <= seen, name
        seen.add(name)
    assert name == entry


def test_every_module_is_part_of_a_page():
    pages = set().union(*map(in_order, ENTRIES))
    assert pages == {file.name for file in FILES} - {"widget.js"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_whatever_looks_like_a_module_is_imported(file):
    """The browser links modules by what they are called (`static/widget.js`)."""
    text = file.read_text(encoding="utf-8")
    called = re.findall(r"""(["'])(\./[\w-]+\.js)\1""", text)
    assert [name for _, name in called] == imported(text)


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"a.js": 'import "./b.js";'}, "imports './b.js', which is not in the folder"),
        ({"a.js": 'import x from "elsewhere";'}, "imports 'elsewhere'"),
        ({"a.js": 'import("../a.js");'}, "imports '../a.js'"),
        ({"a.js": 'export * from "./b.js";', "b.js": 'import "./a.js";'}, "circle: a.js -> b.js"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path, files, complaint):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=re.escape(complaint)):
        in_order("a.js", tmp_path)


PARSED = """
const text = await new Promise((resolve) => {
  let all = "";
  process.stdin.on("data", (part) => { all += part; }).on("end", () => resolve(all));
});
const load = (code) => import(`data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`);
const { widgetOf, default: own } = await load(text);
console.log(typeof widgetOf, Object.keys(own).join());
// each module of the page, with the others in its place: it must parse and find what it imports
const page = JSON.parse(text.slice(text.lastIndexOf("widgetOf(") + 9, text.lastIndexOf(")")));
const traps = { apply: () => nothing, set: () => true };
traps.get = (_, key) => (key === Symbol.toPrimitive ? () => "" : nothing);
const nothing = new Proxy(function () {}, traps);
Object.assign(globalThis, { matchMedia: () => nothing, document: nothing, window: nothing });
const urls = new Map();
const named = /(["'])\\.\\/([\\w-]+\\.js)\\1/g;
const linked = (code) => code.replace(named, (_, quote, other) => JSON.stringify(urls.get(other)));
for (const [name, code] of page.modules) {
  urls.set(name, `data:text/javascript;charset=utf-8,${encodeURIComponent(linked(code))}`);
}
const begins = ["main.js", "notebook.js", "record.js"];
for (const [name, url] of urls) if (!begins.includes(name)) await import(url);
"""


@pytest.mark.thorough
@pytest.mark.parametrize("entry", ["notebook.js", "record.js"])
def test_an_engine_reads_the_joined_module(entry):
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", PARSED],
        input=joined(entry), capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout == "function render\n"
