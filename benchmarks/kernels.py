"""The layer: one skill, and a thousand, beside the frozen linear layer and PEFT's methods; each figure after its proof.

`python benchmarks/kernels.py [--quick] [--device cuda [--part layers|routing|step|skills]]`
"""

# All imports are in `main`: transformers asks for a package `kernels`, finds this file, and would import peft in its middle.
# ruff: noqa: PLC0415

import argparse

ROUNDS, QUICK = 21, 5


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parts = ("layers", "routing", "step", "skills")
    parser.add_argument("--part", choices=parts, help="of what a GPU is asked; default all")
    options = parser.parse_args()
    rounds = QUICK if options.quick else ROUNDS
    import peft
    import torch

    from measure import publish

    versions: dict[str, str | None] = {"torch": torch.__version__, "peft": peft.__version__}
    if options.device == "cpu":
        from on_cpu import cpu_figures

        publish("kernels", versions, cpu_figures(rounds))
        return
    import triton  # pyright: ignore[reportMissingTypeStubs] - it has none

    from on_device import condition, device_figures

    versions |= {"triton": triton.__version__, "cuda": torch.version.cuda, "device": torch.cuda.get_device_name()}
    before = condition()
    figures = device_figures(rounds, [options.part] if options.part else parts)
    versions |= {"condition_before": before, "condition_after": condition()}
    publish("kernels-cuda", versions, figures)


if __name__ == "__main__":
    main()
