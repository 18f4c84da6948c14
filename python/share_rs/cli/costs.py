"""What a subspace costs, as a document and as text; fit, merge, remove and inspect print the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from share_rs.subspace import Account


def account_document(account: Account) -> dict[str, Any]:
    """Numbers and bytes; a ratio that is infinite is null."""
    amortised = account.amortised_ratio()
    return {
        "skills": account.N,
        "number_bytes": account.number_bytes,
        "basis": account.basis,
        "coefficients_per_skill": account.coefficients,
        "adapter": account.adapter,
        "heads": account.heads,
        "total": account.total,
        "total_bytes": account.bytes_of(account.total),
        "adapters_total": account.adapters_total,
        "adapters_total_bytes": account.bytes_of(account.adapters_total),
        "marginal_ratio": _finite(account.marginal_ratio),
        "amortised_ratio": _finite(amortised),
        "break_even": account.break_even,
        "temporaries": account.temporaries,
        "trainable": account.trainable,
        "peak_training_bytes": account.peak_training_bytes,
        "adapter_training_bytes": account.adapter_training_bytes,
    }


def account_lines(account: Account) -> list[str]:
    """The same in sentences."""
    even = account.break_even
    temporaries = f", {account.temporaries:,} numbers of it temporary" if account.temporaries else ""
    return [
        f"basis          {account.basis:>14,} numbers  {size(account.bytes_of(account.basis)):>9}, once",
        (
            f"coefficients   {account.coefficients:>14,} numbers  {size(account.bytes_of(account.coefficients)):>9}, "
            f"each of {account.N} skills"
        ),
        f"heads          {account.heads:>14,} numbers  {size(account.bytes_of(account.heads)):>9}, all skills",
        f"all of it      {account.total:>14,} numbers  {size(account.bytes_of(account.total)):>9}",
        f"as adapters    {account.adapters_total:>14,} numbers  {size(account.bytes_of(account.adapters_total)):>9}",
        (
            f"ratio without heads: {account.amortised_ratio():.3g} with the basis, {account.marginal_ratio:.3g} without it, "
            "which no number of skills reaches"
        ),
        (
            f"training one   {account.trainable:>14,} numbers  {size(account.peak_training_bytes):>9} at the peak{temporaries}: "
            "basis, gradients and Adam's moments too, no base model, no activations"
        ),
        f"training a LoRA{account.adapter:>14,} numbers  {size(account.adapter_training_bytes):>9}, counted in the same way",
        "never smaller than as many adapters" if even is None else f"smaller than the adapters from {even} skills on",
    ]


def size(count: int) -> str:
    """Bytes in the unit that suits them."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.2f} {unit}"
    return f"{count} B"


def _finite(ratio: float) -> float | None:
    return ratio if math.isfinite(ratio) else None
