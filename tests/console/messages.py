"""Every text that templates of the console translate, as Django itself reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.template import Template
from django.template.base import FilterExpression
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

import headcount.console

CONSOLE = Path(headcount.console.__file__).parent


def template_names() -> list[str]:
    folder = CONSOLE / "templates"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html"))


def messages() -> set[tuple[str | None, str, str | None]]:
    """(context, text, plural) of all templates."""
    return {message for name in template_names() for message in _of(compiled(name))}


def compiled(name: str) -> Template:
    template: Any = get_template(name)
    found: Template = template.template
    return found


def _of(template: Template) -> Iterator[tuple[str | None, str, str | None]]:
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        assert isinstance(node, TranslateNode)
        yield _constant(node.message_context), str(_constant(node.filter_expression)), None
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        assert isinstance(node, BlockTranslateNode)
        singular, _ = node.render_token_list(node.singular)
        plural = node.render_token_list(node.plural)[0] if node.plural else None
        yield _constant(node.message_context), singular, plural


def _constant(expression: FilterExpression | None) -> str | None:
    """The text of a literal. `{% translate variable %}` could not be looked up, and is not used."""
    if expression is None:
        return None
    assert isinstance(expression.var, str) or getattr(expression.var, "literal", None) is not None, expression
    value: Any = expression.var
    return str(value if isinstance(value, str) else value.literal)
