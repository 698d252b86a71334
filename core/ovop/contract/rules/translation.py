"""Rules as Python: a rule that the CEL engine has accepted, written as one Python expression that gives the same.

    translated = translate(parse("size(dyes) > 0 && mass / 2.0 > 1.0"), names, library, name_of)
    translated.source      # "((len(dyes) > 0) and (ratio(mass, 2.0) > 1.0))", where `name_of` gave the names
    translated.fails       # whether it may raise one of FAILURES; the text of what it raises is the reason

`library.namespace` holds what the source calls. Every value has its CEL type, so that a sign is translated only where Python means the same
by it. What is not known to be the same raises NotRead, and the rule is left to the engine. A property test holds both to be equal.

CEL looks at both sides of `&&` and `||`, and at every element of `exists` and `all`, when one of them has no result. Python's own forms are
used where nothing can fail, the functions of `arithmetic` where something can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from ovop.contract.rules import arithmetic
from ovop.contract.rules.functions import SURE, Function
from ovop.contract.rules.pieces import Library, Translated, condition_over, list_of, mapped, member, size_of
from ovop.contract.rules.syntax import (
    Call,
    Choice,
    Index,
    Listed,
    Literal,
    Member,
    Name,
    Node,
    NotRead,
    Operation,
)
from ovop.contract.rules.text import MACROS
from ovop.contract.rules.variables import Variable, scalar

DEEPEST = 80
"""How many brackets may stand inside each other; Python itself gives up at 200, and a rule may stand inside of others."""

NameOf: TypeAlias = "Callable[[str], str]"

_NUMBERS = frozenset({"int", "double"})
_ORDERED = frozenset({"int", "double", "string", "timestamp", "bool"})
_LISTS = frozenset({"list(string)", "list(double)", "list(bool)"})
_NOTHING = Variable("list()", single=False, default=[])
"""An empty list that is written out: of what, only the other side of a choice tells."""

_LITERALS: Mapping[type, str] = {str: "string", bool: "bool", int: "int", float: "double"}
_ARITHMETIC: Mapping[tuple[str, str], str] = {
    ("int", "+"): "whole({} + {})",
    ("int", "-"): "whole({} - {})",
    ("int", "*"): "whole({} * {})",
    ("int", "/"): "quotient({}, {})",
    ("int", "%"): "remainder({}, {})",
    ("double", "+"): "({} + {})",
    ("double", "-"): "({} - {})",
    ("double", "*"): "({} * {})",
    ("double", "/"): "ratio({}, {})",
    ("string", "+"): "({} + {})",
}
_METHODS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("string", "startsWith"): ("{}.startswith({})", "bool"),
    ("string", "endsWith"): ("{}.endswith({})", "bool"),
    ("string", "contains"): ("({1} in {0})", "bool"),
    ("timestamp", "getFullYear"): ("{}.year", "int"),
    ("timestamp", "getMonth"): ("({}.month - 1)", "int"),
    ("timestamp", "getDate"): ("{}.day", "int"),
}
_CONVERSIONS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("double", "int"): ("float({})", "double"),
    ("double", "double"): ("{}", "double"),
    ("int", "int"): ("{}", "int"),
    ("int", "double"): ("truncated({})", "int"),
    ("string", "string"): ("{}", "string"),
    ("string", "int"): ("str({})", "string"),
    ("timestamp", "timestamp"): ("{}", "timestamp"),
}


def translate(tree: Node, names: Mapping[str, Variable], library: Library, name_of: NameOf) -> Translated:
    """The rule in Python; `names` are the variables in scope, `name_of` gives the Python for one. NotRead where it is left to the engine.

    `answered('x')` asks `name_of` for `answered.x`.
    """
    try:
        made = Translator(names, library, name_of).node(tree)
    except RecursionError:
        raise NotRead("too deep") from None
    if _depth(made.source) > DEEPEST:
        raise NotRead("too deep")
    return made


class Translator:
    """Writes one rule; `node` is the way in."""

    def __init__(self, names: Mapping[str, Variable], library: Library, name_of: NameOf) -> None:
        self.names = names
        self.library = library
        self.name_of = name_of
        self.local: dict[str, Variable] = {}

    def node(self, node: Node) -> Translated:
        match node:
            case Literal(value):
                return Translated(repr(value), scalar(_LITERALS[type(value)]))
            case Name() | Member():
                return self.name(node)
            case Index(of, key):
                return self.index(self.node(of), key)
            case Listed(items):
                return self.listed([self.node(item) for item in items])
            case Choice(condition, yes, no):
                return self.choice(self.truth(condition), self.node(yes), self.node(no))
            case Operation(sign, (operand,)):
                return self.before(sign, operand)
            case Operation(sign, (left, right)):
                return self.between(sign, left, right)
            case Call(function, arguments, None):
                return self.function(function, arguments)
            case Call(function, arguments, of) if function in MACROS and of is not None:
                return self.macro(function, self.node(of), arguments)
            case Call(function, arguments, of) if of is not None:
                return self.method(function, self.node(of), [self.node(each) for each in arguments])
        raise NotRead(str(node))

    def truth(self, node: Node) -> Translated:
        made = self.node(node)
        if made.type != "bool":
            raise NotRead(f"{made.type} instead of a truth value")
        return made

    def name(self, node: Name | Member) -> Translated:
        """The longest dotted name in scope, then members of its value."""
        words: list[str] = []
        inner: Node = node
        while isinstance(inner, Member):
            words.insert(0, inner.word)
            inner = inner.of
        if isinstance(inner, Name) and inner.word not in self.local:
            words.insert(0, inner.word)
            taken = next((n for n in range(len(words), 0, -1) if ".".join(words[:n]) in self.names), 0)
            if not taken:
                raise NotRead(".".join(words))
            name = ".".join(words[:taken])
            made, words = Translated(self.name_of(name), self.names[name]), words[taken:]
        elif isinstance(inner, Name):
            made = Translated(f"r_{inner.word}", self.local[inner.word])
        else:
            made = self.node(inner)
        for word in words:
            made = member(made, word)
        return made

    def index(self, of: Translated, key: Node) -> Translated:
        if of.variable.members is not None and isinstance(key, Literal) and isinstance(key.value, str):
            return member(of, key.value)
        place = self.node(key)
        if of.variable.item is None or place.type != "int":
            raise NotRead("an index")
        return Translated(f"item({of.source}, {place.source})", of.variable.item, True)

    def listed(self, items: list[Translated]) -> Translated:
        if not items:
            return Translated("()", _NOTHING)
        if len({item.type for item in items}) > 1:
            raise NotRead("a list of several types")
        source = f"({', '.join(item.source for item in items)},)"
        return Translated(source, list_of(items[0].variable), any(item.fails for item in items))

    def choice(self, condition: Translated, yes: Translated, no: Translated) -> Translated:
        variable = no.variable if yes.variable is _NOTHING else yes.variable
        others = {made.type for made in (yes, no) if made.variable is not _NOTHING}
        if len(others) != 1 or not (others <= _ORDERED or others <= _LISTS):
            raise NotRead("a choice between two types")
        source = f"({yes.source} if {condition.source} else {no.source})"
        return Translated(source, variable, condition.fails or yes.fails or no.fails)

    def before(self, sign: str, operand: Node) -> Translated:
        if sign == "!":
            made = self.truth(operand)
            return made._replace(source=f"(not {made.source})")
        made = self.node(operand)
        if made.type == "double" or isinstance(operand, Literal):
            return made._replace(source=f"(-{made.source})")
        if made.type != "int":
            raise NotRead("a sign before no number")
        return Translated(f"whole(-{made.source})", made.variable, True)

    def between(self, sign: str, left: Node, right: Node) -> Translated:
        if sign in ("&&", "||"):
            return self.junction(sign, self.truth(left), self.truth(right))
        if sign == "in":
            return self.contained(self.node(left), right)
        one, other = self.node(left), self.node(right)
        fails = one.fails or other.fails
        if sign in ("==", "!=", "<", "<=", ">", ">="):
            same = one.type == other.type or {one.type, other.type} == _NUMBERS
            if not same or one.type not in _ORDERED:
                raise NotRead(f"{one.type} {sign} {other.type}")
            return Translated(f"({one.source} {sign} {other.source})", scalar("bool"), fails)
        form = _ARITHMETIC.get((one.type, sign))
        if form is None or one.type != other.type:
            raise NotRead(f"{one.type} {sign} {other.type}")
        return Translated(form.format(one.source, other.source), one.variable, fails or one.type == "int")

    def junction(self, sign: str, left: Translated, right: Translated) -> Translated:
        fails = left.fails or right.fails
        word, function = ("and", "both") if sign == "&&" else ("or", "either")
        if left.fails:
            source = f"{function}(lambda: {left.source}, lambda: {right.source})"
        else:
            source = f"({left.source} {word} {right.source})"
        return Translated(source, left.variable, fails)

    def contained(self, one: Translated, among: Node) -> Translated:
        values = self.node(among)
        if values.variable.item is None or values.variable.item.type != one.type or one.type not in _ORDERED:
            raise NotRead("`in` something else than a list of such values")
        source = values.source
        if isinstance(among, Listed) and all(isinstance(item, Literal) for item in among.items):
            source = f"{{{source[1:-2]}}}"  # Python keeps a set of constants ready
        return Translated(f"({one.source} in {source})", scalar("bool"), one.fails or values.fails)

    def function(self, name: str, arguments: tuple[Node, ...]) -> Translated:
        if name == "answered" and isinstance(arguments[0], Literal):
            return Translated(self.name_of(f"answered.{arguments[0].value}"), scalar("bool"))
        made = [self.node(argument) for argument in arguments]
        if name == "size" and len(made) == 1:
            return size_of(made[0])
        if len(made) == 1 and (name, made[0].type) in _CONVERSIONS:
            form, type_ = _CONVERSIONS[name, made[0].type]
            return Translated(
                form.format(made[0].source), scalar(type_), made[0].fails or form.startswith("truncated")
            )
        function = self.library.functions.get(name)
        if function is None or tuple(argument.type for argument in made) != function.parameters:
            raise NotRead(name)
        if all(isinstance(argument, Literal) for argument in arguments):
            return self.constant(function, [a.value for a in arguments if isinstance(a, Literal)])
        source = f"fn_{name}({', '.join(argument.source for argument in made)})"
        fails = name not in SURE or any(argument.fails for argument in made)
        return Translated(source, scalar(function.result), fails)

    def constant(self, function: Function, arguments: list[str | int | float | bool]) -> Translated:
        try:
            value = function.implementation(*arguments)
        except arithmetic.FAILURES as failure:
            raise NotRead(str(failure)) from None
        return Translated(self.library.constant(value), scalar(function.result))

    def macro(self, name: str, of: Translated, arguments: tuple[Node, ...]) -> Translated:
        each, *conditions = arguments
        if of.variable.item is None or not isinstance(each, Name):
            raise NotRead(name)
        around = self.local
        self.local = {**around, each.word: of.variable.item}
        made = [self.node(condition) for condition in conditions]
        self.local = around
        if name == "map":
            *held, value = made
            return mapped(f"r_{each.word}", of, held, value)
        if len(made) != 1 or made[0].type != "bool":
            raise NotRead(name)
        return condition_over(name, f"r_{each.word}", of, made[0])

    def method(self, name: str, of: Translated, arguments: list[Translated]) -> Translated:
        if name == "size" and not arguments:
            return size_of(of)
        found = _METHODS.get((of.type, name))
        if found is None or any(argument.type != "string" for argument in arguments):
            raise NotRead(name)
        form, type_ = found
        source = form.format(of.source, *(argument.source for argument in arguments))
        return Translated(source, scalar(type_), of.fails or any(argument.fails for argument in arguments))


def _depth(source: str) -> int:
    """How deep the brackets of a source go; those in its strings are counted too, which does no harm."""
    deepest = depth = 0
    for sign in source:
        if sign in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in ")]}":
            depth -= 1
    return deepest
