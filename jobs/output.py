"""What every command shares: its options, who acts, what it prints, and how it ends.

Exit 0: done. 1: done, with errors in the data, or refused by a rule. 2: wrong call.
With `--json` exactly one JSON document stands on stdout, errors included.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click
from sqlalchemy.exc import DBAPIError

from db import migrate
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor
from policy.refusal import Doubtful, Missing, Refused, Unknown
from services import accounts
from services.platform import Platform, open_platform
from settings import SettingsError

DATA_ERRORS, WRONG_CALL = 1, 2


@dataclass(frozen=True, slots=True)
class Run:
    """One call of a command: the platform it works on, who acts, and where its result goes."""

    platform: Platform
    as_json: bool
    actor: Actor

    def show(self, document: Any, lines: Iterable[str] = (), *, errors: bool = False) -> None:
        """Print the result: `document` with --json, else `lines`. With `errors` the command ends here, exit 1."""
        if self.as_json:
            click.echo(as_json(document))
        else:
            for line in lines:
                click.echo(line)
        if errors:
            click.get_current_context().exit(DATA_ERRORS)

    def write(self, path: Path, data: bytes) -> None:
        """Put a file where the caller wants it; a place that cannot be written to is a wrong call."""
        try:
            path.write_bytes(data)
        except OSError as error:
            raise WrongCall(f"无法写入“{path}”，请核对文件夹是否存在、能否写入", as_json=self.as_json) from error


Body: TypeAlias = Callable[..., None]
"""A command's own function: takes a Run, then its options by name."""


def reads(body: Body) -> Callable[..., None]:
    """A command that changes nothing: adds --json and hands over a Run that acts as the system."""
    return json_option(_running(body))


def changes(body: Body) -> Callable[..., None]:
    """A command that changes something: adds --json and --as ACCOUNT; what it does is audited under that account."""
    option = click.option("--as", "account", default=SYSTEM_ACTOR.account, metavar="ACCOUNT", help="以该账号办理。")
    return json_option(option(_running(body)))


json_option = click.option("--json", "json_wanted", is_flag=True, help="以一个JSON文档输出结果。")


def _running(body: Body) -> Callable[..., None]:
    @functools.wraps(body)
    def command(*, json_wanted: bool, account: str = SYSTEM_ACTOR.account, **options: Any) -> None:
        with opened_platform(as_json=json_wanted) as platform:
            body(Run(platform, json_wanted, _actor(platform, account)), **options)

    return command


@contextmanager
def opened_platform(*, as_json: bool) -> Iterator[Platform]:
    """The platform for one command; whatever says no ends the command with its message and exit code."""
    try:
        platform = open_platform()
    except SettingsError as error:
        raise WrongCall(str(error), as_json=as_json) from error
    try:
        yield platform
    except (Unknown, Missing, AccessDenied) as error:
        raise WrongCall(str(error), as_json=as_json) from error
    except Doubtful as error:
        raise Failure(f"{error}（--as-written）", as_json=as_json) from error
    except Refused as error:
        raise Failure(str(error), as_json=as_json) from error
    except DBAPIError as error:
        raise WrongCall(_database_trouble(platform, error), as_json=as_json) from error
    finally:
        platform.database.engine.dispose()


def _actor(platform: Platform, account: str) -> Actor:
    with platform.database.read() as session:
        return accounts.actor_named(session, account)


def _database_trouble(platform: Platform, error: DBAPIError) -> str:
    """An unmigrated or unreachable database in words; anything else is a fault of ours and raised again."""
    try:
        revision = migrate.current(platform.database.engine)
    except DBAPIError as unreachable:
        return f"无法使用数据库，请核对设置 PARKWATCH_DATABASE_URL：{unreachable.orig}"
    if revision == migrate.HEAD:
        raise error
    return "数据库尚未建立或版本不符，请先运行 python -m db upgrade"


class Failure(click.ClickException):
    """Ends a command with a message: on stderr, or as {"error": …} on stdout with --json."""

    exit_code = DATA_ERRORS

    def __init__(self, message: str, *, as_json: bool) -> None:
        super().__init__(message)
        self.as_json = as_json

    def show(self, file: Any = None) -> None:
        if self.as_json:
            click.echo(as_json({"error": self.message}))
        else:
            click.echo(self.message, err=True)


class WrongCall(Failure):
    """The call itself is wrong: an unknown park, period or account, an option that does not fit."""

    exit_code = WRONG_CALL


def as_json(document: Any) -> str:
    """Chinese as it is; dates, periods and decimals as their text."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)
