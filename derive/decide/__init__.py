"""Deciders: they propose verdicts with certificates; the kernel admits them."""
