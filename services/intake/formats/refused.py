"""Why a file could not be opened, as one finding code and one Chinese sentence."""

from __future__ import annotations

DAMAGED = "文件不完整或已损坏（可能只传了一部分），无法打开；请在原电脑上用 WPS 或 Office 打开确认，另存后重新上传"

UNSUPPORTED = "format_unsupported"


class FileRefused(Exception):
    """`code` is format_unsupported, file_unsafe or file_unreadable; `message` says what to do instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def unsupported(message: str) -> FileRefused:
    return FileRefused(UNSUPPORTED, message)


def unsafe(message: str) -> FileRefused:
    return FileRefused("file_unsafe", message)


def unreadable(message: str) -> FileRefused:
    return FileRefused("file_unreadable", message)
