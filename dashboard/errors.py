"""Chinese pages for everything that goes wrong: what happened, what was kept, what to do."""

from __future__ import annotations

import logging

from dash import html
from dash.exceptions import DependencyException
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from dashboard.markup import render
from dashboard.uploads import hear_out, wants_json
from policy.refusal import Refused

LOG = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
WORDS: dict[int, tuple[str, str]] = {
    400: ("请求不完整", "页面可能已过期。已保存的内容不受影响，请返回上一页刷新后重试。"),
    401: ("请先登录", "登录已失效。已保存的内容不受影响，请重新登录。"),
    403: ("没有权限", "您的账号不能进行这项操作。如工作需要，请联系系统管理员调整权限。"),
    404: ("没有找到这个页面", "地址可能有误，或该内容不在您的管理范围内。请从菜单重新进入。"),
    405: ("不支持这样打开", "请从页面上的按钮进行这项操作。"),
    413: ("文件过大", "文件没有保存。请删去图片等无关内容，或联系市经济信息委另行报送。"),
    500: ("系统出现故障", "本次操作没有完成，此前保存的内容不受影响。请稍后重试；如仍出现，请联系系统管理员。"),
}


def install(server: Flask) -> None:
    server.register_error_handler(HTTPException, _page)
    server.register_error_handler(Refused, lambda refusal: _document("没有办理", str(refusal), 400))
    server.register_error_handler(DependencyException, lambda _error: _page(NotFound()))  # a script Dash does not have
    server.register_error_handler(Exception, _unexpected)


def _page(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if isinstance(error, CSRFError):
        code = 400
    elif 300 <= code < 400:
        return error.get_response()
    title, advice = WORDS.get(code, WORDS[500 if code >= 500 else 400])
    if code == 413:
        title = _too_large()
    if request.path.startswith("/_dash") or request.is_json or wants_json():
        return jsonify(error=title, advice=advice), code
    return _document(title, advice, code)


def _too_large() -> str:
    """Whoever may send something here is heard out, so that the browser comes to show this."""
    if "actor" in g:
        hear_out()
    found, limit = request.content_length or 0, request.max_content_length or 0
    return f"文件过大（本次上传{-(-found // MEBIBYTE)}MB，上限{limit // MEBIBYTE}MB）"


def _document(title: str, advice: str, code: int) -> ResponseReturnValue:
    body = html.Div(
        [html.P(advice, className="error-advice"), html.P(html.A("返回工作台", href="/", className="button"))],
        className="card error-page",
    )
    return render_template("document.html", title=title, body=render(body), dash=None, first=None), code


def _unexpected(error: Exception) -> ResponseReturnValue:
    LOG.exception("%s %s", request.method, request.path, exc_info=error)
    failure = HTTPException()
    failure.code = 500
    return _page(failure)
