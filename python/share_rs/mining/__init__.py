"""Rows: Rust that works, broken on purpose in one known way, and the way back."""
