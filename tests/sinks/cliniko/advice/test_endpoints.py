"""Whether the destination's API takes all kinds that go."""

from __future__ import annotations

from tests.findings.scene import Scene


def test_kinds_are_named_together(scene: Scene) -> None:
    """One warning for all that has no place; what the source has none of is not asked for."""
    kind = scene.clinic.add("recall_types", name="Check-up")
    scene.clinic.add("recalls", patient_id=scene.clinic.patient(), recall_type_id=kind, recall_at="2025-09-01")
    scene.new.lacks |= {"/recalls", "/recall_types", "/relationships"}
    finding = scene.finding("destination-lacks")

    assert finding is not None
    assert finding.message.endswith(": recall types, recalls.")
    assert None is finding.kind
    assert not [request for request in scene.new.log if request.path == "/v1/relationships"]


def test_one_kind_is_the_finding_s_kind(scene: Scene) -> None:
    """So that a program needn't read the message."""
    scene.clinic.add("unavailable_block_types", name="Lunch")
    scene.new.lacks.add("/unavailable_block_types")
    finding = scene.finding("destination-lacks")

    assert finding is not None
    assert "unavailable_block_types" == finding.kind
