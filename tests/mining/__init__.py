"""Tests of breaking Rust that works."""
