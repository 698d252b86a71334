"""What stands around a form's answers, as scripts need it: facts and files that rules read, by name; which of them are days; today. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ovop.contract.checker import Checker
from ovop.contract.rules.variables import EPOCH, CelValue
from ovop.contract.vocabulary import EvidenceItem


def around_of(
    checker: Checker, evidence: Iterable[EvidenceItem], facts: Mapping[str, object]
) -> dict[str, Any]:
    """Facts and files for `aroundOf` in `static/live/record.js`; days are texts, and a day that was not given is empty."""
    surroundings = checker.around(evidence, facts)
    values = surroundings.values
    today = surroundings.context.today
    return {
        "values": {name: _told(value) for name, value in values.items()},
        "days": [name for name, value in values.items() if isinstance(value, datetime)],
        "files": {name: item.media_type for name, item in surroundings.context.files.items()},
        "today": today.isoformat() if today else None,
    }


def _told(value: CelValue) -> Any:
    if isinstance(value, datetime):
        return "" if value == EPOCH else value.date().isoformat()
    if isinstance(value, Mapping):
        return {key: _told(part) for key, part in value.items()}
    return value if isinstance(value, str | int | float) else [_told(part) for part in value]
