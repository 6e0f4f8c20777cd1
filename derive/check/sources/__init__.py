"""From files to formulas: one scanner per kind of source, every place exact in the original file."""

from __future__ import annotations

from derive.check.sources.document import (
    DirectivePiece,
    Document,
    FormulaPiece,
    HeadingPiece,
    Piece,
)
from derive.check.sources.scan import SUFFIXES, decode, read, scan

__all__ = ["SUFFIXES", "DirectivePiece", "Document", "FormulaPiece", "HeadingPiece", "Piece", "decode", "read", "scan"]
