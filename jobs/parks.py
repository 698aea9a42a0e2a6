"""`parks`: the register."""

from __future__ import annotations

import click

from jobs.output import Run, reads
from policy.facts import ParkFact
from services import clock
from services.parks import list_parks


@click.command("parks")
@reads
def command(run: Run) -> None:
    """列出园区名册。"""
    with run.platform.database.read() as session:
        parks = list_parks(session, run.actor.scope, clock.today())
    run.show(
        [
            {
                "code": park.code,
                "title": park.title,
                "district": park.district,
                "stage": park.stage,
                "approved_on": park.approved_on,
                "ends_on": park.ends_on,
            }
            for park in parks
        ],
        [_line(park) for park in parks] or ["名册中尚无园区"],
    )


def _line(park: ParkFact) -> str:
    return f"{park.code}\t{park.title}\t{park.district}\t{park.stage.label}\t批复{park.approved_on}\t期满{park.ends_on}"
