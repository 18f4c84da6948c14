"""These run where Triton interprets its kernels, which is settled when it is first imported: in a process of their own."""

import os

collect_ignore_glob = [] if os.environ.get("TRITON_INTERPRET") == "1" else ["test_*.py"]
