"""The CEL engine's reports on a rule, in plain words of both languages and at the place in the rule as it was written."""

from __future__ import annotations

import re

from ovop.contract.rules.text import Scan
from ovop.contract.rules.tokens import RuleFault, fault_at
from ovop.contract.vocabulary import Text

_ENGINE_FAULT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_OVERLOAD = re.compile(r"found no matching overload for '(.*?)' applied to '(.*?)'")


def engine_faults(text: str, found: Scan, message: str) -> list[RuleFault]:
    """The engine's report as faults in plain words; a fault that only follows from another is left out."""
    faults = []
    for line, column, reason in _ENGINE_FAULT.findall(message):
        if "*error*" not in reason:
            position = found.original(int(line), int(column))
            faults.append(fault_at(text, position, _plain_reason(reason)))
    if not faults:
        first = message.strip().split("\n")[0]
        faults.append(
            fault_at(text, 0, Text(f"aturan tidak terbaca: {first}", f"the rule cannot be read: {first}"))
        )
    return faults


def _plain_reason(reason: str) -> Text:
    overload = _OVERLOAD.search(reason)
    if overload:
        sign, types = overload.group(1).replace("_", " ").strip().lstrip("@"), overload.group(2)
        if sorted(types.strip("()").split(", ")) == ["double", "int"]:
            return Text(
                f"`{sign}` tidak mencampur bilangan bulat dan desimal {types}; tulis 1.0, bukan 1, atau double(...).",
                f"`{sign}` does not mix whole and decimal numbers {types}; write 1.0, not 1, or double(...).",
            )
        return Text(
            f"`{sign}` tidak berlaku untuk jenis {types}.", f"`{sign}` does not apply to the types {types}."
        )
    if reason.startswith("Syntax error"):
        detail = reason.removeprefix("Syntax error: ").split(" expecting")[0]
        return Text(f"tulisan aturan salah: {detail}.", f"the rule is not written correctly: {detail}.")
    return Text(f"aturan ditolak: {reason}.", f"the rule is refused: {reason}.")
