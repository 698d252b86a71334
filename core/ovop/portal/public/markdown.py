"""The body of a guidance item as HTML that is safe to show."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TEXT = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "a"}
_TAGS = _TEXT | {"h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
_LOWER = {f"h{level}": f"h{min(level + 1, 6)}" for level in range(1, 7)}


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """Markdown (CommonMark and tables) as HTML. Headings sink by one rank, for the page has its own; HTML in the text is shown as text, and
    nothing but plain markup and links to `http`, `https` and `mailto` is let through: no pictures, no scripts, no styles."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.tag = _LOWER.get(token.tag, token.tag)
    rendered = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(  # noqa: S704  # cleaned in this very line
        nh3.clean(
            rendered,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
