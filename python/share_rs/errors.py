"""What share_rs raises: one root, and built-in types where they fit."""


class ShareError(Exception):
    """Every error that share_rs raises on purpose is one of these."""


class KoanError(ShareError, ValueError):
    """A folder is not a sound koan; the message names each fault."""


class ToolchainError(ShareError, RuntimeError):
    """rustc or its linker is missing, or cannot compile; the message tells the remedy."""


class JailError(ShareError, RuntimeError):
    """This machine lacks a layer of the jail; the message tells the remedy."""


class CrateError(ShareError, ValueError):
    """A crate cannot be copied, fetched or built in the jail, or is none that can be used; the message tells the remedy."""


class RunError(ShareError, ValueError):
    """A run directory cannot be used: another run's, damaged, or written with other settings."""


class AdapterError(ShareError, ValueError):
    """A folder is not an adapter that can be read, or not one of this base model; file, layer, expected and got are named."""


class SubspaceError(ShareError, ValueError):
    """A shared subspace cannot be made, read or changed as asked; file, layer, expected and got are named."""


class TrainError(ShareError, ValueError):
    """A skill cannot be trained from these rows, on this model, as asked; what was expected and what was got are named."""


class ActiveSkillError(ShareError, AssertionError):
    """What generates is not the skill that was asked for; what the model's layers say is told."""


class RowError(ShareError, ValueError):
    """A row, or a file of rows, is unsound; the row, the field, what was expected and what was got are named."""


class FormatError(ShareError, ValueError):
    """An answer is no edit of its program, or a repair cannot be written so; the edit, expected and got are named."""


class LeakError(ShareError, ValueError):
    """Splits of rows share what they must not share, or copy a known program; the pairs are named."""
