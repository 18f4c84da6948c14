"""The README of a subspace's folder: what it is, what it cost, what it lost, how it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from share_rs.subspace.space import SharedSubspace

CARD = "README.md"


def render_card(subspace: SharedSubspace, basis: str) -> str:
    """The card as Markdown with the front matter that model hubs read; it depends on the subspace alone.

    Args:
        subspace: what the card is about.
        basis: its basis hash.
    """
    return f"---\nlibrary_name: share_rs\n---\n\n# A shared subspace of {len(subspace.skills)} skills\n\nBasis `{basis}`.\n"
