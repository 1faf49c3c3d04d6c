"""What is installed, found and missing on this machine, with a line of advice where one helps.

Importing this loads the standard library alone, so it runs where the rest cannot.
"""

from digitrec.insight.health import accelerator, resources, software
from digitrec.insight.health.finding import Finding

__all__ = ["Finding", "check"]


def check() -> list[Finding]:
    """Look at everything; nothing is downloaded, and TensorFlow is at most asked in a process of
    its own."""
    return [*software.check(), *accelerator.check(), *resources.check()]
