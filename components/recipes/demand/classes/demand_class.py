"""Demand: the classes of Syntetos and Boylan, by how often and how evenly a product sells.

After A. Syntetos, J. Boylan, J. Croston, 2005: On the categorization of demand patterns (JORS 56, 495-503).
"""

import numpy as np
from numpy.typing import NDArray

SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NONE = "smooth", "erratic", "intermittent", "lumpy", "none"
CLASSES = (SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NONE)


def adi(quantities: NDArray[np.float64]) -> float:
    """Return the mean interval between sales in periods: all periods by those with a sale; infinite without a sale.

    >>> adi(np.array([2.0, 0.0, 3.0, 0.0]))
    2.0
    """
    sales = int(np.count_nonzero(quantities))
    return len(quantities) / sales if sales else float("inf")


def cv2(quantities: NDArray[np.float64]) -> float:
    """Return the squared coefficient of variation of the sizes of sales; 0 with fewer than two sales.

    >>> round(cv2(np.array([2.0, 0.0, 4.0])), 3)
    0.222
    """
    sizes = quantities[quantities > 0]
    return float((sizes.std(ddof=1) / sizes.mean()) ** 2) if len(sizes) > 1 else 0.0


def demand_class(quantities: NDArray[np.float64], longest_adi: float = 1.32, largest_cv2: float = 0.49) -> str:
    """Return smooth, erratic, intermittent or lumpy, or none for a series without any sale.

    >>> demand_class(np.array([5.0, 0.0, 0.0, 5.0, 0.0, 6.0]))
    'intermittent'
    """
    if not quantities.any():
        return NONE
    seldom, varied = adi(quantities) >= longest_adi, cv2(quantities) >= largest_cv2
    return (LUMPY if varied else INTERMITTENT) if seldom else (ERRATIC if varied else SMOOTH)


def demand_class_rule(longest_adi: float, largest_cv2: float) -> str:
    """Return the rule in words."""
    return (
        f"A product sells often if the mean interval between its sales (ADI) is below {longest_adi:g} periods, and "
        f"evenly if the squared coefficient of variation of their sizes (CV2) is below {largest_cv2:g}. Often and "
        "evenly: smooth; often, not evenly: erratic; seldom, evenly: intermittent; seldom, not evenly: lumpy."
    )
