"""`contacts FILE.csv`: people to write to."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import FILE
from jobs.output import Run, changes
from services.contact_list import import_contacts
from services.lists import decode
from services.screening import admit


@click.command("contacts")
@click.argument("file", type=FILE)
@changes
def command(run: Run, file: Path) -> None:
    """导入联系人：CSV，表头 unit,name,role,mail,phone,valid_from,valid_to；有一行不对则全部不导入。"""
    text = decode(admit(run.platform, run.actor, file.name, file.read_bytes()))
    with run.platform.database.write() as session:
        imported = import_contacts(session, run.actor, text)
    lines = [*imported.errors, f"{file.name}：新增或更新{imported.added}人，未变{imported.unchanged}人"]
    document = {"added": imported.added, "unchanged": imported.unchanged, "errors": list(imported.errors)}
    run.show(document, lines, errors=bool(imported.errors))
