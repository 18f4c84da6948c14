//! Canonical values: equal values give equal bytes, on every run and whatever a type's own `Debug` or `PartialEq` says.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;

/// A value that a probe can record. Implemented for std's types only: a probe takes a koan's own types apart.
pub trait Value {
    /// Appends the canonical form, which holds no space and no line break.
    fn write(&self, out: &mut String);
}

fn sequence<'a, T: Value + 'a>(items: impl Iterator<Item = &'a T>, out: &mut String) {
    out.push('[');
    for item in items {
        item.write(out);
        out.push(',');
    }
    out.push(']');
}

/// For collections without an order of their own: the forms are sorted.
fn unordered(mut forms: Vec<String>, out: &mut String) {
    forms.sort_unstable();
    out.push('{');
    for form in forms {
        out.push_str(&form);
        out.push(',');
    }
    out.push('}');
}

fn form(value: &(impl Value + ?Sized)) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl Value for $type {
            fn write(&self, out: &mut String) {
                let _ = write!(out, "{self}");
            }
        }
    )*};
}
plain!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool);

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Value for $float {
            /// The shortest text that reads back as the same number; every NaN is one value.
            fn write(&self, out: &mut String) {
                let _ = write!(out, "{self:?}");
            }
        }
    )*};
}
floats!(f32 f64);

impl Value for str {
    fn write(&self, out: &mut String) {
        out.push('"');
        for character in self.chars() {
            match character {
                '"' | '\\' | ' ' => {
                    let _ = write!(out, "\\x{:02x}", character as u32);
                }
                _ if character.is_control() || character.is_whitespace() => {
                    let _ = write!(out, "\\u{{{:x}}}", character as u32);
                }
                _ => out.push(character),
            }
        }
        out.push('"');
    }
}

impl Value for char {
    fn write(&self, out: &mut String) {
        self.encode_utf8(&mut [0; 4]).write(out);
    }
}

impl Value for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl Value for () {
    fn write(&self, out: &mut String) {
        out.push_str("()");
    }
}

impl<T: Value> Value for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => {
                out.push_str("Some(");
                value.write(out);
                out.push(')');
            }
            None => out.push_str("None"),
        }
    }
}

impl<T: Value, E: Value> Value for Result<T, E> {
    fn write(&self, out: &mut String) {
        match self {
            Ok(value) => {
                out.push_str("Ok(");
                value.write(out);
            }
            Err(error) => {
                out.push_str("Err(");
                error.write(out);
            }
        }
        out.push(')');
    }
}

impl<T: Value> Value for [T] {
    fn write(&self, out: &mut String) {
        sequence(self.iter(), out);
    }
}

impl<T: Value, const LENGTH: usize> Value for [T; LENGTH] {
    fn write(&self, out: &mut String) {
        sequence(self.iter(), out);
    }
}

impl<T: Value> Value for BinaryHeap<T> {
    fn write(&self, out: &mut String) {
        unordered(self.iter().map(form).collect(), out);
    }
}

impl<T: Value, S> Value for HashSet<T, S> {
    fn write(&self, out: &mut String) {
        unordered(self.iter().map(form).collect(), out);
    }
}

impl<K: Value, V: Value, S> Value for HashMap<K, V, S> {
    fn write(&self, out: &mut String) {
        unordered(self.iter().map(|(key, value)| format!("{}:{}", form(key), form(value))).collect(), out);
    }
}

impl<K: Value, V: Value> Value for BTreeMap<K, V> {
    fn write(&self, out: &mut String) {
        out.push('[');
        for (key, value) in self {
            key.write(out);
            out.push(':');
            value.write(out);
            out.push(',');
        }
        out.push(']');
    }
}

macro_rules! sequences {
    ($($type:ident)*) => {$(
        impl<T: Value> Value for $type<T> {
            fn write(&self, out: &mut String) {
                sequence(self.iter(), out);
            }
        }
    )*};
}
sequences!(Vec VecDeque BTreeSet);

macro_rules! pointers {
    ($($type:ty)*) => {$(
        impl<T: Value + ?Sized> Value for $type {
            fn write(&self, out: &mut String) {
                (**self).write(out);
            }
        }
    )*};
}
pointers!(&T &mut T Box<T> Rc<T> Arc<T>);

impl<T: Value + ToOwned + ?Sized> Value for Cow<'_, T> {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<$($name: Value),+> Value for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the elements")]
            fn write(&self, out: &mut String) {
                let ($($name,)+) = self;
                out.push('(');
                $($name.write(out); out.push(',');)+
                out.push(')');
            }
        }
    )*};
}
tuples! { A; A B; A B C; A B C D; A B C D E; A B C D E F; }
