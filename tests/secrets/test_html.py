"""What is shown in notebooks is text, whatever the clinic calls its things."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from clinikomigrate import Blocked, Findings
from tests.end_to_end.accounts import Pair
from tests.traps.clinic import Clinic

NASTY = """<script>alert("1")</script><img src=x onerror='alert(1)'>&lt;"""

TAGS = {"b", "div", "h4", "li", "ol", "p", "table", "tbody", "td", "th", "thead", "tr", "ul", "span", "code", "br"}
ATTRIBUTES = {"style", "colspan", "rowspan"}


class Reader(HTMLParser):
    """Reads HTML as a browser does."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a tag."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Notes a text."""
        self.text += data


def check(result: Any) -> str:
    """Holds that a result's HTML is nothing but tables and text, and gives the text."""
    reader = Reader()
    reader.feed(result._repr_html_())
    reader.close()

    assert reader.tags <= TAGS
    assert reader.attributes <= ATTRIBUTES
    return reader.text


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A clinic whose things have nasty names; half of them are not in the destination."""
    clinic = Clinic(tmp_path)
    clinic.source.define_custom_fields({NASTY: [(NASTY, "text"), (f"{NASTY}2", "radiobuttons", [NASTY])]})
    store = clinic.source.store
    store.change("businesses", store.at("businesses", clinic.business), business_name=NASTY, display_name=NASTY)
    store.change("practitioners", store.at("practitioners", clinic.practitioner), display_name=NASTY, last_name=NASTY)
    store.change("appointment_types", store.at("appointment_types", clinic.type), name=NASTY)
    patient = clinic.patient()
    clinic.visit(patient)
    clinic.add("taxes", name=NASTY, rate="-1.0")
    return clinic


def test_results_are_escaped(clinic: Clinic) -> None:
    """Findings, plans and reports show nasty names as they are, and let none of them become a part of the page."""
    with clinic.source.in_process(), clinic.destination.in_process():
        transfer = Pair(clinic.source, clinic.destination, clinic.journal).transfer()
        texts = [check(transfer.preflight()), check(transfer.plan())]
        report = transfer.run()
        store = clinic.destination.store
        for row in list(store.all("patients")):
            store.change("patients", row, occupation=NASTY)
        texts += [check(result) for result in (report, report.debtors(), transfer.verify(), transfer.verify(sample=9))]
        texts += [check(result) for result in (transfer.undo(), transfer.run(approve=lambda plan: False))]

    assert any(NASTY in text for text in texts)


def test_findings_that_block_are_escaped(clinic: Clinic) -> None:
    """A name that has no match is shown in the blocker as it is, too."""
    destination = clinic.destination
    for row in list(destination.store.all("businesses")):
        destination.store.change("businesses", row, business_name="Elsewhere", display_name="Elsewhere")
    with clinic.source.in_process(), destination.in_process(), pytest.raises(Blocked) as blocked:
        Pair(clinic.source, destination, clinic.journal).transfer().run()

    assert '<script>alert("1")</script>' in check(Findings(blocked.value.findings))
