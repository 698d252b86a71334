"""The values that rules are evaluated with: what is answered, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ovop.contract.rules.variables import CelValue, Variable, flatten


@dataclass(frozen=True)
class Undetermined:
    """The result of a rule that reads an answer which is not there (`reason` empty), or that has none, as when dividing by zero."""

    reason: str = ""


UNDETERMINED = Undetermined()


class Bindings:
    """The values that rules read in one scope: those of the form, or of one row with the form behind it."""

    __slots__ = ("_names", "_parent", "_values")

    def __init__(self, names: Mapping[str, Variable], parent: Bindings | None = None) -> None:
        self._names = names
        self._parent = parent
        self._values: dict[str, CelValue] = {}

    def put(self, name: str, value: CelValue) -> None:
        """Bind an answered name; unknown names raise KeyError."""
        names = self._names
        variable = names[name]
        if variable.is_plain:
            self._values[name] = value
            return
        if variable.members is None:
            self._values[name] = variable.complete(value)
            return
        for inner, part in flatten(name, value):
            if inner in names:
                self._values[inner] = names[inner].complete(part)

    def answered(self, name: str) -> bool:
        """Whether the name is bound here or behind."""
        return name in self._values or (self._parent is not None and self._parent.answered(name))

    def value(self, name: str) -> CelValue:
        """The value bound, else the typed default."""
        bindings: Bindings | None = self
        while bindings is not None:
            if name in bindings._values:
                return bindings._values[name]
            bindings = bindings._parent
        return self._names[name].default  # the scope behind does not know the names of this one
