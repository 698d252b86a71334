"""The card that the catalogue shows of a product: made of public answers only, by the commodity's own hook or from the manifest."""

from __future__ import annotations

from collections.abc import Mapping

from ovop.contract.rules.variables import CelValue
from ovop.contract.vocabulary import Answer, Answers, CatalogueCard, Definition, Text
from ovop.contract.wording import in_words


def public_answers(definition: Definition, answers: Answers) -> dict[str, Answer]:
    """The answers that the public may see: those of fields marked `public`, and nothing else."""
    return {
        spec.id: answers[spec.id]
        for section in definition.form.sections
        for spec in section.fields
        if spec.public and spec.id in answers
    }


def declared_card(
    definition: Definition, product_name: str, answers: Answers, computed: Mapping[str, CelValue]
) -> CatalogueCard:
    """The card that the manifest's `card_fields` make: one line a field, `label: answer`, in both languages.

    `computed` are the values of computed fields by id; a field that is not public, not answered, or longer than a line is left out.
    """
    fields = {spec.id: spec for section in definition.form.sections for spec in section.fields}
    lines: list[Text] = []
    for name in definition.manifest.card_fields:
        spec = fields.get(name)
        value = answers.get(name, computed.get(name))
        if spec is None or not spec.public or value is None:
            continue
        words = in_words(spec, value, definition.code_lists)
        if words is not None:
            lines.append(Text(f"{spec.label.id}: {words.id}", f"{spec.label.en}: {words.en}"))
    return CatalogueCard(title=product_name, lines=tuple(lines))
