"""All pages, in the order of the menu. A new page is its module and one entry here (and in the guard's table)."""

from dashboard.page import Page
from dashboard.pages import (
    acceptance,
    accounts,
    alerts,
    audit,
    compare,
    dry_run,
    evidence,
    figure_source,
    home,
    jobs,
    letter,
    outbox,
    park,
    parks,
    report,
    self_assessment,
    upload,
)

PAGES: tuple[Page, ...] = (
    home.PAGE,
    parks.PAGE,
    alerts.PAGE,
    upload.PAGE,
    letter.PAGE,
    dry_run.PAGE,
    outbox.PAGE,
    jobs.PAGE,
    accounts.PAGE,
    audit.PAGE,
    park.PAGE,
    *figure_source.PAGES,
    self_assessment.PAGE,
    acceptance.PAGE,
    evidence.PAGE,
    report.PAGE,
    compare.PAGE,
)
