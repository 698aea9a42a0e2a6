"""验收申请材料: what must go with the letter, whether it is there, and the papers themselves (五(三))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, IssuedDocument, Park
from policy.access import Actor, Permission
from policy.archiving import Group
from policy.figures import chinese_date
from policy.workflow import Step, StepKind, step
from services import clock
from services.archive.holdings import author_of, evidence, paper_of
from services.archive.pieces import Made, Piece, Stored
from services.claims import Ledger, ledger
from services.documents.catalogue import KINDS, compose, render
from services.documents.content import Document
from services.parks import find_park

PAPERS = (StepKind.ACCEPTANCE_LETTER, StepKind.SELF_ASSESSMENT, StepKind.DEPARTMENT_REVIEW)
"""In the order of the letter's 附件."""
LIST = "evidence-list"
SENT = partial(Piece, folder="申请材料", group=Group.DECISIONS)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist: whether it is `ready`, how it stands in words, where it is seen to.

    `paper`: what stands for it; None where it would be drawn up for the archive as `drawn`, a kind of document.
    """

    label: str
    ready: bool
    told: str
    path: str
    paper: Stored | None = None
    drawn: str = ""
    author: str = ""
    number: str = ""
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """`ledger`: the 佐证资料 that go with it."""

    park: Park
    items: tuple[Item, ...]
    ledger: Ledger

    @property
    def lacking(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.ready)


def checklist(session: Session, actor: Actor, park_code: str) -> Checklist:
    """Raises AccessDenied, and Unknown for a park outside the scope."""
    actor.require(Permission.VIEW_ACCEPTANCE)
    park = find_park(session, actor.scope, park_code)
    found = ledger(session, actor, park.code)
    items = (*(_paper(session, park, step(kind)) for kind in PAPERS), _index(park), _evidence(park, found))
    return Checklist(park, items, found)


def _paper(session: Session, park: Park, known: Step) -> Item:
    """The paper of the step in force; else the newest 定稿; else what the system would draft today."""
    path, author = f"/parks/{park.code}/acceptance", author_of(park, known)
    row = session.scalars(
        select(AcceptanceStep)
        .where(AcceptanceStep.park_id == park.id, AcceptanceStep.kind == known.kind)
        .where(AcceptanceStep.returned_on.is_(None))
        .order_by(AcceptanceStep.round.desc())
        .limit(1)
    ).first()
    if row is not None:
        told = "，".join(filter(None, ("已登记", row.document_no, chinese_date(row.dated))))
        return _with_paper(session, park, known, Item(
            known.paper, True, told, path, paper_of(session, row), "", author, row.document_no, row.dated,
        ))  # fmt: skip
    return _with_paper(session, park, known, Item(known.paper, False, "尚未登记", path, author=author))


def _with_paper(session: Session, park: Park, known: Step, item: Item) -> Item:
    if item.paper is not None:
        return item
    frozen = session.scalars(
        select(IssuedDocument)
        .where(IssuedDocument.park_id == park.id, IssuedDocument.kind == known.document)
        .order_by(IssuedDocument.number.desc())
        .limit(1)
    ).first()
    if frozen is not None:
        paper = Stored(frozen.file.sha256, frozen.file.size, frozen.file_name)
        told = f"{item.told}，有定稿第{frozen.number}版（数据截至{chinese_date(frozen.as_of)}）"
        return replace(item, told=told, paper=paper, dated=item.dated or clock.civil(frozen.issued_at).date())
    if known.document in KINDS:
        return replace(item, told=f"{item.told}，以今天的代拟稿代替", drawn=known.document)
    return replace(item, told=f"{item.told}，系统内没有文件")


def _index(park: Park) -> Item:
    return Item(
        "佐证资料目录", True, "按登记的文件和提交的佐证资料列出", f"/parks/{park.code}/evidence", None, LIST,
        park.operator or "—",
    )  # fmt: skip


def _evidence(park: Park, found: Ledger) -> Item:
    count, unproven = len(found.standing), len(found.unproven)
    told = f"{count}份" + (f"，另有{unproven}项缺少佐证" if unproven else "，没有缺少佐证的事项")
    return Item("佐证资料", bool(count), told, f"/parks/{park.code}/evidence")


def drafts(session: Session, actor: Actor, found: Checklist, as_of: date) -> dict[str, Document]:
    """What is drawn up for the archive, by kind; to be rendered once the database is let go."""
    wanted = [item.drawn for item in found.items if item.drawn]
    return {kind: compose(session, actor, kind, found.park.code, as_of) for kind in wanted}


def pieces(found: Checklist, drawn: dict[str, Document], site: str) -> tuple[Piece, ...]:
    """The papers in the order of the checklist, 佐证资料 last. What the system has no file of is left out."""
    papers = tuple(piece for item in found.items if (piece := _piece(item, drawn, site)) is not None)
    return (*papers, *(replace(piece, folder="佐证资料") for piece in evidence(found.park, found.ledger)))


def _piece(item: Item, drawn: dict[str, Document], site: str) -> Piece | None:
    if item.paper is not None:
        return SENT(item.label, item.author, item.number, item.dated, item.paper, about=(item.told,))
    if not item.drawn:
        return None
    document = drawn[item.drawn]
    made = render(document, "pdf", site)
    marks = (f"{'、'.join(made.marks)}，未编号用印",) if made.marks else ()
    lacking = tuple(f"尚缺：{reason}" for reason in made.lacking)
    return SENT(
        f"{item.label}{document.subtitle}", item.author, item.number, item.dated or document.dated,
        Made(made.name, made.data), about=(*marks, *lacking),
    )  # fmt: skip
