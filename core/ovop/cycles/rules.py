"""What a cycle decides: pure rules about its window, its lateness and its data."""

from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ovop.contract.vocabulary import Finding, Text
from ovop.cycles.chain import Chain


class CycleState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class GraceFor(StrEnum):
    """Whom the grace period serves: everybody, or only drafts that were begun before the closing instant."""

    EVERYBODY = "everybody"
    BEGUN_BEFORE_CLOSING = "begun_before_closing"


class Grace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long after the closing instant a first submission is still accepted. Default: none."""

    minutes: Annotated[int, Meta(ge=0, le=10080)] = 0
    serves: GraceFor = GraceFor.BEGUN_BEFORE_CLOSING


class StarBand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From how many points on a class is reached."""

    stars: Annotated[int, Meta(ge=0, le=10)]
    from_points: Annotated[float, Meta(ge=0, le=100)]
    name: Text


class StarScheme(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The star classes of one cycle; `assumed` marks bands that no decree has set yet."""

    bands: Annotated[tuple[StarBand, ...], Meta(min_length=1)]
    assumed: bool = True


class ScoreShares(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the aspects of the assessment share 100 points; assumed until a scoring annex sets them."""

    production_and_community: float = 30.0
    marketing_and_history: float = 20.0
    product: float = 50.0


class LateCorrection(StrEnum):
    """What happens to a correction after its due day."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class CycleRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything else that may differ from cycle to cycle."""

    stars: StarScheme
    grace: Grace = Grace()
    shares: ScoreShares = ScoreShares()
    centre_min_members: Annotated[int, Meta(ge=1, le=1000)] = 5
    late_corrections: LateCorrection = LateCorrection.ACCEPT


class Lateness(StrEnum):
    """Which side of the closing instant a submission fell on."""

    BEFORE_OPENING = "before_opening"
    ON_TIME = "on_time"
    GRACE = "grace"
    LATE = "late"


def lateness(
    *, at: datetime, begun_at: datetime, opens_at: datetime, closes_at: datetime, grace: Grace
) -> Lateness:
    """How a first submission received at one instant stands to the window; the closing instant itself is still on time."""
    if at < opens_at:
        return Lateness.BEFORE_OPENING
    if at <= closes_at:
        return Lateness.ON_TIME
    served = grace.serves is GraceFor.EVERYBODY or begun_at <= closes_at
    if served and at <= closes_at + timedelta(minutes=grace.minutes):
        return Lateness.GRACE
    return Lateness.LATE


def window_faults(opens_at: datetime, closes_at: datetime) -> list[Finding]:
    """The window must end after it begins."""
    if closes_at > opens_at:
        return []
    return [
        Finding(
            path="closes_at",
            code="window_order",
            message=Text(
                id="Waktu penutupan harus setelah waktu pembukaan.",
                en="The closing instant must come after the opening instant.",
            ),
            remedy=Text(id="Isi waktu penutupan yang lebih akhir.", en="Give a later closing instant."),
        )
    ]


def star_faults(scheme: StarScheme) -> list[Finding]:
    """Bands must fall strictly, in stars and in points."""
    bands = scheme.bands
    falling = all(a.stars > b.stars and a.from_points > b.from_points for a, b in pairwise(bands))
    if falling:
        return []
    return [
        Finding(
            path="rules.stars.bands",
            code="bands_order",
            message=Text(
                id="Kelas bintang harus disusun dari yang tertinggi, dengan batas nilai yang terus menurun.",
                en="Star classes must run from the highest down, with falling point limits.",
            ),
            remedy=Text(id="Urutkan kelas dan batas nilainya.", en="Sort the classes and their limits."),
        )
    ]


def default_chain() -> Chain:
    """The chain that a new cycle begins with (`default_chain.toml`)."""
    return msgspec.toml.decode(files(__package__).joinpath("default_chain.toml").read_bytes(), type=Chain)


def default_rules() -> CycleRules:
    """Five stars at 90/80/70/60/50 points and shares of 30/20/50; both assumed (no annex of the current regulation was available)."""
    bands = ((5, 90.0), (4, 80.0), (3, 70.0), (2, 60.0), (1, 50.0))
    return CycleRules(
        stars=StarScheme(
            bands=tuple(
                StarBand(
                    stars=s, from_points=p, name=Text(id=f"Bintang {s}", en=f"{s} star{'s' if s > 1 else ''}")
                )
                for s, p in bands
            )
        )
    )
