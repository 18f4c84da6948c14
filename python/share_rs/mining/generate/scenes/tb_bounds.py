"""Programs whose generic code says at its parameters what it needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate import generic

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.piece import Piece


def by_a_rule(draw: Draw) -> Piece:
    """A function is given a closure."""
    return generic.by_a_rule(draw, where=False)


def of_a_struct(draw: Draw) -> Piece:
    """Methods of a generic struct."""
    return generic.of_a_struct(draw, where=False)


def of_its_own_trait(draw: Draw) -> Piece:
    """A function for all that have a trait of the program."""
    return generic.of_its_own_trait(draw, where=False)


def over_a_list(draw: Draw) -> Piece:
    """A function over a list."""
    return generic.over_a_list(draw, where=False)


def over_pairs(draw: Draw) -> Piece:
    """A function over keys and values."""
    return generic.over_pairs(draw, where=False)


SCENES = (by_a_rule, of_a_struct, of_its_own_trait, over_a_list, over_pairs)
