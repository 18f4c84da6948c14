"""One small program for each mutator of the families adv_*, but those that need a macro crate."""

_REQUEST = """
pub struct Request { pub url: String, pub retries: u32 }
#[derive(Default)]
pub struct RequestBuilder { url: String, retries: u32 }
impl RequestBuilder {
    pub fn url(mut self, url: &str) -> Self { self.url = url.to_owned(); self }
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
    pub fn build(self) -> Request { Request { url: self.url, retries: self.retries } }
}
pub fn plain(url: &str) -> Request { RequestBuilder::default().url(url).retries(3).build() }
pub fn patient(url: &str, slow: bool) -> Request {
    let mut builder = RequestBuilder::default().url(url);
    if slow {
        builder = builder.retries(9);
    }
    builder.build()
}
"""

_FOREIGN = """
use std::ffi::{CString, c_char, c_int};
unsafe extern "C" {
    safe fn abs(number: c_int) -> c_int;
    fn strlen(text: *const c_char) -> usize;
}
#[unsafe(no_mangle)]
pub extern "C" fn distance(from: c_int, to: c_int) -> c_int { abs(from - to) }
pub fn length(text: &CString) -> usize { unsafe { strlen(text.as_ptr()) } }
pub fn greeting() -> usize { unsafe { strlen(c"hello".as_ptr()) } }
"""

_MACROS = """
use std::collections::BTreeMap;
macro_rules! square {
    ($side:expr) => {{ $side * $side }};
}
macro_rules! largest {
    ($first:expr, $second:expr) => { if $first > $second { $first } else { $second } };
}
macro_rules! prices {
    ($($name:expr => $price:expr),* $(,)?) => {{
        let mut all = BTreeMap::new();
        $(all.insert($name, $price);)*
        all
    }};
}
pub fn area(side: u32) -> u32 { square!(side + 1) }
pub fn farther(near: u32, far: u32) -> u32 { largest!(near, far) }
pub fn menu() -> BTreeMap<&'static str, u32> { prices! { "tea" => 2, "soup" => 5 } }
"""

_UNITS = """
#[derive(Clone, Copy)]
pub struct Meters(pub f64);
#[derive(Clone, Copy)]
pub struct Feet(pub f64);
impl Meters {
    pub fn doubled(self) -> Meters { Meters(self.0 * 2.0) }
    pub fn as_feet(&self) -> Feet { Feet(self.0 * 3.28) }
}
pub fn shorter(distance: Meters, by: f64) -> Meters { Meters(distance.0 - by) }
"""

_TYPED_ID = """
use std::marker::PhantomData;
pub struct User;
pub struct Id<T> { number: u64, kind: PhantomData<T> }
impl<T> Id<T> {
    pub fn new(number: u64) -> Self { Self { number, kind: PhantomData } }
}
pub fn next(id: Id<User>) -> Id<User> { Id { number: id.number + 1, kind: PhantomData } }
"""

_PINS = """
use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
pub struct Ready(PhantomPinned);
impl Future for Ready {
    type Output = u32;
    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<u32> { Poll::Ready(7) }
}
pub fn boxed(number: u32) -> Pin<Box<dyn Future<Output = u32>>> { Box::pin(async move { number + 1 }) }
pub fn twice(future: impl Future<Output = u32>) -> bool {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let first = future.as_mut().poll(&mut context).is_ready();
    first || future.as_mut().poll(&mut context).is_ready()
}
pub fn once(future: impl Future<Output = u32>) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}
pub struct Either<F> { pub first: F }
impl<F: Future<Output = u32> + Unpin> Future for Either<F> {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> { Pin::new(&mut self.first).poll(context) }
}
"""

_LANES = """
use std::arch::x86_64::*;
#[target_feature(enable = "avx")]
fn doubled(lanes: __m256) -> __m256 { _mm256_add_ps(lanes, lanes) }
pub fn double(values: &mut [f32; 8]) {
    if is_x86_feature_detected!("avx") {
        unsafe {
            let lanes = _mm256_loadu_ps(values.as_ptr());
            _mm256_storeu_ps(values.as_mut_ptr(), doubled(lanes));
        }
    }
}
"""

_DOOR = """
pub struct Shut;
pub struct Opened;
pub struct Door<S> { name: String, state: S }
impl Door<Shut> {
    pub fn new(name: &str) -> Self { Door { name: name.to_owned(), state: Shut } }
    pub fn open(self) -> Door<Opened> { Door { name: self.name, state: Opened } }
}
impl Door<Opened> {
    pub fn enter(&self) -> usize { self.name.len() }
    pub fn close(self) -> Door<Shut> { Door { name: self.name, state: Shut } }
}
pub fn visit(name: &str) -> usize { Door::new(name).open().enter() }
pub fn pass(door: Door<Shut>) -> usize {
    let door = door.open();
    door.enter()
}
pub fn look(door: Door<Shut>) -> usize {
    let opened = door.open();
    let seen = opened.enter();
    seen + 1
}
pub fn knock(door: &Door<Opened>) -> usize { door.enter() + 1 }
"""

_RAW = """
pub unsafe trait Zeroed { fn zeroed() -> Self; }
unsafe impl Zeroed for u32 { fn zeroed() -> Self { 0 } }
static mut HITS: u32 = 0;
pub fn hit() -> u32 {
    unsafe {
        HITS += 1;
        HITS
    }
}
pub fn first(values: &[u32]) -> u32 { if values.is_empty() { 0 } else { unsafe { *values.as_ptr() } } }
#[allow(unsafe_op_in_unsafe_fn)]
pub unsafe fn second(values: *const u32) -> u32 { *values.add(1) }
"""

_SOURCES = {
    _REQUEST: (
        "adv_builder/borrowed_setter",
        "adv_builder/drop_build",
        "adv_builder/drop_mut_self",
        "adv_builder/drop_rebinding",
        "adv_builder/drop_return_type",
        "adv_builder/drop_returned_self",
        "adv_builder/forget_self",
    ),
    _FOREIGN: (
        "adv_ffi/drop_as_pointer",
        "adv_ffi/drop_safe",
        "adv_ffi/drop_unsafe_attribute",
        "adv_ffi/drop_unsafe_call",
        "adv_ffi/drop_unsafe_extern",
        "adv_ffi/plain_string",
    ),
    _MACROS: (
        "adv_macro/colon_for_arrow",
        "adv_macro/defined_later",
        "adv_macro/drop_argument",
        "adv_macro/drop_bang",
        "adv_macro/drop_dollar",
        "adv_macro/drop_fragment",
        "adv_macro/drop_repetition",
        "adv_macro/drop_separator",
        "adv_macro/fragment_name",
    ),
    _UNITS: (
        "adv_newtype/bare_value",
        "adv_newtype/drop_field",
        "adv_newtype/inner_parameter",
        "adv_newtype/other_newtype",
    ),
    _TYPED_ID: (
        "adv_phantom/bare_marker",
        "adv_phantom/drop_argument",
        "adv_phantom/drop_field",
        "adv_phantom/drop_initialiser",
        "adv_phantom/value_for_marker",
    ),
    _PINS: (
        "adv_pin/box_for_pin",
        "adv_pin/drop_as_mut",
        "adv_pin/drop_pin_macro",
        "adv_pin/drop_pin_type",
        "adv_pin/drop_unpin",
        "adv_pin/new_for_pin",
        "adv_pin/plain_receiver",
    ),
    _LANES: (
        "adv_simd/drop_feature",
        "adv_simd/drop_unsafe",
        "adv_simd/narrow_feature",
        "adv_simd/wrong_intrinsic",
        "adv_simd/wrong_vector",
    ),
    _DOOR: (
        "adv_typestate/borrowed_transition",
        "adv_typestate/drop_rebinding",
        "adv_typestate/drop_transition",
        "adv_typestate/stale_state",
        "adv_typestate/wrong_parameter",
        "adv_typestate/wrong_return",
    ),
    _RAW: (
        "adv_unsafe/drop_block",
        "adv_unsafe/drop_unsafe_fn",
        "adv_unsafe/drop_unsafe_impl",
        "adv_unsafe/drop_unsafe_trait",
        "adv_unsafe/narrow_block",
    ),
}

ADVANCED = {name: source for source, names in _SOURCES.items() for name in names}
