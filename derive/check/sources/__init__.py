"""From files to formulas: one scanner per kind of source, every place exact in the original file.

May import ``diagnostics``, ``files`` and ``check.findings``.  Begin with ``scan.py``, which chooses the scanner. ``text``
holds what scanners make (``document.py``) and how places are kept; ``formats`` has a scanner for each kind of file;
``cells.py`` names places in notebooks as their authors see them.
"""

from __future__ import annotations

from derive.check.sources.scan import SUFFIXES, decode, read, scan
from derive.check.sources.text.document import (
    DirectivePiece,
    Document,
    FormulaPiece,
    HeadingPiece,
    Piece,
)

__all__ = ["SUFFIXES", "DirectivePiece", "Document", "FormulaPiece", "HeadingPiece", "Piece", "decode", "read", "scan"]
