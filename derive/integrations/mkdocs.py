"""A plugin for MkDocs: the formulas of all pages are checked while the site is built.

In ``mkdocs.yml``::

    plugins:
      - search
      - derive:
          badge: display

Findings are warnings, so that ``mkdocs build --strict`` fails; what holds only under a condition is a message, unless
``conditional`` is set.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config import base
from mkdocs.config import config_options as options
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger

from derive.integrations.badge import CHOICES, badges, marked

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from derive.check.findings import FileReport

log = get_plugin_logger("derive")


class DeriveOptions(base.Config):
    """The plugin's settings; those of the check itself stay in ``derive.toml``."""

    enabled = options.Type(bool, default=True)
    strict = options.Type(bool, default=False)
    conditional = options.Type(bool, default=False)
    badge = options.Choice(CHOICES, default="none")


class DerivePlugin(BasePlugin[DeriveOptions]):
    """Checks the pages of a site when its files are known, and marks the verified formulas of each page."""

    def __init__(self) -> None:
        self.reports: dict[Path, FileReport] = {}

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Check every page, all cores at once, and say what was found."""
        if not self.config.enabled:
            return files
        # Local import: a site that switches the plugin off does not wait for it.
        from derive.check.config import ConfigError
        from derive.check.report.layout import coverage
        from derive.integrations.site import check_pages, settings, told

        try:
            setup = settings(Path(config.config_file_path or ".").resolve().parent, self.config.strict)
        except ConfigError as error:
            raise PluginError(str(error)) from None
        # A page that another plugin makes up has no source of its own.
        pages = [Path(file.abs_src_path) for file in files.documentation_pages() if file.abs_src_path]
        report = check_pages(pages, setup)
        self.reports = {Path(file.path).resolve(): file for file in report.files}
        for finding, text in told(report):
            loud = finding.severity == "error" or (finding.severity == "warning" and self.config.conditional)
            (log.warning if loud else log.info)("%s", text)
        log.info("%s", coverage(report))
        return files

    def on_page_content(self, html: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Put a mark behind each verified formula, where that is asked for."""
        source = page.file.abs_src_path
        report = self.reports.get(Path(source).resolve()) if source else None
        if report is None or self.config.badge == "none":
            return html
        return marked(html, badges(report, self.config.badge))
