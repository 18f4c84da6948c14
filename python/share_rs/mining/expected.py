"""Whether a mutation broke a program as its mutator says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from share_rs._native import Diagnostic, Mutation, Verdict


def first_error(verdict: Verdict) -> Diagnostic | None:
    """The first error that rustc reports."""
    return next((one for one in verdict.diagnostics if one.level == "error"), None)


def as_expected(mutation: Mutation, code: str | None, message: str) -> bool:
    """Whether an error is one that the mutator expects: by its code, or, for errors without one, by its words."""
    if mutation.judge == "message":
        return code is None and any(part in message for part in mutation.expected)
    return mutation.judge == "codes" and code in mutation.expected
