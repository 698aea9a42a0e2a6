"""Signing in and out, and who is signed in. Flask-Login stays behind this module.

The session cookie holds the account's name and the moment it was last used, nothing else; it is emptied
and made anew at every sign-in. Roles and scope are read from the database at each request, so that a
closed account or a changed role counts at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from dashboard.notices import tell
from dashboard.page import current_platform
from db.queries.accounts import account_seen
from policy.access import Actor
from policy.refusal import Refused
from services import accounts, clock

IDLE = timedelta(minutes=30)
USED_AT = "used_at"


class SignedIn(UserMixin):
    """The account behind the session. `id` holds a digest of its password, so that a new one ends old sessions."""

    def __init__(self, actor: Actor, display_name: str, password_hash: str) -> None:
        self.id = f"{sha256(password_hash.encode()).hexdigest()[:16]}:{actor.account}"
        self.actor = actor
        self.display_name = display_name


def install(server: Flask) -> None:
    manager = LoginManager(server)
    manager.session_protection = "strong"
    manager.user_loader(_load)
    server.add_url_rule("/login", "login", _login, methods=["GET", "POST"])
    server.add_url_rule("/logout", "logout", _logout, methods=["POST"])


def signed_in_actor(*, used: bool = True) -> Actor | None:
    """The actor of this request; None when nobody is signed in or the session lay idle too long. `used`: somebody did
    something; what a page asks by itself keeps no session open."""
    if not current_user.is_authenticated:
        return None
    if _idle_too_long():
        _leave()
        tell("长时间未操作，已自动退出。请重新登录；已上传的文件都已保存。")
        return None
    if used:
        session[USED_AT] = clock.now().isoformat()
    actor: Actor = current_user.actor
    return actor


def signed_in_name() -> str:
    return str(current_user.display_name) if current_user.is_authenticated else ""


def _load(identity: str) -> SignedIn | None:
    with current_platform().database.read() as database:
        account = account_seen(database, identity.partition(":")[2])
        if account is None:
            return None
        g.data_version = account.data_version
        found = SignedIn(accounts.actor_of(database, account), account.display_name, account.password_hash)
    return found if found.id == identity else None


def _idle_too_long() -> bool:
    used = session.get(USED_AT)
    return used is None or clock.now() - datetime.fromisoformat(used) > IDLE


def _login() -> ResponseReturnValue:
    if request.method == "GET":
        return _form("")
    try:
        account = _authenticate(request.form.get("username", "").strip(), request.form.get("password", ""))
    except Refused as refusal:
        return _form(str(refusal)), 403
    if account is None:
        return _form(f"账号或口令不正确，请核对后重新输入。{accounts.LOCK_RULE}；如已锁定，请稍后再试。"), 401
    session.clear()
    login_user(account)
    session.permanent = True
    session[USED_AT] = clock.now().isoformat()
    return redirect(_inside(request.args.get("next", "")))


def _authenticate(username: str, password: str) -> SignedIn | None:
    with current_platform().database.write() as database:
        account = accounts.authenticate(database, username, password)
        if account is None:
            return None
        return SignedIn(accounts.actor_of(database, account), account.display_name, account.password_hash)


def _logout() -> ResponseReturnValue:
    _leave()
    tell("已退出。")
    return redirect(url_for("login"))


def _leave() -> None:
    logout_user()
    session.clear()


def _form(problem: str) -> str:
    return render_template("login.html", problem=problem, username=request.form.get("username", ""))


def _inside(target: str) -> str:
    """Only an address of this site: a crafted link must not lead away after signing in."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if inside else url_for("home")
