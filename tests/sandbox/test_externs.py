"""Programs that use crates besides std."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from share_rs.errors import ShareError
from share_rs.sandbox import EXTERNS

if TYPE_CHECKING:
    from share_rs import Sandbox


def test_a_crate_that_there_is_not_is_refused_with_those_that_there_are(sandbox: Sandbox) -> None:
    assert EXTERNS == ("anyhow", "fields", "thiserror")
    with pytest.raises(ShareError, match="expected crates among anyhow, fields, thiserror, got `serde`"):
        sandbox.check([("pub fn a() {}", "2024", False, ["serde"])])


def test_a_program_without_crates_sees_none(sandbox: Sandbox) -> None:
    (verdict,) = sandbox.check([("pub use anyhow::Result;", "2024", False)])
    assert verdict.codes == ["E0432"]
