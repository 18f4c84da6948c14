"""The command `share-rs`."""

import sys


def main() -> None:
    """Runs the command and exits: 0 done, 1 something fell short, 2 bad input or usage, 3 the machine lacks something."""
    from share_rs.cli.app import app  # noqa: PLC0415 - `import share_rs.cli` costs nothing
    from share_rs.errors import JailError, ShareError, ToolchainError  # noqa: PLC0415

    try:
        app()
    except (ToolchainError, JailError) as error:
        _end(error, 3)
    except (ShareError, ValueError) as error:
        _end(error, 2)
    except OSError as error:
        _end(f"{error.filename}: {error.strerror}" if error.filename else error, 2)
    except KeyboardInterrupt:
        sys.exit(130)


def _end(why: object, code: int) -> None:
    sys.stderr.write(f"share-rs: {why}\n")
    sys.exit(code)
