"""Triton kernels of Share, each beside its plain-PyTorch specification. Imported as `share_rs.kernels`."""
