"""The grammar of CEL as far as rules use it: from the text of a rule to a tree.

The CEL engine stays the judge of what a rule may be. This reader is for rules that the engine has accepted, so it says nothing about
mistakes: whatever it does not know (maps and messages written out, `null`, unsigned numbers, strings with escapes) raises `NotRead`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ovop.contract.rules.tokens import Token, string_of, tokens_of


class NotRead(Exception):
    """The rule has something that this reader does not know."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A word that stands for a value."""

    word: str


@dataclass(frozen=True, slots=True)
class Member:
    """`of.word`"""

    of: Node
    word: str


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`"""

    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, or `of.function(arguments)`, macros included."""

    function: str
    arguments: tuple[Node, ...]
    of: Node | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign before one operand, or between two."""

    sign: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`"""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is written out."""

    items: tuple[Node, ...]


Node: TypeAlias = "Literal | Name | Member | Index | Call | Operation | Choice | Listed"

_LEVELS = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
"""Signs between two operands, those that bind least first; all of them group to the left."""

_TRUTHS = {"true": True, "false": False}
_END = Token("end", "", 0, 0)


def parse(text: str) -> Node:
    """The tree of a rule; NotRead where it has something unknown."""
    reader = _Reader(tokens_of(text))
    try:
        tree = reader.expression()
    except RecursionError:
        raise NotRead("too deep") from None
    if reader.next is not _END:
        raise NotRead(reader.next.text)
    return tree


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = iter(tokens)
        self.next = next(self.tokens, _END)

    def take(self) -> Token:
        taken, self.next = self.next, next(self.tokens, _END)
        return taken

    def found(self, text: str) -> bool:
        """Take the next token if it is this sign or word."""
        if self.next.text != text or self.next.kind == "string":
            return False
        self.take()
        return True

    def require(self, text: str) -> None:
        if not self.found(text):
            raise NotRead(self.next.text)

    def expression(self) -> Node:
        condition = self.between(0)
        if not self.found("?"):
            return condition
        yes = self.between(0)
        self.require(":")
        return Choice(condition, yes, self.expression())

    def between(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.before()
        left = self.between(level + 1)
        while self.next.text in _LEVELS[level] and self.next.kind != "string":
            sign = self.take().text
            left = Operation(sign, (left, self.between(level + 1)))
        return left

    def before(self) -> Node:
        for sign in ("!", "-"):
            if self.found(sign):
                return Operation(sign, (self.before(),))
        return self.behind(self.primary())

    def behind(self, node: Node) -> Node:
        """Members, indexes and method calls behind a value."""
        while True:
            if self.found("."):
                word = self.word()
                node = Call(word, self.items(")"), node) if self.found("(") else Member(node, word)
            elif self.found("["):
                node = Index(node, self.expression())
                self.require("]")
            else:
                return node

    def primary(self) -> Node:
        if self.found("("):
            inner = self.expression()
            self.require(")")
            return inner
        if self.found("["):
            return Listed(self.items("]"))
        if self.next.kind in ("string", "number"):
            return _literal(self.take())
        word = self.word()
        if word in _TRUTHS:
            return Literal(_TRUTHS[word])
        if word == "null":
            raise NotRead(word)
        return Call(word, self.items(")")) if self.found("(") else Name(word)

    def word(self) -> str:
        if self.next.kind != "name":
            raise NotRead(self.next.text)
        return self.take().text

    def items(self, closing: str) -> tuple[Node, ...]:
        """Expressions between commas up to the closing bracket; a comma may stand behind the last one of a list."""
        found: list[Node] = []
        while not self.found(closing):
            found.append(self.expression())
            if not self.found(","):
                self.require(closing)
                break
        return tuple(found)


def _literal(token: Token) -> Literal:
    if token.kind == "string":
        value = string_of(token)
        if value is None or "\\" in token.text:
            raise NotRead(token.text)
        return Literal(value)
    text = token.text
    if text.isdigit():
        return Literal(int(text))
    if text[-1] in "uU" or text[:2] in ("0x", "0X"):
        raise NotRead(text)
    return Literal(float(text))


def words_after_dots(text: str) -> frozenset[str] | None:
    """The members that a rule reads, `r.share` and `r['share']` alike; None where the rule cannot be read."""
    try:
        return frozenset(_words(parse(text)))
    except (NotRead, RecursionError):
        return None


def _words(node: Node) -> Iterator[str]:
    match node:
        case Member(of, word):
            yield word
            yield from _words(of)
        case Index(of, key):
            if isinstance(key, Literal) and isinstance(key.value, str):
                yield key.value
            yield from _words(of)
            yield from _words(key)
        case Call(_, arguments, of):
            for part in (*arguments, *([of] if of else [])):
                yield from _words(part)
        case Operation(_, parts) | Listed(parts):
            for part in parts:
                yield from _words(part)
        case Choice(condition, yes, no):
            for part in (condition, yes, no):
                yield from _words(part)
        case _:
            return
