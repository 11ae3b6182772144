"""HTML pages to a document.

Belongs here: which elements are text and how they become blocks. Does not belong here: encodings (decode.py), or
meaning.
"""

from __future__ import annotations

import re

from lxml import etree

from pipeline.reports.document import Builder, Document, tidy

# What a reader of the page does not read as its text: programs, navigation, forms, teasers, pictures.
_SKIPPED = frozenset(
    re.findall(
        r"\w+",
        "script style noscript template nav footer aside form select button svg iframe object head canvas video audio "
        "dialog datalist select option textarea input map",
    )
)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article main header ul ol li dl dt dd table tbody thead tfoot tr td th caption h1 h2 h3 h4 h5 "
        "h6 br hr blockquote pre figure figcaption details summary address center body",
    )
)
_INLINE = frozenset({"span", "b", "strong", "em", "i", "small", "label"})
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.I
)
_HIDDEN_CLASS = re.compile(
    r"(?<![\w-])(?:hidden|d-none|is-hidden|sr-only|visually-hidden|screen-reader-text)(?![\w-])", re.I
)
_HIDDEN_ROLE = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"})


def read_html(text: str) -> Document:
    """The document of an HTML page. The title is the first h1, else <title>; the vendor is the declared site name.

    Parsing is lxml's recovering parser with its own caps on depth and text size; nothing is fetched.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return Builder().build()
    walker = _Walker()
    walker.walk(root)
    return walker.builder.build(walker.h1 or _title(root), _site_name(root))


class _Walker:
    """Reads the tree in order, in one loop (deep trees must not exhaust the stack)."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.h1 = ""
        self._buffer: list[str] = []
        self._cells: list[str] | None = None
        self._cell_depth = 0
        self._new_table = False
        self._items = 0  # list items that are open
        self._kept = 0  # <pre> that are open: their line breaks are shown

    def walk(self, root: etree._Element) -> None:
        events = etree.iterwalk(root, events=("start", "end"))
        for event, element in events:
            if event == "start":
                if _is_hidden(element):
                    self._text(element.tail)
                    events.skip_subtree()
                    continue
                self._start(element.tag)
                self._text(element.text)
            elif not _is_hidden(element):
                self._end(element.tag)
                if _is_card_part(element):
                    self._boundary()
                self._text(element.tail)
        self._flush("text")

    def _text(self, text: str | None) -> None:
        if not text:
            return
        first, *others = text.splitlines() if self._kept and not self._cell_depth else [text]
        self._buffer.append(first)
        for line in others:
            self._boundary()
            self._buffer.append(line)

    def _start(self, tag: str) -> None:
        if tag == "table" and self._cell_depth == 0:
            self._new_table = True
        if tag == "tr" and self._cell_depth == 0:
            self._flush("text")
            self._cells = []
        elif tag in ("td", "th") and self._cells is not None:
            self._cell_depth += 1
            if self._cell_depth == 1:
                self._buffer = []
        elif tag in _BLOCKS:
            self._boundary()
        self._kept += tag == "pre"
        if tag == "li" and not self._cell_depth:
            self._items += 1

    def _end(self, tag: str) -> None:
        self._kept -= tag == "pre"
        if tag in ("td", "th") and self._cells is not None and self._cell_depth:
            self._cell_depth -= 1
            if self._cell_depth == 0:
                self._cells.append(re.sub(r"(?:\s*;\s*)+", "; ", tidy("".join(self._buffer))).strip("; "))
                self._buffer = []
        elif tag == "tr" and self._cell_depth == 0 and self._cells is not None:
            self.builder.add_row(self._cells)
            if self._new_table:
                self.builder.head_table()
            self._cells, self._buffer, self._new_table = None, [], False
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6") and not self._cell_depth:
            if tag == "h1" and not self.h1:
                self.h1 = tidy("".join(self._buffer))
            self._flush("heading", int(tag[1]))
        elif tag == "li" and not self._cell_depth:
            self._flush("item", self._items)
            self._items = max(0, self._items - 1)
        elif tag in _BLOCKS:
            self._boundary()

    def _boundary(self) -> None:
        """End of a line of text; inside a table cell, a separator between its parts."""
        if self._cell_depth:
            self._buffer.append("; ")
        else:
            self._flush("item" if self._items else "text", self._items)

    def _flush(self, kind: str, level: int = 0) -> None:
        text = "".join(self._buffer)
        self._buffer = []
        if kind == "heading":
            self.builder.add("heading", text, level)
        else:
            self.builder.add("item" if kind == "item" else "text", text, level)


def _is_card_part(element: etree._Element) -> bool:
    """Whether an inline element and the next stand apart on the screen although nothing parts them in the file:
    "<b>6.4%</b><span>CAGR</span>", with no words of their parent's own before them.
    """
    if element.tag not in _INLINE or element.tail or not element.text or element.text[-1].isspace():
        return False
    following, parent = element.getnext(), element.getparent()
    if following is None or parent is None or following.tag not in _INLINE or not following.text:
        return False
    return not following.text[0].isspace() and not (parent.text or "").strip()


def _is_hidden(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return True
    attributes = element.attrib
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
        or bool(_HIDDEN_CLASS.search(attributes.get("class", "")))
        or attributes.get("role") in _HIDDEN_ROLE
    )


def _title(root: etree._Element) -> str:
    return tidy(root.findtext(".//title") or "")


def _site_name(root: etree._Element) -> str:
    found = root.find(".//meta[@property='og:site_name']")
    return tidy(found.get("content", "")) if found is not None else ""
