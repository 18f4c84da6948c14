"""The kernels for an accelerator, in Triton; imported where a device is present, or where Triton interprets, and never before."""
