"""Programs whose closures own what outlives them, or borrow what is used after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.changes import growth
from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type


def _captured(draw: Draw) -> Type:
    return draw.one_of([TEXT, draw.values(), draw.whole])


def returned(draw: Draw) -> Piece:
    """A function returns a closure over its parameters, boxed or not."""
    type_ = _captured(draw)
    name, extra, one = draw.name_for(type_), Parameter(draw.names.measure(), draw.whole), draw.names.variable()
    text = draw.chance(0.3)
    argument, places = (TEXT, [(name, type_)]) if text else (draw.whole, [(name, type_), (extra.name, draw.whole)])
    takes = "&str" if text else argument.text
    lines, value = draw.phrase([*places, (one, argument)], 1) if text else draw.count([*places, (one, argument)], 1)
    body = [*lines, value]
    if one not in " ".join(body):
        body = [draw.text_of((one, TEXT), places)] if text else [draw.number_of((one, draw.whole), places)]
    if name not in " ".join(body):
        last = f"({body[-1]})" if " " in body[-1] else body[-1]
        size = draw.number([(name, type_)], 0)
        body[-1] = f'format!("{{}}{{}}", {body[-1]}, {size})' if text else f"{last} + {size}"
    gives = "String" if text else draw.whole.text
    inside = body[0] if len(body) == 1 else "{\n" + "\n".join(body) + "\n}"
    closure = f"move |{one}| {inside}" if not text or draw.chance() else f"move |{one}: &str| {inside}"
    if text:
        closure = closure.replace(f"|{one}|", f"|{one}: &str|")
    kept: list[str] = []
    if draw.chance(0.3):
        twice = draw.names.function()
        kept, closure = [f"let {twice} = {closure};"], twice
    boxed = draw.chance(0.4)
    kind = draw.one_of(["Fn", "Fn", "FnMut"]) if boxed or not kept else "Fn"
    returns = f"Box<dyn {kind}({takes}) -> {gives}>" if boxed else f"impl {kind}({takes}) -> {gives}"
    given = f'"{draw.names.text()}"' if text else draw.literal()
    function = Function(
        draw.names.function(),
        needed((Parameter(name, type_), extra), body),
        returns,
        (*kept, f"Box::new({closure})" if boxed else closure),
        pinned=gives,
        finished="{}(" + given + ")",
    )
    return Piece([function.text()], [function])


def collected(draw: Draw) -> Piece:
    """A list of closures, one for each turn."""
    walked = draw.values(draw.whole)
    one, amount, several = draw.names.variable(), draw.names.measure(), draw.names.several()
    extra, rules = Parameter(draw.names.measure(), draw.whole), draw.names.several()
    places = [(extra.name, draw.whole)]
    number = draw.number_of((amount, draw.whole), places)
    joined = f"{number if ' ' not in number else f'({number})'} {draw.one_of(['+', '+', '*'])} {one}"
    owner = f"Vec<Box<dyn Fn({draw.whole.text}) -> {draw.whole.text}>>"
    closure = f"Box::new(move |{amount}: {draw.whole.text}| {joined})"
    loop = [f"let mut {rules}: {owner} = Vec::new();", f"for &{one} in {several} {{", f"{rules}.push({closure});", "}"]
    if draw.chance(0.4):
        loop[2:3] = [f"if {draw.truth([(one, draw.whole)])} {{", loop[2], "}"]
    maker = Function(
        draw.names.function(), needed((Parameter(several, walked, "ref"), extra), [*loop, rules]), owner, (*loop, rules)
    )
    given, rule = draw.literal(), draw.names.variable()
    finish = draw.one_of(["sum::<{}>()", "collect::<Vec<{}>>()", "max::<{}>()"]).replace("max::<{}>()", "max()")
    gives = {"s": draw.whole.text, "c": f"Vec<{draw.whole.text}>", "m": f"Option<{draw.whole.text}>"}[finish[0]]
    arguments = [one.name for one in maker.parameters]
    body = (
        f"let {rules} = {maker.name}({', '.join(arguments)});",
        f"{rules}.iter().map(|{rule}| {rule}({given})).{finish.format(draw.whole.text)}",
    )
    caller = Function(draw.names.function(), maker.parameters, gives, body)
    return Piece([maker.text().replace("pub ", "", 1) if draw.chance() else maker.text(), caller.text()], [caller])


def in_a_thread(draw: Draw) -> Piece:
    """A thread owns what it works on."""
    type_ = draw.one_of([TEXT, draw.values(), draw.values()])
    name, extra, handle = draw.name_for(type_), Parameter(draw.names.measure(), draw.whole), draw.names.variable()
    lines, value = draw.count([(name, type_), (extra.name, draw.whole)], 2)
    if name not in " ".join([*lines, value]):
        lines, value = [], draw.number_of((name, type_), [(extra.name, draw.whole)])
    inside = value if not lines else "{\n" + "\n".join([*lines, value]) + "\n}"
    other = draw.number([(extra.name, draw.whole)], 1)
    end = draw.one_of([f"{handle}.join().unwrap_or(0) + ({other})", f"({handle}.join().unwrap_or_default(), {other})"])
    returns = draw.whole.text if "+ (" in end and not end.startswith("(") else f"({draw.whole.text}, {draw.whole.text})"
    body = (f"let {handle} = thread::spawn(move || {inside});", end)
    function = Function(draw.names.function(), needed((Parameter(name, type_), extra), body), returns, body)
    return Piece([function.text()], [function], ("std::thread",))


def lazily(draw: Draw) -> Piece:
    """An iterator that is returned takes along what its closures need."""
    inner = draw.one_of([TEXT, draw.whole])
    limit, several, one = Parameter(draw.names.measure(), draw.whole), draw.names.several(), draw.names.variable()
    own = list_of(inner)
    borrowed = draw.chance()
    element = (one, TEXT) if inner is TEXT else ((f"*{one}" if borrowed else one), draw.whole)
    seen = (f"{one}.len()" + draw.cast) if inner is TEXT else None
    behind = seen or (f"**{one}" if borrowed else f"*{one}")
    sign = draw.one_of([">", "<", ">=", "<=", "!="])
    filtered = f".filter(move |{one}| {'(' + behind + ')' if ' as ' in behind else behind} {sign} {limit.name})"
    mapped = f".map(move |{one}| {draw.number_of(element, [])} + {limit.name})"
    mapped = mapped if draw.chance() else f".map(move |{one}| ({draw.number_of(element, [])}).max({limit.name}))"
    chain = draw.one_of([[filtered], [mapped], [filtered, mapped]])
    gives = draw.whole.text if len(chain) == 2 or chain[0] is mapped else ("&" if borrowed else "") + inner.text
    taken = gives.replace("&", "&'a ")
    source = f"{several}.iter()" if borrowed else f"{several}.into_iter()"
    function = Function(
        draw.names.function(),
        (Parameter(several, own, "ref", "'a") if borrowed else Parameter(several, own), limit),
        f"impl Iterator<Item = {taken}>" + (" + 'a" if borrowed and draw.chance(0.6) else ""),
        (source + "".join(chain),),
        generics="<'a>" if borrowed else "",
        pinned=f"Vec<{gives}>",
        finished="{}.collect()",
    )
    return Piece([function.text()], [function])


def used_after(draw: Draw) -> Piece:
    """A closure looks at what its function gives back."""
    use = _Use(draw)
    kept, several, one, count = use.kept, use.several, use.one, draw.names.measure()
    if draw.chance():
        test = use.test.replace(f"*{one}", f"**{one}")
        body = [f"let {count} = {several}.iter().filter(|{one}| {test}).count(){draw.cast};"]
        lines, value = draw.count([(count, draw.whole), (kept, use.type)], 2)
        value = value if count in " ".join([*lines, value]) else count
        return use.piece([*body, *lines, f"({value}, {kept})"], f"({draw.whole.text}, {use.type.text})")
    asked = draw.one_of(["any", "all", "position"])
    body = [f"let {count} = {several}.iter().{asked}(|{one}| {use.test});", f"({kept}, {count})"]
    return use.piece(body, f"({use.type.text}, {'Option<usize>' if asked == 'position' else 'bool'})")


def named_check(draw: Draw) -> Piece:
    """A closure with a name looks at what its function gives back."""
    use = _Use(draw)
    kept, several, one, count, check = use.kept, use.several, use.one, draw.names.measure(), draw.names.function()
    test = use.test
    if draw.chance():
        test = f"{test} {draw.one_of(['&&', '||'])} {draw.truth([(one, TEXT)])}"
    asked, made = draw.one_of(
        [
            (f"{several}.iter().filter(|found| {check}(found)).count()", "usize"),
            (f"{several}.first().is_some_and({check})", "bool"),
            (f"{several}.iter().position({check})", "Option<usize>"),
            (f"({several}.iter().any(&{check}), {several}.iter().all({check}))", "(bool, bool)"),
            (f"{several}.iter().skip_while(|found| {check}(found)).count()", "usize"),
        ]
    )
    body = [f"let {check} = |{one}: &String| {test};", f"let {count} = {asked};", f"({count}, {kept})"]
    return use.piece(body, f"({made}, {use.type.text})")


def rewritten(draw: Draw) -> Piece:
    """A closure makes texts with what its function gives back."""
    use = _Use(draw)
    kept, several, one, texts = use.kept, use.several, use.one, draw.names.several()
    if use.type is TEXT:
        joined = draw.one_of(
            [f'format!("{{{one}}} {{{kept}}}")', f'{one}.replace({kept}.as_str(), "")', f"{one}.to_string() + &{kept}"]
        )
        start = f"let mut {texts}: Vec<String> = {several}.iter().map(|{one}| {joined}).collect();"
        return use.piece([start, f"{texts}.push({kept});", texts], "Vec<String>")
    joined = f'format!("{{{one}}}-{{}}", {kept}.len())'
    start = f"let {texts}: Vec<String> = {several}.iter().map(|{one}| {joined}).collect();"
    return use.piece([start, f"({kept}, {texts})"], f"({use.type.text}, Vec<String>)")


class _Use:
    """What a function owns and gives back, the texts that it walks, and a test of one of them with it."""

    def __init__(self, draw: Draw) -> None:
        self._name = draw.names.function()
        self.type = draw.one_of([TEXT, TEXT, draw.values(TEXT)])
        self._walked = draw.values(TEXT)
        self.kept = draw.name_for(self.type)
        self.several, self.one = draw.names.several(), draw.names.variable()
        one, kept = self.one, self.kept
        tests = [f"!{kept}.contains({one})", f"{one}.len() > {kept}.len()", f"{kept}.contains({one})"]
        if self.type is TEXT:
            longer = f"{one}.len() > {kept}.len()"
            tests = [longer, f"{one}.starts_with({kept}.as_str())", f"*{one} != {kept}", f"{one}.contains(&{kept})"]
        self.test = draw.one_of(tests)

    def piece(self, body: list[str], returns: str) -> Piece:
        """The function."""
        parameters = (Parameter(self.kept, self.type), Parameter(self.several, self._walked, "ref"))
        function = Function(self._name, parameters, returns, tuple(body))
        return Piece([function.text()], [function])


def collects(draw: Draw) -> Piece:
    """A closure adds to a list of its function, which is looked at after the last call."""
    inner = draw.one_of([TEXT, draw.values(TEXT), draw.values(draw.whole)])
    start, add, one = draw.name_for(inner), draw.names.function(), draw.names.measure()
    places = [(one, draw.whole)]
    line = growth(draw, start, inner, places)
    line = line if one in line[0] else [f'{start}.push_str(&format!("{{{one}}}"));'] if inner is TEXT else line
    if one not in line[0]:
        line = [f"if {draw.truth(places)} {{", *line, "}"]
    calls = [f"{add}({draw.literal()});" for _ in range(draw.random.randint(1, 3))]
    if draw.chance():
        calls = [f"for step in 0..{draw.literal(2, 4)} {{", f"{add}(step);", "}"]
    body = [f"let mut {add} = |{one}: {draw.whole.text}| {{", *line, "};", *calls]
    size = draw.number([(start, inner)], 0)
    body.append(draw.one_of([start, f"({size}, {start})", f"({start}.len(), {start})"]))
    returns = {0: inner.text}.get(body[-1].count("("), "")
    returns = returns or (
        f"(usize, {inner.text})" if f"({start}.len(), " in body[-1] else f"({draw.whole.text}, {inner.text})"
    )
    function = Function(draw.names.function(), (Parameter(start, inner, "own mut"),), returns, tuple(body))
    return Piece([function.text()], [function])


SCENES = (collected, collects, in_a_thread, lazily, named_check, returned, rewritten, used_after)
