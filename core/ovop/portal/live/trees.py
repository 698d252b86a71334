"""A rule as a tree of JSON for browsers. Pure.

The tree is that of the Python which the server itself runs (`rules/translation.py`): operators, calls of our functions and of `arithmetic`,
names. So a browser knows of every number whether it is whole, and divides and rounds as the server does; no rule is read twice.

A node is a value that is written out, or a list that begins with its operation:

    ["n", "size.length"]              the value of a name; ["l", "r"] that of a name bound by `map`, `exists` ...
    ["<", node, node] ["+", ...] ["and", ...] ["not", node] ["neg", node] ["if", condition, yes, no] ["in", node, list]
    ["list", node ...] ["get", node, "member"] ["for", "r", list, value, condition ...]
    ["both", node, node] ["some", "r", condition, list]           as in `arithmetic`
    ["fn_mean", node ...] ["whole", node] ["len", node] ...       functions
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from ovop.contract.rules.expressions import Expression
from ovop.contract.rules.pieces import Translated
from ovop.contract.rules.syntax import Node, NotRead, parse
from ovop.contract.rules.translation import Translator
from ovop.contract.rules.variables import COMPUTED_TYPES, scalar

Tree: TypeAlias = "str | int | float | bool | list[Tree]"

_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "neg",
}


class _BrowserTranslator(Translator):
    """Knows in addition what browsers do like the CEL engine, while Python does not."""

    def method(self, name: str, of: Translated, arguments: list[Translated]) -> Translated:
        if name == "matches" and of.type == "string" and [a.type for a in arguments] == ["string"]:
            return Translated(f"matches({of.source}, {arguments[0].source})", scalar("bool"), True)
        return super().method(name, of, arguments)

    def function(self, name: str, arguments: tuple[Node, ...]) -> Translated:
        if name == "int" and len(arguments) == 1:
            made = self.node(arguments[0])
            if made.type == "string":
                return Translated(f"parsed({made.source})", scalar("int"), True)
        return super().function(name, arguments)


def tree_of(rule: Expression) -> Tree:
    """The rule as a tree; raises `NotRead` where only the CEL engine can evaluate it."""
    names: dict[str, str] = {}

    def name_of(name: str) -> str:
        return names.setdefault(name, f"n_{len(names)}")

    translator = _BrowserTranslator(rule.scope.names, rule.scope.library, name_of)
    made = translator.node(parse(rule.text))
    wanted = COMPUTED_TYPES[rule.expects]
    if made.type != wanted and (wanted, made.type) != ("double", "int"):
        raise NotRead(f"{made.type} instead of {wanted}")
    known = {python: name for name, python in names.items()}
    constants = rule.scope.library.namespace
    tree = _Writer(known, constants).node(ast.parse(made.source, mode="eval").body)
    return tree if made.type == wanted else ["float", tree]


class _Writer:
    def __init__(self, names: Mapping[str, str], constants: Mapping[str, object]) -> None:
        self.names = names
        self.constants = constants

    def node(self, node: ast.expr) -> Tree:
        match node:
            case ast.Constant(value=str() | int() | float() as value):
                return value
            case ast.Name(id=word):
                return self.name(word)
            case ast.UnaryOp(op=sign, operand=operand):
                return [_SIGNS[type(sign)], self.node(operand)]
            case ast.BinOp(left=left, op=sign, right=right):
                return [_SIGNS[type(sign)], self.node(left), self.node(right)]
            case ast.BoolOp(op=sign, values=values):
                return [_SIGNS[type(sign)], *map(self.node, values)]
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return [_SIGNS[type(sign)], self.node(left), self.node(right)]
            case ast.IfExp(test=test, body=yes, orelse=no):
                return ["if", self.node(test), self.node(yes), self.node(no)]
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return ["list", *map(self.node, items)]
            case ast.Subscript(value=of, slice=ast.Constant(value=str(key))):
                return ["get", self.node(of), key]
            case ast.Attribute(value=of, attr=word):
                return [word, self.node(of)]
            case ast.ListComp(elt=value, generators=[ast.comprehension(target=ast.Name(id=each)) as one]):
                return ["for", each, self.node(one.iter), self.node(value), *map(self.node, one.ifs)]
            case ast.Call(func=ast.Attribute(value=of, attr=word), args=arguments):
                return [word, self.node(of), *map(self.node, arguments)]
            case ast.Call(func=ast.Name(id="some" | "every" as word), args=[ast.Lambda() as held, of]):
                return [word, held.args.args[0].arg, self.node(held.body), self.node(of)]
            case ast.Call(func=ast.Name(id=word), args=arguments):
                return [word, *map(self.argument, arguments)]
        raise NotRead(ast.dump(node))

    def argument(self, node: ast.expr) -> Tree:
        return self.node(node.body if isinstance(node, ast.Lambda) else node)

    def name(self, word: str) -> Tree:
        if word in self.names:
            return ["n", self.names[word]]
        if word not in self.constants:
            return ["l", word]
        value = self.constants[word]
        if isinstance(value, datetime):
            return int(value.timestamp() * 1000)
        if isinstance(value, str | int | float):
            return value
        raise NotRead(word)
