"""Asked: what a helper answers once it is compiled, by way of a kernel that writes it down."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from goodstanding.kernels import helper, kernel
from goodstanding.native import compiled


@helper
def question(*given: Any) -> Any:
    """The place that the helper takes."""


@kernel
def write_down(answer: Any, given: Any) -> None:
    answer[0] = question(*given)


def asked(function: FunctionType, *given: Any) -> int:
    """What a helper that gives a whole number makes of these, compiled."""
    answer = np.zeros(1, np.int64)
    compiled(write_down, question=function)(answer, given)
    return int(answer[0])
