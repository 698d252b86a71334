"""Finds the line of every key and element of a TOML document, which tomllib does not tell.

The text is taken to be valid TOML: tomllib has read it before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_SCALAR = re.compile(r"[^,\]}\s#]+(?: \d{2}:\d{2}[^,\]}\s#]*)?")
_INDEX = re.compile(r"\[\d+\]$")


@dataclass
class TomlLines:
    """Lines (from 1) by path, such as `section[0].fields[3].show_if`."""

    keys: dict[str, int] = field(default_factory=dict)
    contents: dict[str, int] = field(default_factory=dict)

    def line(self, path: str) -> int:
        """The line where a key or element starts; of the nearest one around it where it is absent; 1 for the document."""
        while path:
            if path in self.keys:
                return self.keys[path]
            path = _parent(path)
        return 1

    def content_line(self, path: str) -> int:
        """The first line of the text of a string: the line after `\"\"\"` where it begins there."""
        return self.contents.get(path, self.line(path))


def _parent(path: str) -> str:
    return _INDEX.sub("", path) if _INDEX.search(path) else path.rpartition(".")[0]


def lines_of(text: str, first_line: int = 1) -> TomlLines:
    """The lines of a valid TOML document; `first_line` is the line of its start in a larger file."""
    reader = _Reader(text.replace("\r\n", "\n"), first_line)
    reader.document()
    return reader.found


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.at = 0
        self.found = TomlLines()
        self.lengths: dict[str, int] = {}
        self.ends = [match.start() for match in re.finditer("\n", self.text)]

    @property
    def line(self) -> int:
        return self.first_line + bisect_left(self.ends, self.at)

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def skip(self) -> None:
        """Pass blanks, line ends and comments."""
        while self.at < len(self.text):
            if self.peek() == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.peek().isspace():
                self.at += 1
            else:
                return

    def document(self) -> None:
        table = ""
        self.skip()
        while self.at < len(self.text):
            if self.peek() == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip()

    def header(self) -> str:
        line, double = self.line, self.peek(2) == "[["
        self.at += 2 if double else 1
        path = ""
        parts = self.key()
        for number, part in enumerate(parts):
            path = f"{path}.{part}" if path else part
            if number < len(parts) - 1 or not double:
                path = self.current(path)
        if double:
            index = self.lengths.get(path, 0)
            self.lengths[path] = index + 1
            self.found.keys.setdefault(path, line)
            path = f"{path}[{index}]"
        self.found.keys[path] = line
        self.at += 2 if double else 1
        return path

    def current(self, path: str) -> str:
        """The path with the index of its last element where it is an array of tables."""
        return f"{path}[{self.lengths[path] - 1}]" if path in self.lengths else path

    def key(self) -> list[str]:
        parts = []
        while match := _KEY.match(self.text, self.at):
            parts.append(match.group(1).strip("\"'"))
            self.at = match.end()
            if self.peek() != ".":
                break
            self.at += 1
        return parts

    def pair(self, table: str) -> None:
        line = self.line
        path = ".".join([*([table] if table else []), *self.key()])
        self.found.keys.setdefault(path, line)
        self.at += 1
        self.skip()
        self.value(path)

    def value(self, path: str) -> None:
        start = self.peek()
        if start in "\"'":
            self.string(path)
        elif start == "[":
            self.elements(path)
        elif start == "{":
            self.inline_table(path)
        else:
            match = _SCALAR.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def string(self, path: str) -> None:
        quote = self.peek()
        triple = self.peek(3) == quote * 3
        self.at += 3 if triple else 1
        if triple and self.peek() == "\n":
            self.at += 1
        self.found.contents[path] = self.line
        end = quote * 3 if triple else quote
        while self.peek(len(end)) != end:
            self.at += 2 if quote == '"' and self.peek() == "\\" else 1
        self.at += len(end)
        while triple and self.peek() == quote:  # up to two quotes may stand before the closing three
            self.at += 1

    def elements(self, path: str) -> None:
        self.at += 1
        index = 0
        while True:
            self.skip()
            if self.peek() == "]":
                break
            if self.peek() == ",":
                self.at += 1
                continue
            self.found.keys[f"{path}[{index}]"] = self.line
            self.value(f"{path}[{index}]")
            index += 1
        self.at += 1

    def inline_table(self, path: str) -> None:
        self.at += 1
        while True:
            self.skip()
            if self.peek() == "}":
                break
            if self.peek() == ",":
                self.at += 1
                continue
            self.pair(path)
        self.at += 1
