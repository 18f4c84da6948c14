"""What a SharedSubspace looks like: its spectra, its sizes and its errors, as numbers and as pictures."""

from share_rs.analysis.alternatives import SHARES, Alternative, Alternatives, alternatives
from share_rs.analysis.errors import error_plot
from share_rs.analysis.losses import Losses, layer_losses, losses_of
from share_rs.analysis.sizes import size_plot
from share_rs.analysis.spectra import captured, spectrum_plot

__all__ = [
    "SHARES",
    "Alternative",
    "Alternatives",
    "Losses",
    "alternatives",
    "captured",
    "error_plot",
    "layer_losses",
    "losses_of",
    "size_plot",
    "spectrum_plot",
]
