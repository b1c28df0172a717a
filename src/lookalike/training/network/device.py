"""What reckons: the processor, or a graphics card where there is one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor

from lookalike.errors import BadArgument, TrainingError


class Device:
    """Where a network is trained, and with how many bits.

    On a graphics card products of matrices are in half precision: bfloat16, or on an older card float16
    with a scaled loss. A processor keeps all 32 bits unless it is told otherwise.
    """

    def __init__(self, wished: str = "auto") -> None:
        """``wished`` is "auto", "cpu" or "cuda". Raises `TrainingError` where there is no such device."""
        if wished not in ("auto", "cpu", "cuda"):
            raise BadArgument(f"There is no device {wished!r}.", next_step="Name auto, cpu or cuda.")
        there = torch.cuda.is_available()
        if wished == "cuda" and not there:
            raise TrainingError(
                "There is no graphics card that torch can use.",
                next_step="Train with --device cpu, or install a torch that was built for the card's driver.",
            )
        self.where = torch.device("cuda" if there and wished != "cpu" else "cpu")
        on_card = self.where.type == "cuda"
        self.name = torch.cuda.get_device_name(self.where) if on_card else "cpu"
        old = on_card and torch.cuda.get_device_capability()[0] < 8
        self._half = torch.float16 if old else torch.bfloat16
        self._scaler = torch.amp.GradScaler("cuda") if old else None
        self.halved = on_card

    def mixed(self) -> AbstractContextManager[object]:
        """In half precision where that is faster and safe."""
        return torch.autocast(self.where.type, self._half) if self.halved else nullcontext()

    def backward(self, loss: Tensor) -> None:
        """Add a loss's gradients to what is there."""
        torch.autograd.backward(loss if self._scaler is None else self._scaler.scale(loss))

    def unscale(self, optimiser: torch.optim.Optimizer) -> None:
        """Bring gradients to their true length."""
        if self._scaler is not None:
            self._scaler.unscale_(optimiser)

    def may_step(self, norm: Tensor) -> bool:
        """Whether gradients of this norm are fit to be followed; float16 finds its scale by trying."""
        return self._scaler is not None or bool(torch.isfinite(norm))

    def step(self, optimiser: torch.optim.Optimizer) -> None:
        """Follow the gradients."""
        if self._scaler is None:
            optimiser.step()
        else:
            self._scaler.step(optimiser)
            self._scaler.update()

    def tidy(self) -> None:
        """Give back memory that is held for later."""
        if self.where.type == "cuda":
            torch.cuda.empty_cache()


def ran_out(error: BaseException) -> bool:
    """Whether an error says that memory ran out, of a graphics card or of the machine."""
    said = str(error).lower()
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        "out of memory" in said or "can't allocate memory" in said or "not enough memory" in said
    )
