"""The yardstick of the web: a plain Dash + pandas app as a tutorial would write it, neither tuned nor hobbled.

One callback reads the three tables with pandas, works out what the page says, and draws a table of all parks, a map of
points and the 40 timelines. `PEER_DATABASE` names its SQLite file (benchmarks.peers.data writes one).
Run as `gunicorn benchmarks.peers.plain:server`.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import date

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html

TODAY = date.fromisoformat(os.environ["PEER_TODAY"])
COLUMNS = ["园区", "区县", "批复日期", "建设期满", "已过", "下一截止日", "应报", "已报", "逾期", "收入", "企业", "进度"]

app = Dash(__name__)
server = app.server

app.layout = html.Div(
    [
        html.H1("园区总览"),
        dcc.Dropdown(id="district", placeholder="全部区县"),
        dcc.Graph(id="map"),
        dcc.Graph(id="timelines"),
        html.Div(id="table"),
    ]
)


@app.callback(
    Output("table", "children"),
    Output("map", "figure"),
    Output("timelines", "figure"),
    Output("district", "options"),
    Input("district", "value"),
)
def overview(district):
    connection = sqlite3.connect(os.environ["PEER_DATABASE"])
    parks = pd.read_sql("SELECT * FROM park", connection, parse_dates=["approved_on", "ends_on"])
    reports = pd.read_sql("SELECT * FROM report", connection, parse_dates=["due_on", "received_on"])
    values = pd.read_sql("SELECT * FROM value", connection)
    connection.close()

    options = sorted(parks["district"].unique())
    if district:
        parks = parks[parks["district"] == district]
    today = pd.Timestamp(TODAY)

    wide = values.pivot(index=["park_id", "period"], columns="indicator", values="value").reset_index()
    newest = wide.sort_values("period").groupby("park_id").tail(1).set_index("park_id")
    reports["owed"] = reports["due_on"] <= today
    reports["received"] = reports["received_on"].notna()
    reports["overdue"] = reports["owed"] & ~reports["received"]
    counts = reports.groupby("park_id")[["owed", "received", "overdue"]].sum()
    following = reports[~reports["received"] & (reports["due_on"] >= today)].groupby("park_id")["due_on"].min()

    table = parks.set_index("id").join(counts).join(following.rename("next_due"))
    table["revenue"] = newest["revenue_cyber"]
    table["firms"] = newest["firms_cyber"]
    table["elapsed"] = ((today - table["approved_on"]) / (table["ends_on"] - table["approved_on"])).clip(0, 1)
    table["progress"] = table["revenue"] / table["target"]
    table["light"] = "正常"
    table.loc[table["progress"] < table["elapsed"] * 0.9, "light"] = "进度滞后"
    table.loc[table["progress"] < table["elapsed"] * 0.7, "light"] = "严重滞后"

    shown = pd.DataFrame(
        {
            "园区": table["name"],
            "区县": table["district"],
            "批复日期": table["approved_on"].dt.strftime("%Y-%m-%d"),
            "建设期满": table["ends_on"].dt.strftime("%Y-%m-%d"),
            "已过": (table["elapsed"] * 100).round().astype(int).astype(str) + "%",
            "下一截止日": table["next_due"].dt.strftime("%Y-%m-%d"),
            "应报": table["owed"],
            "已报": table["received"],
            "逾期": table["overdue"],
            "收入": table["revenue"],
            "企业": table["firms"],
            "进度": table["light"],
        }
    )
    rows = html.Table(
        [
            html.Thead(html.Tr([html.Th(column) for column in COLUMNS])),
            html.Tbody([html.Tr([html.Td(shown.iloc[i][c]) for c in COLUMNS]) for i in range(len(shown))]),
        ]
    )
    places = px.scatter(table, x="x", y="y", color="light", hover_name="name", size="firms")
    lines = px.timeline(table, x_start="approved_on", x_end="ends_on", y="name", color="light", height=1200)
    due = reports[reports["park_id"].isin(table.index)].merge(table[["name"]], left_on="park_id", right_index=True)
    for name, group in (("已报", due[due["received"]]), ("未报", due[~due["received"]])):
        lines.add_scatter(x=group["due_on"], y=group["name"], mode="markers", name=name)
    lines.add_vline(x=today)
    return rows, places, lines, options


if __name__ == "__main__":
    app.run(debug=True)
