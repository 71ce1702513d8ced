"""The documentation's code, checked by mypy."""

from __future__ import annotations

from pathlib import Path

from mypy import api

from tests.docs import blocks

GIVEN = "import clinikomigrate as cm\nsource: cm.Cliniko\ndestination: cm.Cliniko\nsplose: cm.Splose\n"
"""What the pages that don't say it themselves take for granted."""


def test_the_documentation_s_code_has_no_type_errors(tmp_path: Path) -> None:
    """What users copy from the pages and the examples passes the strictest type check."""
    files = [str(example) for example in (blocks.ROOT / "docs" / "examples").glob("*.py")]
    for page in blocks.PAGES:
        code = "\n".join(block.code for block in blocks.blocks(page))
        if code:
            file = tmp_path / f"{page.stem.replace('-', '_')}_page.py"
            file.write_text(code if "import clinikomigrate as cm" in code else GIVEN + code, encoding="utf-8")
            files.append(str(file))

    output, problems, _ = api.run(["--config-file", str(blocks.ROOT / "pyproject.toml"), *files])

    assert "" == problems
    assert "Success" in output, output
