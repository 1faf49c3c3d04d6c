"""Puts the shipped models into the wheel; an editable install finds them where they are."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SUFFIXES = (".json", ".keras", ".tflite")


class ShippedModels(BuildHookInterface):
    """models/NAME.SUFFIX becomes digitrec/models/NAME.SUFFIX."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for path in sorted((Path(self.root) / "models").iterdir()):
            if path.suffix in SUFFIXES:
                build_data["force_include"][str(path)] = f"digitrec/models/{path.name}"
