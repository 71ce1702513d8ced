"""The pages of the documentation: their code runs, their links lead somewhere, their names are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import clinikomigrate as cm
from clinikomigrate.testing import FakeCliniko
from tests.docs import blocks, reference
from tests.docs.blocks import PAGES, ROOT
from tests.docs.conftest import Accounts

WITH_CODE = [page for page in PAGES if blocks.blocks(page)]
ON_THEIR_OWN = [page for page in WITH_CODE if "FakeCliniko(" in page.read_text(encoding="utf-8")]
ON_ACCOUNTS = [page for page in WITH_CODE if page not in ON_THEIR_OWN]


def name_of(page: Path) -> str:
    """A page's path, as a test's name."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", ON_ACCOUNTS, ids=name_of)
def test_code_runs(page: Path, accounts: Accounts) -> None:
    """What a page shows works as it stands, with clients made as the page on keys says."""
    clients = {"source": client_for(accounts.old), "destination": client_for(accounts.new)}

    blocks.run(page, {"cm": cm, **clients, "splose": cm.Splose(accounts.workspace.key)})


def client_for(account: FakeCliniko) -> cm.Cliniko:
    """A client of a simulated account."""
    return cm.Cliniko(
        account.key, app_name="Acme Migrations", contact_email="dev@acme.example", account=account.subdomain
    )


@pytest.mark.parametrize("page", ON_THEIR_OWN, ids=name_of)
def test_code_with_its_own_accounts_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that makes its simulated accounts itself needs nothing else."""
    monkeypatch.chdir(tmp_path)

    blocks.run(page, {})


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each link to a file leads to one, and each link to a heading to one that the page has."""
    missing = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = link.partition("#")
        if link.startswith("https://"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)

    assert [] == missing


def prose(page: Path) -> str:
    """A page without its code."""
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "`", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_all_pages_can_be_reached() -> None:
    """A reader who follows links from the README comes to every page."""
    reached = {ROOT / "README.md"}
    new = set(reached)
    while new:
        links = {
            (page.parent / link.partition("#")[0]).resolve()
            for page in new
            for link in re.findall(r"\]\(([^)\s]+)\)", prose(page))
            if not link.startswith(("https://", "#"))
        }
        new = {page for page in links if page.suffix == ".md"} - reached
        reached |= new

    assert set() == set(PAGES) - reached


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_names_are_there(page: Path) -> None:
    """No page speaks of a name that the package doesn't have."""
    named = set(re.findall(r"\bcm\.([A-Za-z_]\w*)", page.read_text(encoding="utf-8")))

    assert set() == {name for name in named if not hasattr(cm, name)}


@pytest.mark.parametrize("page", reference.PAGES, ids=name_of)
def test_the_reference_is_up_to_date(page: Path) -> None:
    """The reference says what the code says; `python -m tests.docs.reference` brings it up to date."""
    text = page.read_text(encoding="utf-8")
    is_up_to_date = reference.updated(text) == text

    assert is_up_to_date, f"{page.name} lags behind the code: run python -m tests.docs.reference"
