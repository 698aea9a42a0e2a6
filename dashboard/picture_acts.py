"""The data sheet of a picture, as a workbook: the same numbers from the same function that drew it."""

from __future__ import annotations

from datetime import date

from flask import Flask, Response, abort

from dashboard import labels
from dashboard.all_parks import board_picture, indicator_picture
from dashboard.downloads import attachment
from dashboard.figures.picture import Picture
from dashboard.page import current_visit
from dashboard.park_pictures import park_picture
from services.listed_sheet import write_sheet


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/pictures/<name>.xlsx", "park_picture_sheet", _of_park)
    server.add_url_rule("/board/picture.xlsx", "board_sheet", _of_board)
    server.add_url_rule("/indicators/<key>/picture.xlsx", "indicator_sheet", _of_indicator)


def _of_park(code: str, name: str) -> Response:
    visit = current_visit()
    return data_sheet(park_picture(visit, code, name), visit.today)


def _of_board() -> Response:
    visit = current_visit()
    return data_sheet(board_picture(visit), visit.today)


def _of_indicator(key: str) -> Response:
    visit = current_visit()
    return data_sheet(indicator_picture(visit, key), visit.today)


def data_sheet(drawn: Picture | None, today: date) -> Response:
    """404 for a picture there is none of."""
    if drawn is None:
        abort(404)
    told = f"{drawn.note}。{labels.day(today)}导出"
    rows = [[cell.value for cell in cells] for cells in drawn.sheet.rows]
    return attachment(
        write_sheet("数据表", drawn.title, told, drawn.sheet.columns, rows), f"{drawn.title}.xlsx", "xlsx"
    )
