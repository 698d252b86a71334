"""What a commodity is written in: the vocabulary of its definition, and the hooks where data cannot say it.

A plugin imports `ovop.contract` (and `ovop.contract.vocabulary`) and nothing else of ours.
"""

from ovop.contract.hookspecs import hookimpl
from ovop.contract.vocabulary import (
    CONTRACT_VERSION,
    Answer,
    Answers,
    CatalogueCard,
    EvidenceItem,
    Facts,
    FactValue,
    Finding,
    ScoreHint,
    Severity,
    SubmissionView,
    Text,
)

__all__ = [
    "CONTRACT_VERSION",
    "Answer",
    "Answers",
    "CatalogueCard",
    "EvidenceItem",
    "FactValue",
    "Facts",
    "Finding",
    "ScoreHint",
    "Severity",
    "SubmissionView",
    "Text",
    "hookimpl",
]
