"""The rules as they are published in `tiers.toml`: data that the ministry may read, quote and move from one tier to another."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from ovop.contract.vocabulary import Text

TIERS_FILE = Path(__file__).with_name("tiers.toml")


class Tier(StrEnum):
    """How far a commodity is developed; each tier includes the ones before it."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def following(self) -> Tier | None:
        """The next higher tier, None above gold."""
        tiers = list(Tier)
        place = tiers.index(self) + 1
        return tiers[place] if place < len(tiers) else None


class PublishedRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule: its tier, what it asks, why, and what to do where it is not kept."""

    id: str
    tier: Tier
    title: Text
    why: Text
    remedy: Text


class _Tiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[PublishedRule, ...]


@cache
def published_rules() -> tuple[PublishedRule, ...]:
    """All rules, those of bronze first."""
    found = msgspec.convert(tomllib.loads(TIERS_FILE.read_text(encoding="utf-8")), _Tiers).rule
    return tuple(rule for tier in Tier for rule in found if rule.tier is tier)


def rules_up_to(tier: Tier) -> tuple[PublishedRule, ...]:
    """The rules that a tier includes."""
    tiers = list(Tier)[: list(Tier).index(tier) + 1]
    return tuple(rule for rule in published_rules() if rule.tier in tiers)
