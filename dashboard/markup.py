"""Component trees as HTML text, so that a page is readable before (and without) any script.

The same tree of `dash.html` components is sent to the browser's live part and written here as markup.
Of `dash.dcc`, links, figures and inputs have a form to be seen before they live.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from dash.development.base_component import Component
from markupsafe import Markup, escape

Node: TypeAlias = "Component | str | int | Iterable[Node] | None"

HTML = "dash_html_components"
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
TAGS = {"mapel": "map", "objectel": "object"}
NAMES = {"className": "class", "htmlFor": "for", "acceptCharset": "accept-charset", "httpEquiv": "http-equiv"}
CAPITAL = re.compile("(?=[A-Z])")
BROWSER_ONLY = frozenset({"children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state"})


def render(node: Node) -> Markup:
    """HTML of a tree; every text is escaped, `Markup` is kept as it is."""
    out: list[str] = []
    _write(node, out.append)
    return Markup("".join(out))  # noqa: S704 every piece was escaped when it was written


def _write(node: Node, write: Callable[[str], None]) -> None:
    if node is None or isinstance(node, bool):
        return
    if isinstance(node, str | int):
        write(escape(node))
    elif isinstance(node, Component):
        _component(node, write)
    else:
        for child in node:
            _write(child, write)


def flattened(node: Node) -> Any:
    """The tree as Dash can send it: its children may be a list, but no list may stand in a list."""
    if isinstance(node, Component):
        children = getattr(node, "children", None)
        if children is not None:
            node.children = flattened(children)
        return node
    if node is None or isinstance(node, str | int):
        return node
    flat: list[Any] = []
    for child in map(flattened, node):
        flat.extend(child if isinstance(child, list) else [child])
    return flat


def element(tag: str, *children: Node, **attributes: object) -> Markup:
    """An element `dash.html` does not have (form fields); a trailing underscore frees reserved words."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    out: list[str] = []
    _tag(tag, named, children, out.append)
    return Markup("".join(out))  # noqa: S704 every piece was escaped when it was written


def _component(node: Component, write: Callable[[str], None]) -> None:
    props = _given(node)
    kind: str = getattr(node, "_type", "")
    children = props.get("children")
    if getattr(node, "_namespace", "") == HTML:
        _tag(TAGS.get(kind.lower(), kind.lower()), _attributes(props), children, write)
    elif kind == "Link":
        given = {name: props.get(name) for name in ("href", "className", "title")}
        _tag("a", _attributes(given), children, write)
    elif kind == "Graph":
        _tag("div", _attributes({"className": "graph", "style": props.get("style")}), "图表载入中…", write)
    elif kind == "Input":
        _tag("input", {"placeholder": props.get("placeholder"), "disabled": True}, None, write)


def _given(node: Component) -> dict[str, Any]:
    """What the component was given, in an order of its own: asked of the object itself, which is the fast way."""
    own = vars(node)
    props = {name: own[name] for name in own["_prop_names"] if name in own}
    return props | {name: own[name] for name in sorted(own) if "-" in name}


def _attributes(props: Mapping[str, Any]) -> dict[str, object]:
    return {
        NAMES.get(name, name if "-" in name else name.lower()): _style(value) if name == "style" else value
        for name, value in props.items()
        if name not in BROWSER_ONLY and value is not None
    }


def _style(rules: Mapping[str, object]) -> str:
    return ";".join(f"{CAPITAL.sub('-', name).lower()}:{value}" for name, value in rules.items())


def _tag(tag: str, attributes: Mapping[str, object], children: Node, write: Callable[[str], None]) -> None:
    write(f"<{tag}")
    for name, value in attributes.items():
        if value is None or (value is False and not name.startswith("aria-")):
            continue
        if value is True and not name.startswith("aria-"):
            write(f" {escape(name)}")
            continue
        word = str(value).lower() if isinstance(value, bool) else value
        write(f' {name}="{escape(word)}"')
    write(">")
    if tag not in VOID:
        _write(children, write)
        write(f"</{tag}>")
