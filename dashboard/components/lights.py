"""Lights and states: always a shape and a word, colour only helps."""

from __future__ import annotations

from dash import html

from dashboard.labels import PROGRESS, SHAPES
from policy.terms import Light, ReceiptState, Severity, Stage, Status, SubmissionState


def light(colour: Light, word: str = "", title: str | None = None) -> html.Span:
    """▲ 严重滞后, with the light's name for those who hear the page."""
    return html.Span(
        [
            html.Span(SHAPES[colour], className="shape", **{"aria-hidden": "true"}),
            html.Span(f"{colour.label}：", className="unseen"),
            word or PROGRESS[colour],
        ],
        className=f"light light-{colour.value}",
        title=title,
    )


RECEIPT_LIGHTS: dict[ReceiptState, Light] = {
    ReceiptState.COMPLETE: Light.GREEN,
    ReceiptState.DATA_ONLY: Light.BLUE,
    ReceiptState.LETTER_ONLY: Light.BLUE,
    ReceiptState.FORWARDING: Light.BLUE,
    ReceiptState.NOTHING: Light.GREY,
}


def receipt(state: ReceiptState, *, overdue: bool = False, due: bool = True) -> html.Span:
    """One of the four states of a half-year report, red once its date has passed."""
    if overdue:
        word = "逾期未报" if state is ReceiptState.NOTHING else f"逾期未报（{state.label}）"
        return light(Light.RED, word)
    if not due and state is ReceiptState.NOTHING:
        return light(Light.GREY, "未到期")
    return light(RECEIPT_LIGHTS[state], state.label)


STATUS_LIGHTS: dict[Status, Light] = {
    Status.OK: Light.GREEN,
    Status.NOTE: Light.BLUE,
    Status.CONFIRM: Light.YELLOW,
    Status.ERROR: Light.RED,
}
SEVERITY_LIGHTS: dict[Severity, Light] = {
    Severity.NOTE: Light.BLUE,
    Severity.CONFIRM: Light.YELLOW,
    Severity.ERROR: Light.RED,
}
STATE_LIGHTS: dict[SubmissionState, Light] = {
    SubmissionState.ATTEMPT: Light.RED,
    SubmissionState.DRAFT: Light.GREY,
    SubmissionState.SUBMITTED: Light.BLUE,
    SubmissionState.RETURNED: Light.YELLOW,
    SubmissionState.ACCEPTED: Light.GREEN,
}


def status(value: Status) -> html.Span:
    return light(STATUS_LIGHTS[value], value.label)


def severity(value: Severity) -> html.Span:
    return light(SEVERITY_LIGHTS[value], value.label)


def state(value: SubmissionState) -> html.Span:
    return light(STATE_LIGHTS[value], value.label)


def stage(value: Stage) -> html.Span:
    return html.Span(value.label, className="stage")
