"""The texts of lessons as HTML: headings, paragraphs, lists, and words set apart."""

import io
import keyword
import re
import tokenize
from functools import partial
from html import escape

_INLINE = (
    (re.compile(r"``(.+?)``"), r"<code>\1</code>"),
    (re.compile(r"`([^`]+?)\s+&lt;(https?://[^`]+?)&gt;`_+"), r'<a href="\2">\1</a>'),
    (re.compile(r":\w+:`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*(\S.*?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(\S[^*]*?)\*(?![\w*])"), r"<em>\1</em>"),
)

_UNDERLINE = re.compile(r"([=\-~^\"'*+#])\1{2,}")

_ITEM = re.compile(r"[-*] +")


def as_html(text: str, level: int = 2) -> str:
    r"""Return a text in the reStructuredText that lessons are written in as HTML.

    There are headings, which are underlined and become `<h2>`, or of another level; paragraphs;
    lists of one level; and within them code, emphasis and links. All else is text.

    Examples
    --------
    >>> as_html("The slope of `x < 1` is *down*.")
    '<p>The slope of <code>x &lt; 1</code> is <em>down</em>.</p>'
    >>> as_html("Up\n---\nOn.")
    '<h2>Up</h2>\n<p>On.</p>'
    """
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", _with_headings_apart(text)):
        lines = [line.strip() for line in block.strip().splitlines()]
        if len(lines) == 2 and _UNDERLINE.fullmatch(lines[1]):
            parts.append(f"<h{level}>{inline(lines[0])}</h{level}>")
        elif lines and _ITEM.match(lines[0]):
            items = re.split(r"\n[-*] +", "\n" + "\n".join(lines))[1:]
            parts.append("<ul>" + "".join(f"<li>{inline(_flat(i))}</li>" for i in items) + "</ul>")
        elif lines:
            parts.append(f"<p>{inline(_flat(block))}</p>")
    return "\n".join(parts)


def _with_headings_apart(text: str) -> str:
    """Put an empty line after each heading."""
    lines: list[str] = []
    for line in text.splitlines():
        is_underline = _UNDERLINE.fullmatch(line.strip()) and lines and lines[-1].strip()
        lines += [line, ""] if is_underline else [line]
    return "\n".join(lines)


def _flat(text: str) -> str:
    return " ".join(text.split())


def inline(text: str) -> str:
    """Return a line as HTML, with what is set apart in it.

    >>> inline("`x**2` and **this**")
    '<code>x**2</code> and <strong>this</strong>'
    """
    kept: list[str] = []

    def keep(match: re.Match[str], template: str) -> str:
        kept.append(match.expand(template))
        return f"\x00{len(kept) - 1}\x00"

    html = escape(text.replace("\x00", ""), quote=False)
    for pattern, template in _INLINE:
        html = pattern.sub(partial(keep, template=template), html)
    while "\x00" in html:
        html = re.sub("\x00(\\d+)\x00", lambda match: kept[int(match.group(1))], html)
    return html


def highlighted(code: str) -> str:
    """Return Python code as HTML, with its words in colours.

    >>> highlighted("x = 1  # one")
    'x = <b>1</b>  <i># one</i>'
    """
    pieces: list[str] = []
    lines = code.splitlines(keepends=True)
    row, column = 1, 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        element = _element(token)
        if element is None:
            continue
        pieces.append(escape(_between(lines, (row, column), token.start), quote=False))
        pieces.append(f"<{element}>{escape(token.string, quote=False)}</{element}>")
        row, column = token.end
    pieces.append(escape(_between(lines, (row, column), (len(lines) + 1, 0)), quote=False))
    return "".join(pieces)


def _element(token: tokenize.TokenInfo) -> str | None:
    """Return the element of a comment, a number, a text or a keyword: no other has one."""
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "strong"
    kinds = {tokenize.COMMENT: "i", tokenize.STRING: "em", tokenize.NUMBER: "b"}
    return kinds.get(token.type)


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the code from one place, a line counted from 1 and a column, to another."""
    (first, left), (last, right) = start, end
    if first > len(lines):
        return ""
    if first == last:
        return lines[first - 1][left:right]
    middle = "".join(lines[first : last - 1])
    tail = lines[last - 1][:right] if last <= len(lines) else ""
    return lines[first - 1][left:] + middle + tail
