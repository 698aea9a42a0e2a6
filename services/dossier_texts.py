"""The texts people write into a document that draws itself up: saved as they are typed, nothing ever lost.

A text is saved upon the one its writer had before them. When somebody else has saved another meanwhile, neither
is overwritten: the writer is shown both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, DossierBasis, DossierText, Park
from db.queries import dossier_texts
from db.queries.dossier_texts import SavedText
from policy.access import Actor
from policy.acts import Act
from policy.figures import chinese_date
from policy.outlines import LONGEST, OUTLINES, Outline
from policy.references import parse_code
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from services import audit, clock, written_base
from services.lengths import require_storable
from services.parks import find_park


class Overtaken(Refused):
    """Somebody else has saved another text of the section; `theirs` is it, what was typed is with the caller."""

    def __init__(self, theirs: SavedText) -> None:
        at = clock.civil(theirs.saved_at)
        super().__init__(
            f"{theirs.saved_by}已于{chinese_date(at.date())}{at:%H:%M}保存了这一部分的另一稿，您写的没有保存，"
            "也没有丢失；请对照两稿，合并后再保存"
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Place:
    """Which document of which park; `period` empty for one about no half-year."""

    outline: Outline
    park: Park
    period: str = ""

    @property
    def half_year(self) -> HalfYear | None:
        return HalfYear.parse(self.period) if self.period else None

    @property
    def told(self) -> str:
        of = self.half_year
        return f"{self.park.title}{of.label if of else ''}{self.outline.label}"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was when the text was last looked over; empty where it was not or is no more."""

    words: str
    before: str
    after: str
    path: str


def place(session: Session, actor: Actor, park_code: str, document: str, period: str = "") -> Place:
    """Raises Unknown for a park outside the scope, a document nothing is written into, and a wrong half-year."""
    outline = OUTLINES.get(document)
    if outline is None:
        raise Unknown(f"没有可编写正文的“{document}”，可用：{'、'.join(OUTLINES)}")
    if outline.half_yearly != bool(period):
        raise Unknown(f"{outline.label}{'须' if outline.half_yearly else '不'}分报告期编写")
    if period:
        try:
            period = str(HalfYear.parse(period))
        except ValueError as error:
            raise Unknown(str(error)) from None
    return Place(outline, find_park(session, actor.scope, park_code), period)


def texts(session: Session, park_id: int, document: str, as_of: date, period: str = "") -> Mapping[str, str]:
    """What a document prints by section: the texts saved by the end of `as_of`; sections left empty are absent."""
    until = datetime.combine(as_of + timedelta(days=1), time(), clock.SHANGHAI)
    found = dossier_texts.newest(session, park_id, document, period, until)
    return {section: saved.text for section, saved in found.items() if saved.text}


def save(
    session: Session, actor: Actor, park_code: str, document: str, section: str, text: str, expected: int,
    period: str = "",
) -> SavedText:  # fmt: skip
    """Save a text written upon number `expected` (0: upon nothing); the very same text is not saved twice.

    Raises Overtaken when another was saved meanwhile, Unknown and AccessDenied as usual, Refused for a section the
    document does not have, a text too long, and once the document has been handed in.
    """
    at = _to_be_written(session, actor, park_code, document, period)
    if not at.outline.has(section):
        raise Refused(f"{at.outline.label}没有这一部分，请从页面所列各部分中选择")
    text = _tidy(text)
    last = _newest(session, at, section)
    if last is not None and last.text == text:
        return last
    if expected != (last.number if last else 0):
        if last is None:
            raise Refused("这一部分没有您所依据的稿子，请刷新页面后再写")
        raise Overtaken(last)
    return _add(session, actor, at, section, text, {})


def restore(
    session: Session, actor: Actor, park_code: str, document: str, section: str, number: int, expected: int,
    period: str = "",
) -> SavedText:  # fmt: skip
    """Take up an earlier text again: it is saved anew, what stood there stays in the history. Raises as `save`."""
    at = _to_be_written(session, actor, park_code, document, period)
    saved = dossier_texts.history(session, at.park.id, document, at.period).get(section, ())
    wanted = next((one for one in saved if one.number == number), None)
    if wanted is None:
        raise Refused(f"这一部分没有第{number}稿，请从历次保存中选择")
    if expected != saved[0].number:
        raise Overtaken(saved[0])
    return saved[0] if saved[0].text == wanted.text else _add(
        session, actor, at, section, wanted.text, {"restored": number}
    )  # fmt: skip


def checked(session: Session, actor: Actor, park_code: str, document: str, period: str = "") -> None:
    """The writer has looked the changed figures over: from now on changes are told against today's."""
    at = _to_be_written(session, actor, park_code, document, period)
    base = written_base.base(session, actor, at.outline, at.park, clock.today(), at.half_year)
    _note(session, actor, at, base)
    audit.record(session, actor, Act.TEXT_CHECKED, at.told, park_id=at.park.id, new={"figures": len(base.values)})


def changes(session: Session, at: Place, base: written_base.Base) -> tuple[Change, ...]:
    """What has changed in the data since the text was last looked over; nothing before anything was written."""
    known = dossier_texts.basis(session, at.park.id, at.outline.document, at.period)
    if known is None:
        return ()
    before, after = known.figures, base.values
    codes = [*after, *(code for code in before if code not in after)]
    paths = {code: one.path for code, one in base.quotable.items()}
    return tuple(
        Change(_words(code), before.get(code, ""), after.get(code, ""), paths.get(code, ""))
        for code in codes
        if before.get(code) != after.get(code)
    )


def _words(code: str) -> str:
    reference = parse_code(code)
    return reference.words.strip("【】").replace("｜", "（") + "）" if reference else code


def closed(session: Session, at: Place) -> str:
    """Why the text can no longer be changed; empty while it can."""
    step = at.outline.closed_by
    if step is None:
        return ""
    taken = session.scalars(
        select(AcceptanceStep.dated)
        .where(AcceptanceStep.park_id == at.park.id, AcceptanceStep.kind == step, AcceptanceStep.returned_on.is_(None))
        .order_by(AcceptanceStep.dated.desc())
    ).first()
    if taken is None:
        return ""
    return f"{at.outline.label}已于{chinese_date(taken)}提交，正文不再修改；确需修改的，由下一环节退回后再改"


def _to_be_written(session: Session, actor: Actor, park_code: str, document: str, period: str) -> Place:
    """The place, for whoever may write there and while it may be written."""
    at = place(session, actor, park_code, document, period)
    actor.require(at.outline.write)
    audit.take_turn(session)
    if why := closed(session, at):
        raise Refused(why)
    return at


def _tidy(text: str) -> str:
    """Line ends as one sign, no blanks at the ends of lines; raises Refused when it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tidy = "\n".join(line.rstrip() for line in lines).strip("\n")
    if len(tidy) > LONGEST:
        raise Refused(f"这一部分有{len(tidy)}个字符，不能超过{LONGEST}个；大段材料请作为佐证资料提交")
    return tidy


def _newest(session: Session, at: Place, section: str) -> SavedText | None:
    return dossier_texts.newest(session, at.park.id, at.outline.document, at.period).get(section)


def _add(
    session: Session, actor: Actor, at: Place, section: str, text: str, more: Mapping[str, int]
) -> SavedText:  # fmt: skip
    last = _newest(session, at, section)
    row = DossierText(
        park_id=at.park.id, document=at.outline.document, period=at.period, section=section,
        number=(last.number if last else 0) + 1, text=text, saved_at=clock.now(), saved_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    if dossier_texts.basis(session, at.park.id, at.outline.document, at.period) is None:
        _note(session, actor, at, written_base.base(session, actor, at.outline, at.park, clock.today(), at.half_year))
    new = {"section": section, "number": row.number, "characters": len(text), **more}
    audit.record(session, actor, Act.TEXT_SAVE, at.told, park_id=at.park.id, new=new)
    saved = _newest(session, at, section)
    assert saved is not None
    return saved


def _note(session: Session, actor: Actor, at: Place, base: written_base.Base) -> None:
    session.add(
        DossierBasis(
            park_id=at.park.id, document=at.outline.document, period=at.period, figures=base.values,
            noted_at=clock.now(), noted_by=actor.account,
        )
    )  # fmt: skip
