"""Deployments: who asks the service, and what they may ask."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from deployments.service.service import Answer, Question, Service

LOCAL = "local"  # a caller on this machine without a key


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Somebody who may ask."""

    name: str

    async def ask(self, service: Service, question: Question) -> Answer:
        """Ask the service on the caller's account."""
        return await service.ask(question)


def find_caller(request: Request) -> KnownCaller:
    """Return who asks."""
    return KnownCaller(LOCAL)


Caller = Annotated[KnownCaller, Depends(find_caller)]
