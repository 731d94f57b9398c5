"""The encoding of a text, by the evidence of all its bytes."""

from __future__ import annotations

import codecs
import re

from descend.data.containers import Content

BLOCK = 1 << 22
"""Bytes that are looked through at a time."""

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The byte order marks of encodings that are not UTF-8, the longer first."""

WESTERN = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS, code page 850"}
"""Encodings of a byte a letter that are told apart, the most frequent first, and their names."""

USUAL = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ")
"""Letters of Western languages outside ASCII."""

SIGNS = frozenset("€£¥°²³µ§½¼¾±×«»„“”‘’–—…ªº©®·¿¡‰†\N{NO-BREAK SPACE}")
"""Signs outside ASCII that stand in Western texts, but not inside a word."""

LONGEST_RUN = 3.0
"""Letters outside ASCII stand together in longer runs than this only in other alphabets."""

LEAST_SENSE = 0.6
"""How much more of the characters must be usual than are not, as a share of all."""


def as_utf8(content: Content, notes: list[str]) -> Content:
    """Return the content as UTF-8, and note if it was in another encoding."""
    encoding, quoted = _encoding(content)
    if encoding == "utf-8":
        return content._replace(quoted=quoted)
    try:
        text = content.read().decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"it is no text: it looks like {encoding}, and is none") from error
    if encoding in WESTERN:
        notes.append(f"The text is no UTF-8: read as {WESTERN[encoding]}.")
    return content._replace(held=text.removeprefix("\ufeff").encode())


def _encoding(content: Content) -> tuple[str, bool]:
    """Return the name of the encoding, and whether the text has quotes if that is UTF-8.

    A ValueError says that the bytes are no text.
    """
    head = content.head(4096)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding, True
    if b"\0" in head:
        return _without_mark(head), True
    decoder = codecs.getincrementaldecoder("utf-8")()
    quoted = False
    try:
        with content.open() as stream:
            while block := bytes(stream.read(BLOCK)):
                if b"\0" in block:
                    raise ValueError("it is no text: it holds bytes of 0")
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
                quoted = quoted or b'"' in block
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _western(content.read()), True
    return "utf-8", quoted


def _without_mark(head: bytes) -> str:
    """Return which UTF-16 has zeros where the head has them, though it has no mark."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros > 0.4 * len(head) / 2 and others < 0.05 * zeros:
            return encoding
    raise ValueError("it is no text: it holds bytes of 0")


def _western(data: bytes) -> str:
    """Return the encoding in which the bytes outside ASCII make the most sense."""
    if re.search(rb"[\x01-\x08\x0e-\x19\x1c-\x1f]", data):
        raise ValueError("it is no text: it holds control characters")
    # a mark in each neighbourhood is evidence enough
    found = list(re.finditer(rb"[\x80-\xff]+", data))[:100_000]
    scores = {encoding: _sense(data, found, encoding) for encoding in WESTERN}
    best = max(scores, key=lambda encoding: scores[encoding])
    characters = sum(len(run.group()) for run in found)
    if scores[best] < LEAST_SENSE * characters or characters > LONGEST_RUN * len(found):
        raise ValueError("it is no UTF-8 text, nor a Western European one: save it as UTF-8")
    return best


def _sense(data: bytes, found: list[re.Match[bytes]], encoding: str) -> int:
    """Return how many more of the characters are usual where they stand than are not."""
    sense = 0
    for run in found:
        text = run.group().decode(encoding, errors="replace")
        before, after = data[run.start() - 1 : run.start()], data[run.end() : run.end() + 1]
        inside = before.isalpha() and after.isalpha()
        for character in text:
            # an apostrophe stands inside words, too
            in_place = not inside or character == "’"
            sense += 1 if character in USUAL or (character in SIGNS and in_place) else -1
    return sense
