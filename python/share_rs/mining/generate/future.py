"""How a probe waits for a future."""

from __future__ import annotations

# A future that waits for nothing from outside is ready as soon as it is asked often enough.
READY = (
    "{ let mut future = std::pin::pin!({}); "
    "let mut context = std::task::Context::from_waker(std::task::Waker::noop()); "
    "loop { if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { break value; } } }"
)
"""A block that gives the value of the future `{}`: `Function.finished` of an async function."""
