"""An extension for Sphinx, and so for MyST and Jupyter Book: formulas are checked while the documentation is built.

In ``conf.py``::

    extensions = ["derive.integrations.sphinx"]
    derive_badge = "display"

Findings are warnings of type ``derive`` with the finding's code as subtype, so that ``sphinx-build -W`` fails and
``suppress_warnings = ["derive.D401"]`` is heeded; what holds only under a condition is a message, unless
``derive_conditional`` is set.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.config import ENUM
from sphinx.errors import ConfigError as SphinxConfigError
from sphinx.util import logging

from derive.integrations.badge import CHOICES, badges, placed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from derive.check.findings import FileReport

log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    pages = _Pages()
    app.add_config_value("derive_enabled", True, "", bool)
    app.add_config_value("derive_strict", False, "", bool)
    app.add_config_value("derive_conditional", False, "", bool)
    app.add_config_value("derive_badge", "none", "html", ENUM(*CHOICES))
    app.connect("env-before-read-docs", pages.check)
    app.connect("doctree-resolved", pages.mark)
    # Nothing is kept in the environment, so documents can be read and written by several processes.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


class _Pages:
    """The reports of one build."""

    def __init__(self) -> None:
        self.reports: dict[str, FileReport] = {}

    def check(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Check all documents, those that Sphinx has read before too: their findings are still there."""
        if not app.config.derive_enabled:
            return
        # Local import: a project that switches the extension off does not wait for it.
        from derive.check.config import ConfigError
        from derive.check.report.layout import coverage
        from derive.integrations.site import check_pages, settings, shown, told

        try:
            config = settings(Path(app.confdir), app.config.derive_strict)
        except ConfigError as error:
            raise SphinxConfigError(str(error)) from None
        names = {shown(Path(env.doc2path(name))): name for name in sorted(env.found_docs)}
        report = check_pages([Path(env.doc2path(name)) for name in names.values()], config)
        self.reports = {names[file.path]: file for file in report.files}
        for finding, text in told(report):
            # Sphinx writes the place itself; the column stands in the text.
            place = (names[finding.path], finding.line)
            said = text.removeprefix(f"{finding.path}:{finding.line}:")
            if finding.severity == "error" or (finding.severity == "warning" and app.config.derive_conditional):
                log.warning("%s", f"column {said}", type="derive", subtype=finding.code, location=place)
            else:
                log.info("%s", text)
        log.info("derive: %s", coverage(report))

    def mark(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Put a mark behind each verified formula of a document, where that is asked for."""
        report = self.reports.get(docname)
        if report is None or app.config.derive_badge == "none" or app.builder.format != "html":
            return
        found = list(doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)))
        marks = badges(report, app.config.derive_badge)
        for node, mark in zip(found, placed([node.astext() for node in found], marks), strict=True):
            if mark:
                at = node.parent.index(node)
                node.parent.insert(at + 1, nodes.raw("", mark, format="html"))
