"""What preflight finds."""

from __future__ import annotations

from clinikomigrate.transfer.findings import Finding, Findings, Level

NOTE = Finding(Level.NOTE, "a-note", "Something.", "Nothing to do.")
WARNING = Finding(Level.WARNING, "a-warning", "Less.", "Look.")
BLOCKER = Finding(Level.BLOCKER, "a-blocker", "No <b>match</b>.", "Make one.", "businesses", ("1",))


def test_blockers_come_first() -> None:
    """Findings stand in the order of their weight, and can be asked for by it."""
    findings = Findings((NOTE, BLOCKER, WARNING))

    assert list(findings) == [BLOCKER, WARNING, NOTE]
    assert findings[0] == BLOCKER
    assert len(findings) == 3
    assert (findings.blockers, findings.warnings, findings.notes) == ((BLOCKER,), (WARNING,), (NOTE,))


def test_the_verdict_is_one_sentence() -> None:
    """It says whether the transfer can run."""
    assert (
        Findings((BLOCKER,)).verdict == "Not ready: 1 blocker to mend before anything is written (0 warnings, 0 notes)."
    )
    assert Findings((WARNING,)).verdict == "Ready: nothing stands in the way (1 warning, 0 notes)."
    assert Findings((NOTE, BLOCKER, NOTE, BLOCKER)).verdict.startswith("Not ready: 2 blockers to mend")
    assert Findings(()).ok


def test_it_prints_each_finding_with_its_remedy() -> None:
    """Text, HTML and plain data hold message and remedy; HTML is escaped."""
    findings = Findings((BLOCKER,))

    assert "BLOCKER [a-blocker]\n  No <b>match</b>.\n  -> Make one.\n\nNot ready: " in str(findings)
    assert "BLOCKER [a-blocker] No <b>match</b>. -> Make one." == str(BLOCKER)
    assert "No &lt;b&gt;match&lt;/b&gt;." in findings._repr_html_()
    assert findings.to_dict()["findings"] == [
        {
            "level": "blocker",
            "code": "a-blocker",
            "message": "No <b>match</b>.",
            "remedy": "Make one.",
            "kind": "businesses",
            "ids": ["1"],
            "afterwards": "",
        }
    ]
    assert f"<Findings: {findings.verdict}>" == repr(findings)


def test_it_fits_into_a_terminal() -> None:
    """Long findings are wrapped; words and codes stay whole."""
    long = Finding(Level.NOTE, "a-note", "Something that takes a very long while to say. " * 5, "Wait. " * 40)
    lines = str(Findings((long,))).splitlines()

    assert max(map(len, lines)) <= 100
    assert [True] * 5 == [line.startswith("  ") for line in lines[1:6]]
