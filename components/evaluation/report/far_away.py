"""Evaluation: which values are so far from the others that one axis cannot show both."""

from collections.abc import Sequence

FAR = 0.75  # of the span of all values: a gap that leaves the others no room
FEWEST = 3  # values that are seen near each other


def far_away(values: Sequence[float]) -> list[int]:
    """Return the places of values beside which the differences of the others could not be seen, if three are left.

    >>> far_away([2.24, 0.277, 0.285, 0.235])
    [0]
    >>> far_away([0.30, 0.277, 0.285, 0.235])
    []
    """
    order, far = sorted(range(len(values)), key=lambda k: values[k]), []
    while len(order) > FEWEST:
        below, above = values[order[1]] - values[order[0]], values[order[-1]] - values[order[-2]]
        span = values[order[-1]] - values[order[0]]
        if max(below, above) < FAR * span or not span:
            break
        far.append(order.pop(0 if below > above else -1))
    return sorted(far)
