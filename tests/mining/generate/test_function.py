"""A function asks for what its body names."""

from __future__ import annotations

from share_rs.mining.generate.function import Parameter, needed
from share_rs.mining.generate.types import TEXT


def test_a_parameter_is_needed_where_the_body_names_it_and_not_where_a_method_bears_its_name() -> None:
    count = Parameter("count", TEXT)
    assert needed([count], ["names.iter().count()"]) == ()
    for body in ("count + 1", "names.len() + count", "0..count", "0..=count", 'format!("{count}")'):
        assert needed([count], [body]) == (count,)
