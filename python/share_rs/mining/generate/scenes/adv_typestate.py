"""Programs whose types say in which state a thing is, and let nothing be done in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw

_MARKER = "std::marker::PhantomData"


def _item(head: str, lines: Sequence[str]) -> str:
    return f"{head} {{\n" + "\n".join(lines) + "\n}"


class _Process:
    """A thing that goes from state to state; every state has a transition to the next, and some a way back."""

    def __init__(self, draw: Draw, *, held: bool) -> None:
        """With `held`, the states hold a number of their own; otherwise only types know of them."""
        self.draw = draw
        self.name, self.label, self.count = draw.names.entity(), draw.names.label(), draw.names.measure()
        self.states = [draw.names.variant() for _ in range(draw.random.choice([2, 3, 3]))]
        self.steps = [draw.names.function() for _ in self.states[1:]]
        self.held = held
        self.state = (
            draw.one_of(["state", "_state", "_marker", "kind"])
            if not held
            else draw.one_of(["state", "state", "stage"])
        )
        self.inner = draw.names.measure()
        self.returns_back = draw.names.function() if draw.chance(0.4) else ""
        self.read = draw.names.function()
        self.tuned = draw.names.function() if draw.chance(0.5) else ""
        self.amount = draw.names.measure()
        self.taking = [draw.chance(0.35) for _ in self.steps]

    def of(self, index: int) -> str:
        """The type in a state."""
        return f"{self.name}<{self.states[index]}>"

    def _state(self, index: int) -> str:
        if not self.held:
            return "PhantomData"
        value = self.draw.number_of((f"self.{self.count}", self.draw.whole), [])
        return f"{self.states[index]} {{ {self.inner}: {value} }}"

    def _moved(self, index: int, count: str, label: str) -> list[str]:
        """What makes the thing in another state of itself."""
        kept = count == f"self.{self.count}" and label == f"self.{self.label}"
        parts = [f"{self.label}: {label}", f"{self.count}: {count}", f"{self.state}: {self._state(index)}"]
        if self.draw.chance(0.5):
            return [f"{self.name} {{ {', '.join(parts)} }}"]
        if kept and self.draw.chance(0.4):
            whole = self.draw.names.variable()
            made = f"{self.name} {{ {', '.join(parts)} }}"
            return [f"let {whole} = self;", made.replace("self.", f"{whole}.")]
        return [f"{self.name} {{", *(f"{one}," for one in parts), "}"]

    def transition(self, to: int, name: str, *, taking: bool) -> str:
        """The method that leads to a state from the one before it."""
        draw = self.draw
        own = f"self.{self.count}"
        label = draw.one_of(
            [
                f"self.{self.label}",
                f"self.{self.label}",
                f"self.{self.label}.to_uppercase()",
                f'format!("{{}}{draw.one_of("!+-#")}", self.{self.label})',
            ]
        )
        count = draw.one_of(
            [own, f"{own} + {draw.literal()}", f"{own} * {draw.literal(2, 5)}", f"{own}.max({draw.literal()})"]
        )
        if taking:
            count = draw.one_of([f"{own} + {self.amount}", f"{own}.max({self.amount})", f"{self.amount} * 2 + {own}"])
        given = f", {self.amount}: {draw.whole.text}" if taking else ""
        return _item(f"pub fn {name}(self{given}) -> {self.of(to)}", self._moved(to, count, label))

    def items(self) -> list[str]:
        """The states, the struct, and an impl for each state."""
        draw, whole = self.draw, self.draw.whole.text
        states = [
            f"pub struct {one} {{\n{self.inner}: {whole},\n}}" if self.held else f"pub struct {one};"
            for one in self.states
        ]
        parameter = draw.one_of(["S", "S", "State"])
        fields = [
            f"{self.label}: String",
            f"{self.count}: {whole}",
            f"{self.state}: {parameter if self.held else f'PhantomData<{parameter}>'}",
        ]
        struct = f"pub struct {self.name}<{parameter}> {{\n" + "\n".join(f"{one}," for one in fields) + "\n}"
        impls: list[str] = []
        for index in range(len(self.states)):
            members: list[str] = []
            if index == 0:
                start = [
                    f"{self.label}: {self.label}.to_string()",
                    f"{self.count}: {draw.literal(0, 9)}",
                    f"{self.state}: "
                    + ("PhantomData" if not self.held else f"{self.states[0]} {{ {self.inner}: {draw.literal()} }}"),
                ]
                members.append(
                    _item(
                        f"pub fn new({self.label}: &str) -> {draw.one_of(['Self', self.of(0)])}",
                        [f"{draw.one_of(['Self', self.name])} {{ {', '.join(start)} }}"],
                    )
                )
                if self.tuned:
                    members.append(
                        _item(
                            f"pub fn {self.tuned}(mut self, {self.amount}: {whole}) -> Self",
                            [f"self.{self.count} {draw.one_of(['=', '+='])} {self.amount};", "self"],
                        )
                    )
            if index + 1 < len(self.states):
                members.append(self.transition(index + 1, self.steps[index], taking=self.taking[index]))
            else:
                places = [(f"self.{self.count}", draw.whole), (f"self.{self.label}", TEXT)]
                if self.held:
                    places.append((f"self.{self.state}.{self.inner}", draw.whole))
                body = draw.counted_of(
                    places[-1] if self.held else places[0], places[:2] if self.held else places[1:], 1
                )
                body = (
                    body
                    if self.count in "\n".join(body)
                    else (
                        *body[:-1],
                        f"{body[-1]} + self.{self.count}"
                        if " " not in body[-1]
                        else f"({body[-1]}) + self.{self.count}",
                    )
                )
                members.append(_item(f"pub fn {self.read}(&self) -> {whole}", body))
                if self.returns_back:
                    members.append(self.transition(0, self.returns_back, taking=False))
            impls.append(_item(f"impl {self.of(index)}", ["\n\n".join(members)]))
        if self.held:
            # What a state holds is looked at in every state.
            peek = [
                f"pub fn {self.amount}(&self) -> {whole}",
                f"self.{self.state}.{self.inner} + self.{self.label}.len(){draw.cast}",
            ]
            impls[0] = impls[0][:-2] + "\n\n" + _item(peek[0], [peek[1]]) + "\n}"
            if len(self.states) == 3:
                impls[1] = impls[1][:-2] + "\n\n" + _item(peek[0], [peek[1]]) + "\n}"
        else:
            impls += [
                _item(
                    f"impl<{parameter}> {self.name}<{parameter}>",
                    [_item(f"pub fn {self.state.strip('_')}_{self.label}(&self) -> &str", [f"&self.{self.label}"])],
                )
            ]
        return [*states, struct, *impls] if draw.chance(0.7) else [struct, *states, *impls]

    def call(self, index: int, values: Sequence[str]) -> str:
        """The call of a transition."""
        return f"{self.steps[index]}({self.draw.one_of(list(values)) if self.taking[index] else ''})"


def _begun(process: _Process, given: str) -> str:
    tuned = f".{process.tuned}({process.draw.literal()})" if process.tuned and process.draw.chance(0.6) else ""
    return f"{process.name}::new({given}){tuned}"


def _chain(process: _Process, values: Sequence[str]) -> str:
    return "".join(f".{process.call(index, values)}" for index in range(len(process.steps)))


def _piece(process: _Process, functions: Sequence[Function], helpers: Sequence[str] = ()) -> Piece:
    return Piece(
        [*process.items(), *helpers, *(one.text() for one in functions)], functions, () if process.held else (_MARKER,)
    )


def _read(process: _Process, name: str) -> list[str]:
    """What a function ends with that has the thing in its last state."""
    draw, got = process.draw, process.draw.names.measure()
    call = f"{name}.{process.read}()"
    return draw.one_of(
        [
            [call],
            [f"let {got} = {call};", *draw.counted_of((got, draw.whole), [], 1)],
            [f"{call} {draw.one_of(['+', '*'])} {draw.literal(2, 9)}"],
        ]
    )


def led_through(draw: Draw) -> Piece:
    """A function leads a thing through its states, in one chain or step by step."""
    process = _Process(draw, held=draw.chance(0.35))
    text, amount = Parameter(draw.names.label(), TEXT, "ref"), Parameter(draw.names.measure(), draw.whole)
    values = [amount.name, draw.number_of((amount.name, draw.whole), [])]
    kept = draw.names.variable()

    def steps(names: Sequence[str]) -> list[str]:
        lines = [f"let {names[0]} = {_begun(process, text.name)};"]
        lines += [
            f"let {names[index + 1]} = {names[index]}.{process.call(index, values)};"
            for index in range(len(process.steps))
        ]
        return lines

    functions: list[Function] = []
    for _ in range(draw.random.choice([1, 2, 2])):
        others = [draw.names.variable() for _ in process.states]
        ways = [
            _read(process, f"{_begun(process, text.name)}{_chain(process, values)}"),
            [*steps([kept] * len(process.states)), *_read(process, kept)],
            [*steps(others), *_read(process, others[-1])],
            [*steps([*others[:-1], others[-2]]), *_read(process, others[-2])],
            [
                f"let {kept} = {_begun(process, text.name)};",
                f"if {draw.truth([(amount.name, draw.whole), (text.name, TEXT)])} {{",
                f"return {draw.literal()};",
                "}",
                f"let {kept} = {kept}{_chain(process, values)};",
                *_read(process, kept),
            ],
        ]
        body = tuple(draw.one_of(ways))
        functions.append(Function(draw.names.function(), needed((text, amount), body), draw.whole.text, body))
    return _piece(process, functions)


def handed_on(draw: Draw) -> Piece:
    """Functions that take a thing in one state, and others that bring it there."""
    process = _Process(draw, held=draw.chance(0.3))
    text, amount = Parameter(draw.names.label(), TEXT, "ref"), Parameter(draw.names.measure(), draw.whole)
    values = [amount.name, draw.literal()]
    one, last = draw.names.variable(), len(process.states) - 1
    take, bring = draw.names.function(), draw.names.function()
    helpers: list[str] = []
    reference = draw.chance(0.5)
    helpers.append(
        _item(
            f"fn {take}({one}: {'&' if reference else ''}{process.of(last)}) -> {draw.whole.text}", _read(process, one)
        )
    )
    whole = draw.whole.text
    needs = any(process.taking)
    given = f", {amount.name}: {whole}" if needs else ""
    bring_lines = draw.one_of(
        [
            [f"{one}{_chain(process, values[:1])}"],
            [*(f"let {one} = {one}.{process.call(index, values[:1])};" for index in range(last)), one],
        ]
    )
    helpers.append(_item(f"fn {bring}({one}: {process.of(0)}{given}) -> {process.of(last)}", bring_lines))
    draw.random.shuffle(helpers)
    first, second = draw.names.variable(), draw.names.variable()
    argument = f", {draw.one_of([amount.name, draw.number_of((amount.name, draw.whole), [])])}" if needs else ""
    sign = "&" if reference else ""
    ways = [
        [
            f"let {first} = {_begun(process, text.name)};",
            f"let {second} = {bring}({first}{argument});",
            f"{take}({sign}{second}) + {draw.literal()}",
        ],
        [f"{take}({sign}{bring}({_begun(process, text.name)}{argument}))"],
        [
            f"let {first} = {_begun(process, text.name)};",
            f"let {first} = {first}{_chain(process, values)};",
            f"{take}({sign}{first})",
        ],
        [
            f"let {first} = {_begun(process, text.name)};",
            *(f"let {first} = {first}.{process.call(index, values)};" for index in range(last)),
            f"let {second} = {bring}({_begun(process, text.name)}{argument});",
            f"{take}({sign}{first}) + {take}({sign}{second})",
        ],
    ]
    body = tuple(draw.one_of(ways))
    if f"{bring}(" not in "\n".join(body):
        body = (*body[:-1], f"{body[-1]} + {take}({sign}{bring}({_begun(process, text.name)}{argument}))")
    function = Function(draw.names.function(), needed((text, amount), body), whole, body)
    return _piece(process, [function], helpers)


def done_again(draw: Draw) -> Piece:
    """A thing is brought to its last state for each of several, and the numbers are put together."""
    process = _Process(draw, held=draw.chance(0.3))
    texts, amount = Parameter(draw.names.several(), list_of(TEXT), "ref"), Parameter(draw.names.measure(), draw.whole)
    values = [amount.name, draw.literal()]
    one, sum_, kept = draw.names.label(), draw.names.measure(), draw.names.variable()
    last = len(process.steps)
    begun, chain = _begun(process, one), _chain(process, values)
    stepped = [
        f"let {kept} = {begun};",
        *(f"let {kept} = {kept}.{process.call(index, values)};" for index in range(last)),
    ]
    back = (
        [f"let {kept} = {kept}.{process.returns_back}();", f"let {kept} = {kept}{chain};"]
        if process.returns_back
        else []
    )
    ways = [
        [
            f"let mut {sum_} = {draw.literal(0, 9)};",
            f"for {one} in {texts.name} {{",
            *stepped,
            *back,
            f"{sum_} += {kept}.{process.read}();",
            "}",
            sum_,
        ],
        [
            f"{texts.name}.iter().map(|{one}| {begun}{chain}.{process.read}()).{draw.one_of(['sum()', 'max().unwrap_or_default()'])}"
        ],
        [
            f"let mut {sum_} = {draw.literal(0, 9)};",
            f"for {one} in {texts.name} {{",
            f"let {kept} = {begun}{chain};",
            f"if {kept}.{process.read}() > {draw.literal()} {{",
            f"{sum_} += {draw.literal()};",
            "}",
            "}",
            sum_,
        ],
        [
            f"let mut {sum_} = {draw.literal(0, 9)};",
            f"if let Some({one}) = {texts.name}.{draw.one_of(['first()', 'last()'])} {{",
            *stepped,
            *back,
            f"{sum_} += {kept}.{process.read}();",
            "}",
            sum_,
        ],
    ]
    body = tuple(draw.one_of(ways))
    function = Function(draw.names.function(), needed((texts, amount), body), draw.whole.text, body)
    return _piece(process, [function])


SCENES = (done_again, handed_on, led_through)
