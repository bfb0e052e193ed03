"""Evaluation: when to take the share of a Challenger back: a test that may be looked at after every request.

Each request to Challenger is paired with one to Production. Of the pairs in which one of the two is worse, it is
Challenger in at most half, if Challenger is no worse. The evidence against that is the likelihood ratio of shares above
one half, mixed evenly, against one half (Robbins, 1970): 2^(n+1) times the integral of p^k (1-p)^(n-k) over p from 1/2
to 1, for k of n pairs. By Ville's inequality it ever reaches 1/level with a probability of at most `level`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from scipy.special import betaln
from scipy.stats import binom

REASONS: Mapping[str, str] = {
    "errors": "it fails more often",
    "checks": "its outputs fail more checks",
    "latency": "it is slower",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What one request brought: whether it failed, whether a check of its outputs failed, and its seconds."""

    failed: bool
    unsound: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of the pairs in which one was worse, in how many it was Challenger, and in how many Production."""

    challenger: int = 0
    production: int = 0

    def with_pair(self, challenger: bool, production: bool) -> "Pairs":
        """Return the counts with one more pair; without a difference they stay."""
        return Pairs(
            self.challenger + (challenger and not production), self.production + (production and not challenger)
        )

    @property
    def evidence(self) -> float:
        """Return the evidence that Challenger is worse: 1 for none.

        >>> Pairs().evidence
        1.0
        >>> round(Pairs(challenger=6).evidence, 1), round(Pairs(3, 3).evidence, 2)
        (18.1, 0.46)
        """
        k, n = self.challenger, self.challenger + self.production
        log = (n + 1) * math.log(2) + float(betaln(k + 1, n - k + 1)) + float(binom.logcdf(k, n + 1, 0.5))
        return math.exp(min(log, 700.0))


@dataclass(frozen=True, slots=True)
class CanaryTest:
    """The pairs so far for each reason to stop. `slower`: a time counts as worse from so many times the other on."""

    level: float
    slower: float
    pairs: Mapping[str, Pairs] = field(default_factory=lambda: {reason: Pairs() for reason in REASONS})

    def with_pair(self, challenger: Trial, production: Trial) -> "CanaryTest":
        """Return the test with one more pair. Times are compared where both answered."""
        both = not (challenger.failed or production.failed)
        worse = {
            "errors": (challenger.failed, production.failed),
            "checks": (both and challenger.unsound, both and production.unsound),
            "latency": (
                both and challenger.seconds > self.slower * production.seconds,
                both and production.seconds > self.slower * challenger.seconds,
            ),
        }
        return CanaryTest(
            self.level, self.slower, {reason: self.pairs[reason].with_pair(*pair) for reason, pair in worse.items()}
        )

    def sentence(self) -> str:
        """Return why the share is taken back, empty if it is not. The level is shared by the reasons."""
        needed = len(REASONS) / self.level
        for reason, said in REASONS.items():
            pairs = self.pairs[reason]
            if pairs.evidence >= needed:
                found = (
                    f"In {pairs.challenger} of {pairs.challenger + pairs.production} pairs of requests that differed"
                )
                return f"{found} Challenger was worse: {said} (evidence {pairs.evidence:.0f}, limit {needed:.0f})."
        return ""
