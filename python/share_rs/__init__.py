"""Share: one frozen low-rank basis per layer for every skill, proved on repairing Rust compile errors in a sandbox.

The bench needs neither torch nor any other large library: importing this package loads its compiled part, nothing else.
"""

from share_rs import _native, errors
from share_rs._native import Diagnostic, Koan, Verdict, __version__, render
from share_rs.diagnose import classify
from share_rs.errors import ShareError
from share_rs.koan import find_koan, load_koans
from share_rs.sandbox import Candidate, Sandbox

__all__ = [
    "Candidate",
    "Diagnostic",
    "Koan",
    "Sandbox",
    "ShareError",
    "Verdict",
    "__version__",
    "classify",
    "find_koan",
    "load_koans",
    "render",
]

_native.set_exceptions(
    koan=errors.KoanError,
    toolchain=errors.ToolchainError,
    jail=errors.JailError,
    package=errors.CrateError,
    share=errors.ShareError,
)

if _native.build_profile == "debug":
    import warnings

    warnings.warn(
        "share_rs runs a debug build of its compiled part, which is many times slower: build it with --release",
        RuntimeWarning,
        stacklevel=2,
    )
