"""Which function judges which published rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec

from ovop.contract.conformance import behaviour, coverage, reach, substance, texts
from ovop.contract.conformance.subject import Subject
from ovop.contract.errors import Fault

Check = Callable[[Subject], Iterable[Fault]]


def _answers_survive(subject: Subject) -> Iterable[Fault]:
    from ovop.contract.conformance import generated  # needs Hypothesis

    return generated.answers_survive(subject)


CHECKS: Mapping[str, Check] = {
    "examples_reproduce": coverage.examples_reproduce,
    "examples_are_enough": coverage.examples_are_enough,
    "languages_differ": texts.languages_differ,
    "no_placeholders": texts.no_placeholders,
    "aims_are_served": substance.aims_are_served,
    "manifest_names_sources": substance.manifest_names_sources,
    "hooks_answer": behaviour.hooks_answer,
    "derived_values_agree": behaviour.derived_values_agree,
    "answers_repeat": behaviour.answers_repeat,
    "blind_is_kept": behaviour.blind_is_kept,
    "criteria_are_backed": substance.criteria_are_backed,
    "criteria_have_guidance": substance.criteria_have_guidance,
    "themes_have_guidance": substance.themes_have_guidance,
    "guidance_says_what_to_do": substance.guidance_says_what_to_do,
    "card_is_declared": substance.card_is_declared,
    "earlier_answers_are_read": substance.earlier_answers_are_read,
    "gates_are_shown": coverage.gates_are_shown,
    "checks_are_shown": coverage.checks_are_shown,
    "within_budget": behaviour.within_budget,
    "bands_are_shown": coverage.bands_are_shown,
    "success_story_is_told": substance.success_story_is_told,
    "photos_have_roles": substance.photos_have_roles,
    "numbers_have_sources": substance.numbers_have_sources,
    "everything_is_reached": reach.everything_is_reached,
    "answers_survive": _answers_survive,
}
"""Rule id -> function; every rule of `tiers.toml` has one."""

NEEDS_KIT = frozenset({"answers_survive"})
"""Rules that are judged with Hypothesis."""


def can_be_judged(rule: str) -> bool:
    """Whether what a rule is judged with is installed."""
    return rule not in NEEDS_KIT or find_spec("hypothesis") is not None
