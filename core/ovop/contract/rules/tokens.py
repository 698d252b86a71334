"""The words and signs of a rule, places in its text, and the faults shown there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ovop.contract.vocabulary import Text

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<string>[rRbB]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
    |(?P<number>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|0[xX][0-9a-fA-F]+[uU]?|\d+[uU]?)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>[<>=!]=|&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """One word or sign of a rule; `start` and `end` are positions in its text."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class RuleFault:
    """A mistake in a rule. `line` and `column` count from 1 within the rule's text."""

    reason: Text
    line: int = 1
    column: int = 1
    caret: str = ""


@dataclass(frozen=True)
class Call:
    """A call of one of our functions, as far as it can be known without evaluating: string arguments, else None."""

    name: str
    arguments: tuple[str | None, ...]
    starts: tuple[int, ...]
    key_count: int | None = None
    """Number of elements where the second argument is a list written out."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a rule without blanks and comments."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind != "space":
            found.append(Token(kind, match.group(), match.start(), match.end()))
    return found


def fault_at(text: str, position: int, reason: Text) -> RuleFault:
    """A fault with line, column and caret for a position in the text of a rule."""
    before = text[:position]
    line = before.count("\n") + 1
    column = position - (before.rfind("\n") + 1) + 1
    return RuleFault(reason, line, column, caret_of(text, line, column))


def caret_of(text: str, line: int, column: int) -> str:
    """The line of a rule with a caret below the column (from 1)."""
    lines = text.split("\n")
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    return f"{shown}\n{' ' * (column - 1)}^"


def suggestion(name: str, known: Iterable[str]) -> Text:
    """' Did you mean ...?' in both languages, or a blank where nothing is near."""
    near = get_close_matches(name, list(known), n=1)
    return Text(f" Mungkin maksudnya `{near[0]}`?", f" Did you mean `{near[0]}`?") if near else Text(" ", " ")


def with_suggestion(reason: Text, name: str, known: Iterable[str]) -> Text:
    """A reason with the nearest known name added to it."""
    near = suggestion(name, known)
    return Text((reason.id + near.id).strip(), (reason.en + near.en).strip())


def string_of(token: Token) -> str | None:
    """The value of a plain string token, None for anything else."""
    if token.kind != "string" or token.text[0] not in "'\"":
        return None
    try:
        value = ast.literal_eval(token.text)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def closing_brackets(tokens: Sequence[Token]) -> dict[int, int]:
    """For each opening bracket the index of its closing one; brackets that do not match are left to CEL to report."""
    stack: list[int] = []
    pairs: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token.kind == "sign" and token.text in "([{":
            stack.append(index)
        elif token.kind == "sign" and token.text in ")]}" and stack:
            pairs[stack.pop()] = index
    return pairs


def call_of(tokens: Sequence[Token], closing: Mapping[int, int], index: int, close: int) -> Call:
    parts = split_arguments(tokens, closing, index + 2, close)
    arguments = tuple(string_of(tokens[start]) if end == start + 1 else None for start, end in parts)
    keys = None
    if len(parts) > 1 and tokens[parts[1][0]].text == "[" and closing.get(parts[1][0]) == parts[1][1] - 1:
        keys = len(split_arguments(tokens, closing, parts[1][0] + 1, parts[1][1] - 1))
    return Call(tokens[index].text, arguments, tuple(tokens[start].start for start, _ in parts), keys)


def split_arguments(
    tokens: Sequence[Token], closing: Mapping[int, int], index: int, end: int
) -> list[tuple[int, int]]:
    """The ranges between commas at the outermost level."""
    parts: list[tuple[int, int]] = []
    start = index
    while index < end:
        if tokens[index].kind == "sign" and tokens[index].text == ",":
            parts.append((start, index))
            start = index + 1
        index = closing.get(index, index) + 1
    if start < end:
        parts.append((start, end))
    return parts
