"""Programs that give values and closures to other threads, and wait for what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_rs.mining.generate.function import Function, Parameter, needed
from share_rs.mining.generate.piece import Piece
from share_rs.mining.generate.types import TEXT, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from share_rs.mining.generate.draw import Draw
    from share_rs.mining.generate.types import Type

_ARC, _MUTEX, _THREAD = "std::sync::Arc", "std::sync::Mutex", "std::thread"


def _piece(items: Sequence[str], called: Sequence[Function], *more: str) -> Piece:
    """With those paths that the items name."""
    text = "\n".join(items)
    paths = (_ARC, _MUTEX, "std::sync::RwLock", _THREAD, *more)
    uses = [path for path in paths if f"{path.rsplit('::', 1)[-1]}{'::' if path == _THREAD else ''}" in text]
    return Piece(items, called, uses)


def _lock(draw: Draw) -> str:
    return draw.one_of(["lock().unwrap()", "lock().unwrap()", f'lock().expect("{draw.names.text()}")'])


def _shared_clone(draw: Draw, name: str) -> str:
    return draw.one_of([f"Arc::clone(&{name})", f"{name}.clone()", f"Arc::clone(&{name})"])


def _joined(draw: Draw, handle: str) -> str:
    return draw.one_of([f"{handle}.join().unwrap()", f"{handle}.join().unwrap_or_default()"])


def counted_by_threads(draw: Draw) -> Piece:
    """Several threads add to one number, or to one list that is sorted behind them."""
    several, one = draw.names.several(), draw.names.variable()
    walked = draw.values()
    inner = walked.inner or TEXT
    shared, handles, own, handle = (
        draw.names.variable(),
        draw.names.several(),
        draw.names.variable(),
        draw.names.variable(),
    )
    listed = draw.chance(0.4)
    element = (one, inner)
    value = draw.number_of(element, [])
    start = "Vec::new()" if listed else draw.literal(0, 9)
    text = f"Mutex<Vec<{draw.whole.text}>>" if listed else f"Mutex<{draw.whole.text}>"
    typed = f": Arc<{text}>" if draw.chance(0.4) else ""
    added = f"{own}.{_lock(draw)}.push({value});" if listed else f"*{own}.{_lock(draw)} += {value};"
    work = [added]
    if draw.chance(0.4):
        work = [f"if {draw.truth([element])} {{", added, "}"]
    elif draw.chance(0.3):
        guard, got = draw.names.variable(), draw.names.measure()
        work = [
            f"let {got} = {value};",
            f"let mut {guard} = {own}.{_lock(draw)};",
            f"{guard}.push({got});" if listed else f"*{guard} += {got};",
        ]
    clone = _shared_clone(draw, shared)
    each = f"{several}.iter().cloned()" if draw.chance(0.4) else several
    parameter = Parameter(several, walked, "ref" if each != several else "own")
    spawned = [f"let {own} = {clone};", "thread::spawn(move || {", *work, "})"]
    if draw.chance():
        threads = [
            f"let mut {handles} = Vec::new();",
            f"for {one} in {each} {{",
            f"let {own} = {clone};",
            f"{handles}.push(thread::spawn(move || {{",
            *work,
            "}));",
            "}",
        ]
    else:
        of = each if each != several else f"{several}.into_iter()"
        threads = [f"let {handles}: Vec<_> = {of}", f".map(|{one}| {{", *spawned, "})", ".collect();"]
    join = [f"for {handle} in {handles} {{", f"{handle}.join().unwrap();", "}"]
    if listed:
        end = [f"let mut {one} = {shared}.{_lock(draw)}.clone();", f"{one}.sort();", one]
    else:
        total = draw.names.measure()
        end = draw.one_of(
            [
                [f"*{shared}.{_lock(draw)}"],
                [f"let {total} = *{shared}.{_lock(draw)};", *draw.counted_of((total, draw.whole), [], 1)],
            ]
        )
        # What the guard borrows must outlive it.
        end = [f"let {total} = {end[0]};", total] if len(end) == 1 else end
    body = (f"let {shared}{typed} = Arc::new(Mutex::new({start}));", *threads, *join, *end)
    returns = f"Vec<{draw.whole.text}>" if listed else draw.whole.text
    if not listed and not typed:
        body = (body[0].replace(f"Mutex::new({start})", f"Mutex::new({start}_{draw.whole.text})"), *body[1:])
    function = Function(draw.names.function(), (parameter,), returns, body)
    return _piece([function.text()], [function])


def read_by_threads(draw: Draw) -> Piece:
    """Two threads look at one value that nobody changes."""
    main = draw.one_of([draw.values(), TEXT, draw.values(), draw.whole])
    record = draw.record(main) if draw.chance() or main == draw.whole else None
    type_ = record.type if record else main
    given = Parameter(draw.names.variable() if record else draw.name_for(type_), type_, "own")
    shared, first, second, other = (
        draw.names.variable(),
        draw.names.variable(),
        draw.names.variable(),
        draw.names.variable(),
    )

    def looked(name: str) -> str:
        place = (f"{name}.{draw.member(record, main).name}" if record else name, main)
        more = [one for one in record.places(name) if one != place] if record else []
        if main is TEXT and draw.chance(0.4):
            return draw.text_of(place, more)
        return "\n".join(draw.counted_of(place, more, 1))

    ours, theirs = looked(other), looked(shared)
    kinds = ["String" if ".." not in text and _is_text(text) else draw.whole.text for text in (theirs, ours)]
    clone = _shared_clone(draw, shared)
    block = draw.one_of([f"move || {{\n{ours}\n}}", f"move || {{\n{ours}\n}}"])
    spawn = draw.one_of(
        [
            [f"let {other} = {clone};", f"let {first} = thread::spawn({block});"],
            [f"let {first} = {{", f"let {other} = {clone};", f"thread::spawn({block})", "};"],
        ]
    )
    ends = [
        [f"let {second} = {theirs};", f"({second}, {_joined(draw, first)})"]
        if "\n" not in theirs
        else [f"let {second} = {{\n{theirs}\n}};", f"({second}, {_joined(draw, first)})"],
        [
            f"let {second} = {_joined(draw, first)};",
            f"({{\n{theirs}\n}}, {second})" if "\n" in theirs else f"({theirs}, {second})",
        ],
    ]
    body = (f"let {shared} = Arc::new({given.name});", *spawn, *draw.one_of(ends))
    function = Function(draw.names.function(), (given,), f"({', '.join(kinds)})", body)
    return _piece([*([record.text()] if record else []), function.text()], [function])


def _is_text(expression: str) -> bool:
    return "\n" not in expression and (
        expression.startswith(("format!(", "String::from(", '"'))
        or expression.endswith((".to_uppercase()", ".to_string()", ".to_lowercase()", ".repeat(2)", ".repeat(3)"))
    )


def boxed_jobs(draw: Draw) -> Piece:
    """Jobs in boxes, each run by a thread of its own."""
    whole = draw.whole.text
    result = draw.one_of([whole, whole, "String"])
    kind = draw.one_of(["FnOnce", "FnOnce", "Fn"])
    takes = kind == "Fn" and draw.chance(0.6)
    signature = f"{kind}({whole if takes else ''}) -> {result}"
    bounds = draw.one_of([f"{signature} + Send", f"{signature} + Send + 'static", f"{signature} + Send"])
    boxed = f"Box<dyn {bounds}>"
    alias = draw.names.entity() if draw.chance(0.35) else ""
    shown = alias or boxed
    jobs, job, handles, handle = (
        draw.names.several(),
        draw.names.variable(),
        draw.names.several(),
        draw.names.variable(),
    )
    run, amount = draw.names.function(), draw.names.measure()
    argument = draw.literal() if takes else ""
    called = f"{job}({argument})"
    spawn = draw.one_of([f"thread::spawn(move || {called})", f"thread::spawn(move || {{\n{called}\n}})"])
    if not takes and draw.chance(0.3):
        spawn = f"thread::spawn({job})"
    runner = (
        f"fn {run}({jobs}: Vec<{shown}>) -> Vec<{result}> {{\n"
        + "\n".join(
            draw.one_of(
                [
                    [
                        f"let {handles}: Vec<_> = {jobs}.into_iter().map(|{job}| {spawn}).collect();",
                        f"{handles}.into_iter().map(|{handle}| {_joined(draw, handle)}).collect()",
                    ],
                    [
                        f"let mut {handles} = Vec::new();",
                        f"for {job} in {jobs} {{",
                        f"{handles}.push({spawn});",
                        "}",
                        f"{handles}.into_iter().{draw.one_of(['map', 'filter_map'])}(|{handle}| {{J}}).collect()",
                    ],
                ]
            )
        )
        + "\n}"
    )
    runner = runner.replace("{J}", f"{handle}.join().ok()" if "filter_map" in runner else _joined(draw, handle))
    given, word = Parameter(draw.names.measure(), draw.whole), Parameter(draw.names.label(), TEXT)

    def one() -> str:
        places = [(amount, draw.whole)] if takes else []
        places += [(given.name, draw.whole)]
        value = (
            draw.number_of(draw.one_of(places), places)
            if result == whole
            else draw.text_of((given.name, draw.whole), places)
        )
        head = f"|{amount}: {whole}|" if takes and amount in value else "|_|" if takes else "||"
        return f"Box::new(move {head} {value})"

    def last() -> str:
        value = draw.text_of((word.name, TEXT), []) if result == "String" else draw.number_of((word.name, TEXT), [])
        return f"Box::new(move {'|_|' if takes else '||'} {value})"

    several = draw.names.several()
    made = [one() for _ in range(draw.random.randint(1, 2))] + [last()] * draw.chance(0.6)
    ways = [
        [f"{run}(vec![{', '.join(made)}])"],
        [f"let {several}: Vec<{shown}> = vec![{', '.join(made)}];", f"{run}({several})"],
        [
            f"let mut {several}: Vec<{shown}> = Vec::new();",
            *(f"{several}.push({text});" for text in made),
            f"{run}({several})",
        ],
        [
            f"let mut {several}: Vec<{shown}> = vec![{made[0]}];",
            f"if {draw.truth([(given.name, draw.whole)])} {{",
            f"{several}.push({made[-1]});",
            "}",
            f"{run}({several})",
        ],
    ]
    body = tuple(draw.one_of(ways))
    function = Function(draw.names.function(), needed((given, word), body), f"Vec<{result}>", body)
    return _piece([*([f"type {alias} = {boxed};"] if alias else []), runner, function.text()], [function])


def generic_work(draw: Draw) -> Piece:
    """A function that runs on another thread what it is given."""
    whole = draw.whole.text
    run, work, result = draw.names.function(), draw.names.variable(), draw.one_of(["T", "T", "R"])
    fixed = draw.chance(0.35)
    output = whole if fixed else result
    bounds = [f"FnOnce() -> {output}", "Send", "'static"]
    if draw.chance(0.3):
        bounds = ["Send", "'static", f"FnOnce() -> {output}"]
    scoped, where = draw.chance(0.3), draw.chance()
    if scoped:
        bounds.remove("'static")
    life = " + 'static"
    results = (
        [] if fixed else [f"{result}: {draw.one_of(['Send + Default', 'Default + Send']) + ('' if scoped else life)}"]
    )
    functions = [f"F: {' + '.join(bounds)}"]
    names = "F" if fixed else f"F, {result}"
    head = (
        f"fn {run}<{names}>({work}: F) -> {output}\nwhere\n" + ",\n".join([*functions, *results]) + ",\n{"
        if where
        else f"fn {run}<{', '.join([*functions, *results])}>({work}: F) -> {output} {{"
    )
    handle = draw.names.variable()
    lines = draw.one_of(
        [
            [f"thread::spawn({work}).join().unwrap_or_default()"],
            [f"let {handle} = thread::spawn({work});", f"{handle}.join().unwrap_or_default()"],
            [
                f"let {handle} = thread::spawn(move || {work}());",
                f"match {handle}.join() {{",
                "Ok(value) => value,",
                f"Err(_) => {output}::default(),",
                "}",
            ],
        ]
    )
    if scoped:
        lines = draw.one_of(
            [
                [f"thread::scope(|scope| scope.spawn({work}).join().unwrap_or_default())"],
                [
                    "thread::scope(|scope| {",
                    f"let {handle} = scope.spawn({work});",
                    f"{handle}.join().unwrap_or_default()",
                    "})",
                ],
            ]
        )
    given, word = Parameter(draw.names.measure(), draw.whole), Parameter(draw.names.label(), TEXT)
    places = [(given.name, draw.whole), (word.name, TEXT)]
    first = draw.count(places[:1], 2)
    kept, other = draw.names.measure(), draw.names.label()
    block = "{\n" + "\n".join([*first[0], first[1]]) + "\n}" if first[0] else first[1]
    text = draw.text_of(places[1], places[:1])
    ways: list[tuple[str, list[str]]] = [
        (whole, [f"let {kept} = {run}(move || {block});", *draw.counted_of((kept, draw.whole), [], 1)]),
        (
            f"({whole}, {whole})",
            [
                f"let {kept} = {run}(move || {block});",
                f"({kept}, {run}(move || {draw.number_of((word.name, TEXT), [])}))",
            ],
        ),
    ]
    if not fixed:
        ways += [
            ("String", [f"let {other} = {run}(move || {text});", *draw.phrased_of((other, TEXT), [], 1)]),
            (f"(String, {whole})", [f"({run}(move || {text}), {run}(move || {block}))"]),
        ]
    returns, body = draw.one_of(ways)
    function = Function(draw.names.function(), needed((given, word), body), returns, tuple(body))
    return _piece(["\n".join([head, *lines, "}"]), function.text()], [function])


def locked_in_a_scope(draw: Draw) -> Piece:
    """Threads of a scope share a lock of the function that opened it."""
    walked = draw.values()
    inner = walked.inner or TEXT
    several, one, total, part = (
        Parameter(draw.names.several(), walked, "ref"),
        draw.names.variable(),
        draw.names.measure(),
        draw.names.several(),
    )
    listed = draw.chance(0.35)
    element = (one, inner) if inner is TEXT else (f"*{one}", inner)
    value = draw.number_of(element, [])
    start = "Vec::new()" if listed else f"{draw.literal(0, 9)}_{draw.whole.text}"
    add = f"{total}.{_lock(draw)}.push({value});" if listed else f"*{total}.{_lock(draw)} += {value};"
    inside = draw.one_of(
        [
            ["scope.spawn(|| {", f"for {one} in {part}.iter() {{", add, "}", "});"],
            [
                "scope.spawn(|| {",
                f"for {one} in {part}.iter().filter(|{one}| {draw.truth([(one if inner is TEXT else '**' + one, inner)])}) {{",
                add,
                "}",
                "});",
            ],
        ]
    )
    outer = draw.one_of(
        [
            [f"for {part} in {several.name}.chunks({draw.literal(1, 3)}) {{", *inside, "}"],
            [
                f"let (first, rest) = {several.name}.split_at({several.name}.len() / 2);",
                f"for {part} in [first, rest] {{",
                *inside,
                "}",
            ],
        ]
    )
    kept = draw.names.variable()
    end = (
        [f"let mut {kept} = {total}.{_lock(draw)}.clone();", f"{kept}.sort();", kept]
        if listed
        else draw.one_of(
            [
                [f"let {kept} = *{total}.{_lock(draw)};", *draw.counted_of((kept, draw.whole), [], 1)],
                [f"let {kept} = *{total}.{_lock(draw)};", kept],
            ]
        )
    )
    body = [f"let {total} = Mutex::new({start});", "thread::scope(|scope| {", *outer, "});", *end]
    returns = f"Vec<{draw.whole.text}>" if listed else draw.whole.text
    function = Function(draw.names.function(), (several,), returns, tuple(body))
    return _piece([function.text()], [function])


def shared_stores(draw: Draw) -> Piece:
    """A struct that threads share, with methods that lock what it keeps."""
    inner: Type = draw.one_of([draw.whole, list_of(draw.whole), list_of(TEXT)])
    name, field, limit = draw.names.entity(), draw.names.variable(), draw.names.measure()
    element = draw.whole if inner == draw.whole else inner.inner or TEXT
    value, one = draw.name_for(element), draw.names.variable()
    add, read = draw.names.function(), draw.names.function()
    change = (
        f"*self.{field}.{_lock(draw)} += {value};"
        if inner == draw.whole
        else f"self.{field}.{_lock(draw)}.push({value});"
    )
    adding = draw.one_of([[change], [f"if {draw.truth([(value, element)])} {{", change, "}"]])
    guard = draw.names.variable()
    size = f"*{guard} + self.{limit}" if inner == draw.whole else f"{guard}.len(){draw.cast} * 2 + self.{limit}"
    reading = [f"let {guard} = self.{field}.{_lock(draw)};", draw.one_of([size, f"({size}).max({draw.literal()})"])]
    struct = f"pub struct {name} {{\n{field}: Mutex<{inner.text}>,\n{limit}: {draw.whole.text},\n}}"
    start = "0" if inner == draw.whole else "Vec::new()"
    members = [
        f"pub fn new({limit}: {draw.whole.text}) -> Self {{\n{draw.one_of(['Self', name])} {{ {field}: Mutex::new({start}), {limit} }}\n}}",
        f"pub fn {add}(&self, {value}: {element.text}) {{\n" + "\n".join(adding) + "\n}",
        f"pub fn {read}(&self) -> {draw.whole.text} {{\n" + "\n".join(reading) + "\n}",
    ]
    shared, other, handles = draw.names.variable(), draw.names.variable(), draw.names.several()
    several, bound = (
        Parameter(draw.names.several(), list_of(element), "own"),
        Parameter(draw.names.measure(), draw.whole),
    )
    clone = _shared_clone(draw, shared)
    threads = draw.one_of(
        [
            [
                f"let mut {handles} = Vec::new();",
                f"for {one} in {several.name} {{",
                f"let {other} = {clone};",
                f"{handles}.push(thread::spawn(move || {other}.{add}({one})));",
                "}",
                f"for {one} in {handles} {{",
                f"{one}.join().unwrap();",
                "}",
            ],
            [
                f"let {other} = {clone};",
                f"let {handles} = thread::spawn(move || {{",
                f"for {one} in {several.name} {{",
                f"{other}.{add}({one});",
                "}",
                "});",
                f"{handles}.join().unwrap();",
            ],
            [
                f"let {handles}: Vec<_> = {several.name}",
                ".into_iter()",
                f".map(|{one}| {{",
                f"let {other} = {clone};",
                f"thread::spawn(move || {other}.{add}({one}))",
                "})",
                ".collect();",
                f"{handles}.into_iter().for_each(|{one}| {one}.join().unwrap());",
            ],
        ]
    )
    body = [f"let {shared} = Arc::new({name}::new({bound.name}));", *threads, f"{shared}.{read}()"]
    function = Function(draw.names.function(), (several, bound), draw.whole.text, tuple(body))
    return _piece([struct, f"impl {name} {{\n" + "\n\n".join(members) + "\n}", function.text()], [function])


SCENES = (boxed_jobs, counted_by_threads, generic_work, locked_in_a_scope, read_by_threads, shared_stores)
