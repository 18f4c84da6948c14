"""What a SharedSubspace looks like: its spectra, its sizes and its errors, as pictures."""

from share_rs.analysis.errors import error_plot
from share_rs.analysis.sizes import size_plot
from share_rs.analysis.spectra import captured, spectrum_plot

__all__ = ["captured", "error_plot", "size_plot", "spectrum_plot"]
