"""What a form shows and asks for, given the answers so far: for the pages that are drawn from it, not for judging."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ovop.contract.reading.plan import FieldPlan, FormPlan
from ovop.contract.reading.record import HIDDEN, Answered, Record, Rows
from ovop.contract.rules.variables import CelValue


class Survey:
    """Paths of the fields shown (evidence too, as `evidence.photos`), of those required now, and the computed values by path.

    Dates among the computed values are texts `YYYY-MM-DD`.
    """

    def __init__(self, plan: FormPlan, answered: Answered) -> None:
        self.visible: set[str] = set()
        self.required: set[str] = set()
        self.computed: dict[str, CelValue] = {}
        for section, shown in zip(plan.sections, answered.shown, strict=True):
            if not shown:
                continue
            self._fields(section.fields, answered.form, "")
            for evidence in section.evidence:
                if evidence.show_if is None or answered.form.holds(evidence.show_if):
                    self.visible.add(f"evidence.{evidence.spec.id}")
                    if evidence.spec.needed_from_points is None and answered.form.holds(evidence.required):
                        self.required.add(f"evidence.{evidence.spec.id}")
                        self.required.update(
                            f"evidence.{evidence.spec.id}[{role.role.id}]"
                            for role in evidence.roles
                            if answered.form.holds(role.required)
                        )

    def _fields(self, fields: Iterable[FieldPlan], record: Record, prefix: str) -> None:
        for field in fields:
            state = record.states[field.place]
            if state is HIDDEN:
                continue
            path = prefix + field.id
            self.visible.add(path)
            if field.computed is not None:
                if field.id in record.values:
                    self.computed[path] = _written(record.values[field.id])
                continue
            if record.holds(field.required):
                self.required.add(path)
            if isinstance(state, Record):
                self._fields(state.plan.fields, state, f"{path}.")
            elif isinstance(state, Rows):
                for index, row in enumerate(state.records):
                    if isinstance(row, Record):
                        self._fields(row.plan.fields, row, f"{path}[{index}].")


def _written(value: CelValue) -> CelValue:
    return value.date().isoformat() if isinstance(value, datetime) else value
