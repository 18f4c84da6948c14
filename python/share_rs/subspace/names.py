"""What a skill may be called: its name is part of a file's."""

import re

from share_rs.errors import SubspaceError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_name(name: str) -> str:
    """The name, if it can be one of a skill.

    Raises:
        SubspaceError: it is not 1 to 100 letters, digits, dots, dashes and underscores that begin with a letter or digit.
    """
    if not _NAME.fullmatch(name):
        raise SubspaceError(
            f"the skill name {name!r} cannot be part of a file's name: expected 1 to 100 letters (a to z), digits, dots, "
            f"dashes and underscores, the first a letter or digit; rename the adapter's folder"
        )
    return name
