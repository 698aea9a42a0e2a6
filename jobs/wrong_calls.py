"""A wrong call, told in Chinese; with --json as the one document on stdout."""

from __future__ import annotations

import re
from typing import Any

import click

from jobs.output import WrongCall

SURPLUS = re.compile(r"Got unexpected extra arguments? \((.*)\)")


class CommandGroup(click.Group):
    """A group whose wrong calls are told in words of ours, whatever of it finds them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.obj = "--json" in args
        try:
            return super().parse_args(ctx, args)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            raise _told(error, ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _told(error, ctx) from error


def _told(error: click.UsageError, ctx: click.Context) -> WrongCall:
    if ctx.obj:
        return WrongCall(in_words(error), as_json=True)
    return WrongCall(f"{in_words(error)}\n用法见 {(error.ctx or ctx).command_path} --help", as_json=False)


def in_words(error: click.UsageError) -> str:
    """What is wrong with the call. A message of ours stays as it is; so does one of click's that has no words here."""
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _parameter_in_words(error, error.param)
    if isinstance(error, click.NoSuchOption):
        near = f"，是否为 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, click.exceptions.NoSuchCommand) and error.ctx and isinstance(error.ctx.command, click.Group):
        known = "、".join(error.ctx.command.list_commands(error.ctx))
        return f"没有命令 {error.command_name}，可用：{known}"
    if isinstance(error, click.BadOptionUsage):
        needless = "does not take a value" in error.message
        return f"选项 {error.option_name} {'后面不写值' if needless else '后面缺少值'}"
    surplus = SURPLUS.fullmatch(error.message)
    return f"多写了“{surplus[1]}”" if surplus else error.format_message()


def _parameter_in_words(error: click.BadParameter, param: click.Parameter) -> str:
    name = max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
    if isinstance(error, click.MissingParameter):
        return f"缺少 {name}{_expected(param)}"
    return f"{name}：{error.message}"


def _expected(param: click.Parameter) -> str:
    """What should stand there: its words, else what its help says."""
    if isinstance(param.type, click.Choice):
        return f"，应为 {'、'.join(param.type.choices)} 之一"
    said = param.help if isinstance(param, click.Option) else None
    return f"：{said.rstrip('。')}" if said else ""
