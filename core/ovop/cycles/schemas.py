"""Structs on the wire for cycles."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from ovop.contract.vocabulary import Text
from ovop.cycles.chain import Chain
from ovop.cycles.rules import CycleRules

Reason = Annotated[str, Meta(min_length=3, max_length=1000)]
Year = Annotated[int, Meta(ge=2000, le=2999)]
Instant = Annotated[datetime, Meta(tz=True)]


class NewCycle(Struct, kw_only=True, forbid_unknown_fields=True):
    """A cycle to create. Without `rules` or `chain` the defaults are copied, to be amended until it opens."""

    year: Year
    name: Text
    opens_at: Instant
    closes_at: Instant
    rules: CycleRules | UnsetType = UNSET
    chain: Chain | UnsetType = UNSET


class CycleChange(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change in a cycle that has not opened."""

    name: Text | UnsetType = UNSET
    opens_at: Instant | UnsetType = UNSET
    closes_at: Instant | UnsetType = UNSET
    rules: CycleRules | UnsetType = UNSET
    chain: Chain | UnsetType = UNSET


class Extension(Struct, kw_only=True, forbid_unknown_fields=True):
    """A later closing instant, and why."""

    closes_at: Instant
    reason: Reason


class Closing(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the cycle closes."""

    reason: Reason


class Choice(Struct, kw_only=True, forbid_unknown_fields=True):
    """The commodities that the cycle opens with."""

    commodities: list[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]]


class DataOnly(Struct, kw_only=True):
    """A version of a commodity whose own code is left out in this cycle, and why; officers check by hand what it would have checked."""

    commodity: str
    version: str
    reason: Text


class CycleView(Struct, kw_only=True):
    """A cycle. `data_only` names the commodities that run without their own code."""

    id: UUID
    year: int
    name: Text
    state: str
    opens_at: datetime
    closes_at: datetime
    rules: CycleRules
    chain: Chain
    commodities: list[str]
    data_only: list[DataOnly]
    version: int


class CycleList(Struct, kw_only=True):
    items: list[CycleView]


class CycleCommodityView(Struct, kw_only=True):
    """A commodity as a cycle froze it. After a correction there are several; new drafts are given the `current` one.

    `mode` is `full`, or `data_only` where the commodity's own code is left out, for the `reason` told.
    """

    commodity: str
    name: Text
    version: str
    current: bool
    mode: str
    reason: Text | None
    sha256: str
    distribution: str
    distribution_version: str
    contract_version: str
    examples_ok: bool
    frozen_at: datetime


class CycleCommodityList(Struct, kw_only=True):
    items: list[CycleCommodityView]


class FormView(Struct, kw_only=True):
    """A frozen form in all that a client needs: the schema of the answers, how to present it, the rules in CEL, and its hash."""

    commodity: str
    version: str
    sha256: str
    schema: dict[str, Any]
    presentation: dict[str, Any]
    definition: dict[str, Any]


class InstalledCommodity(Struct, kw_only=True):
    """A commodity that is installed here."""

    id: str
    code: str
    name: Text
    summary: Text
    owner: Text
    version: str
    contract: str
    distribution: str
    distribution_version: str
    data_only: bool


class CommodityProblem(Struct, kw_only=True):
    """A package that could not be loaded and is left out, or a hook (or all code) of one that is not asked at present; and why."""

    name: str
    distribution: str
    reason: Text


class CommodityList(Struct, kw_only=True):
    items: list[InstalledCommodity]
    problems: list[CommodityProblem]
    safe_mode: bool
