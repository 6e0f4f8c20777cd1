"""Proof-reading of documents: scanners, the proof-reader itself, reports."""
