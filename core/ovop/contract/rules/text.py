"""Reads the text of a rule before CEL does: which names it uses, and which of them do not exist.

CEL gives rows the type `map(string, dyn)`, so it cannot see a misspelt column; this scan can, because it follows a name through `filter`,
indexes and members. It also gives plain words for an unknown name, and finds `answered('x')`, which is not a CEL function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ovop.contract.rules.tokens import (
    Call,
    RuleFault,
    Token,
    call_of,
    closing_brackets,
    fault_at,
    string_of,
    tokens_of,
    with_suggestion,
)
from ovop.contract.rules.variables import Variable
from ovop.contract.vocabulary import Text

MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "package",
        "namespace",
        "null",
        "return",
        "true",
        "var",
        "void",
        "while",
        "bool",
        "bytes",
        "double",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "timestamp",
        "duration",
        "type",
        "uint",
        "dyn",
        "facts",
        "evidence",
        "answered",
    ]
)
"""Words that cannot be the id of a field, because a rule could not name it."""
_CONSTANTS = frozenset({"true", "false", "null", "in"})


@dataclass
class Scan:
    """What was found in a rule: names read, names asked for by `answered`, our calls, faults, and the text to give to CEL."""

    pieces: list[str]
    references: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    faults: list[RuleFault] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The rule as CEL is given it."""
        return "".join(self.pieces)

    def original(self, line: int, column: int) -> int:
        """The position in the rule as written of a line and column in the text that CEL was given."""
        lines = self.text.split("\n")
        target = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
        passed = 0
        for position, piece in enumerate(self.pieces):
            passed += len(piece)
            if passed > target:
                return position
        return len(self.pieces)


def scan(text: str, names: Mapping[str, Variable], functions: frozenset[str]) -> Scan:
    """Read a rule: `names` are the variables in scope (dotted ones included), `functions` those of ours that checks are made for."""
    scanner = _Scanner(text, names, functions)
    scanner.walk(0, len(scanner.tokens))
    return Scan(scanner.rewritten, scanner.references, scanner.asked, scanner.calls, scanner.faults)


class _Scanner:
    def __init__(self, text: str, names: Mapping[str, Variable], functions: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self.functions = functions
        self.tokens = tokens_of(text)
        self.closing = closing_brackets(self.tokens)
        self.local: list[tuple[str, Variable | None]] = []
        self.references: set[str] = set()
        self.asked: set[str] = set()
        self.calls: list[Call] = []
        self.faults: list[RuleFault] = []
        self.rewritten = list(text)

    def sign(self, index: int) -> str:
        token = self.tokens[index] if index < len(self.tokens) else None
        return token.text if token and token.kind in ("sign", "name") else ""

    def fault(self, token: Token, id_: str, en: str, name: str = "", known: Iterable[str] = ()) -> None:
        reason = Text(id_, en)
        self.faults.append(
            fault_at(self.text, token.start, with_suggestion(reason, name, known) if name else reason)
        )

    def walk(self, index: int, end: int) -> None:
        """Visit the tokens in [index, end); chains of names and members are followed as one."""
        while index < end:
            token = self.tokens[index]
            if token.kind == "name" and token.text not in _CONSTANTS:
                index = self.name(index)
            elif token.text == "." and token.kind == "sign":
                index = self.after(index, None, index)
            else:
                index += 1

    def name(self, index: int) -> int:
        token = self.tokens[index]
        if self.sign(index + 1) == "(":
            return self.function(index)
        for local, variable in reversed(self.local):
            if local == token.text:
                return self.after(index + 1, variable, index)
        name, length = self.longest(index)
        if not name:
            self.unknown(index)
            return self.after(index + 1, None, index)
        self.references.add(name)
        return self.after(index + length, self.names[name], index)

    def longest(self, index: int) -> tuple[str, int]:
        """The longest dotted name in scope that starts here, and how many tokens it takes."""
        name, length, best = self.tokens[index].text, 1, ("", 0)
        while True:
            if name in self.names:
                best = (name, length)
            at = index + length
            is_member = (
                self.sign(at) == "." and at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "name"
            )
            if not is_member or self.sign(at + 2) == "(":
                return best
            name, length = f"{name}.{self.tokens[at + 1].text}", length + 2

    def unknown(self, index: int) -> None:
        token = self.tokens[index]
        member = (
            self.tokens[index + 2] if self.sign(index + 1) == "." and index + 2 < len(self.tokens) else None
        )
        if token.text == "facts":
            name = member.text if member else ""
            self.fault(
                member or token,
                f"fakta `{name}` tidak ada atau tidak diminta oleh `facts` di commodity.toml.",
                f"the fact `{name}` does not exist or is not asked for by `facts` in commodity.toml.",
                name or "facts",
                self.below("facts"),
            )
        elif token.text == "evidence":
            name = member.text if member else ""
            self.fault(
                member or token,
                f"tidak ada bukti `{name}` di formulir.",
                f"there is no evidence `{name}` in the form.",
                name or "evidence",
                self.below("evidence"),
            )
        else:
            self.fault(
                token,
                f"nama `{token.text}` tidak dikenal.",
                f"the name `{token.text}` is not known.",
                token.text,
                [name for name in self.names if "." not in name],
            )

    def below(self, root: str) -> list[str]:
        return [name.split(".")[1] for name in self.names if name.startswith(f"{root}.")]

    def after(self, index: int, variable: Variable | None, first: int) -> int:
        """Follow members, calls and indexes behind a value that began at `first`; `variable` describes it where that is known.

        A date inside a record is text to the engine, so it is wrapped in `timestamp(...)`.
        """
        while True:
            if self.sign(index) == "[":
                close = self.closing.get(index, len(self.tokens))
                self.walk(index + 1, close)
                variable, index = (variable.item if variable else None), close + 1
            elif self.sign(index) == "." and index + 1 < len(self.tokens):
                if self.sign(index + 2) == "(":
                    variable, index = self.method(index + 1, variable)
                else:
                    variable, index = self.member(index + 1, variable), index + 2
                    if variable is not None and variable.type == "timestamp":
                        self.wrap(self.tokens[first].start, self.tokens[index - 1].end)
            else:
                return index

    def wrap(self, start: int, end: int) -> None:
        self.rewritten[start] = f"timestamp({self.rewritten[start]}"
        self.rewritten[end - 1] += ")"

    def member(self, index: int, variable: Variable | None) -> Variable | None:
        token = self.tokens[index]
        if variable is None or variable.members is None:
            return None
        if token.text not in variable.members:
            self.fault(
                token,
                f"tidak ada kolom atau bagian `{token.text}`.",
                f"there is no column or part `{token.text}`.",
                token.text,
                variable.members,
            )
        return variable.members.get(token.text)

    def method(self, index: int, variable: Variable | None) -> tuple[Variable | None, int]:
        name = self.tokens[index].text
        opened = index + 1
        close = self.closing.get(opened, len(self.tokens))
        is_macro = name in MACROS and self.sign(opened + 2) == "," and self.tokens[opened + 1].kind == "name"
        if not is_macro:
            self.walk(opened + 1, close)
            return None, close + 1
        given = self.tokens[opened + 1]
        if given.text in self.names:
            self.fault(
                given,
                f"`{given.text}` sudah menjadi nama isian; pilih nama lain untuk satu baris.",
                f"`{given.text}` is already the name of a field; choose another name for one row.",
            )
        self.local.append((given.text, variable.item if variable else None))
        self.walk(opened + 3, close)
        self.local.pop()
        return (variable if name == "filter" else None), close + 1

    def function(self, index: int) -> int:
        token = self.tokens[index]
        close = self.closing.get(index + 1, len(self.tokens))
        if token.text == "answered":
            self.answered(index, close)
        elif token.text == "has":
            self.fault(
                token,
                "`has()` tidak dipakai: setiap isian punya nilai; tulis `answered('nama')`.",
                "`has()` is not used: every field has a value; write `answered('name')`.",
            )
        else:
            if token.text in self.functions:
                self.calls.append(call_of(self.tokens, self.closing, index, close))
            self.walk(index + 2, close)
        return self.after(close + 1, None, index)

    def answered(self, index: int, close: int) -> None:
        """Turn `answered('x')` into the variable `answered.x`, padded to the same length so that columns stay."""
        token, argument = self.tokens[index], self.tokens[index + 2] if close == index + 3 else None
        name = string_of(argument) if argument else None
        if name is None:
            self.fault(
                token,
                "tulis nama isian di antara tanda kutip: `answered('nama')`.",
                "write the name of a field between quotes: `answered('name')`.",
            )
        elif name not in self.names:
            self.fault(
                argument or token,
                f"`answered` bertanya tentang isian `{name}` yang tidak ada.",
                f"`answered` asks for the field `{name}`, which does not exist.",
                name,
                self.names,
            )
        else:
            self.asked.add(name)
            start, end = token.start, self.tokens[close].end
            replaced = f"answered.{name}".ljust(end - start)
            self.rewritten[start:end] = list(replaced[: end - start])
