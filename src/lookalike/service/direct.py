"""Routes that are asked a thousand times a second, called without what the framework does for any route.

FastAPI looks a request up twice, solves its dependencies anew and opens two stacks of things to close: half
a millisecond for a route that takes nothing but the request. What the route is, is still said in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import iscoroutinefunction, signature
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Direct(BaseRoute):
    """A ``GET`` route of which function and dependencies all take the request alone, and say no more.

    Raises `TypeError` for one that is not like that.
    """

    def __init__(self, route: APIRoute) -> None:
        self._path = route.path_regex
        self._convertors = route.param_convertors
        self._endpoint = route.endpoint
        self._before = [_called(one.dependency) for one in route.dependencies]
        self._is_async = iscoroutinefunction(route.endpoint)
        self.path_format = route.path_format
        """The path as the metrics and the log call it."""
        _called(route.endpoint)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for this route; others of its path are left to the framework."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope.get("root_path"):
            return Match.NONE, {}
        found = self._path.match(scope["path"])
        if found is None:
            return Match.NONE, {}
        told = {name: self._convertors[name].convert(value) for name, value in found.groupdict().items()}
        return Match.FULL, {"endpoint": self._endpoint, "path_params": told, "route": self}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        for depended_on in self._before:
            await depended_on(request)
        if self._is_async:
            response = await self._endpoint(request)
        else:
            response = await run_in_threadpool(self._endpoint, request)
        await response(scope, receive, send)


def direct(routers: Iterable[APIRouter]) -> Iterator[Direct]:
    """The ``GET`` routes of some routers, to be asked before all others."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.methods == {"GET"}:
                yield Direct(route)


def _called(function: Any) -> Any:
    if [*signature(function).parameters] != ["request"]:
        raise TypeError(f"{function.__name__} takes more than the request.")
    return function
