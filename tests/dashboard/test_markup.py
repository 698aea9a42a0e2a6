"""Component trees as markup: escaped, complete, and in the form Dash can send."""

from __future__ import annotations

from dash import dcc, html
from markupsafe import Markup

from dashboard.markup import element, flattened, render


def test_every_text_and_attribute_is_escaped() -> None:
    node = html.P(["<b>", html.A("&", href='"><script>', title="'x'")])
    assert render(node) == ('<p>&lt;b&gt;<a href="&#34;&gt;&lt;script&gt;" title="&#39;x&#39;">&amp;</a></p>')


def test_names_styles_and_flags_are_html() -> None:
    node = html.Label("名", htmlFor="a", className="b", style={"gridRow": "2"}, hidden=True, **{"aria-hidden": "true"})
    opening, _, rest = str(render(node)).partition(">")
    assert set(opening.split()) == {
        "<label",
        'for="a"',
        'class="b"',
        'style="grid-row:2"',
        "hidden",
        'aria-hidden="true"',
    }
    assert rest == "名</label>"


def test_what_is_marked_as_markup_stays() -> None:
    assert render([Markup("<i>1</i>"), 2, None, [html.Br()]]) == "<i>1</i>2<br>"


def test_form_fields_leave_out_what_is_not_set() -> None:
    field = element("input", type="text", name="q", required=True, disabled=False, maxlength=None, class_="wide")
    assert field == '<input type="text" name="q" required class="wide">'


def test_figures_keep_their_place_until_they_live() -> None:
    assert render(dcc.Graph(style={"height": "250px"})) == '<div class="graph" style="height:250px">图表载入中…</div>'
    assert render([dcc.Location(id="x"), dcc.Store(id="y")]) == ""


def test_lists_in_lists_are_flattened_for_dash() -> None:
    node = flattened(html.Div(["a", ["b", [html.P(["c", ["d"]])]], None]))
    assert node.children[:2] == ["a", "b"]
    assert node.children[2].children == ["c", "d"]
