"""Routes that are asked a thousand times a second, called without what the framework does for any route.

FastAPI looks a request up twice, solves its dependencies anew and opens three stacks of things to close: half
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
from starlette.types import ASGIApp, Receive, Scope, Send

from lookalike.errors import LookalikeError
from lookalike.service.problems import problem_response


class Direct:
    """A ``GET`` route of which function and dependencies all take the request alone, and say no more.

    Raises `TypeError` for one that is not like that.
    """

    def __init__(self, route: APIRoute) -> None:
        self._path = route.path_regex
        self._convertors = tuple(route.param_convertors.items())
        self._endpoint = _called(route.endpoint)
        self._before = [_called(one.dependency) for one in route.dependencies]
        self._is_async = iscoroutinefunction(route.endpoint)
        self.path_format = route.path_format
        """The path as the metrics and the log call it."""

    def told(self, path: str) -> dict[str, Any] | None:
        """The parameters in a path; None where it is not of this route."""
        found = self._path.match(path)
        if found is None:
            return None
        return {name: convertor.convert(found[name]) for name, convertor in self._convertors}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, of which the parameters are in the scope."""
        request = Request(scope, receive, send)
        try:
            for depended_on in self._before:
                await depended_on(request)
            if self._is_async:
                response = await self._endpoint(request)
            else:
                response = await run_in_threadpool(self._endpoint, request)
        except LookalikeError as error:
            response = problem_response(error, request)
        await response(scope, receive, send)


class Directly:
    """Answers what is asked of such routes, and leaves everything else to the application."""

    def __init__(self, app: ASGIApp, routes: Iterable[Direct]) -> None:
        self._app = app
        self._routes = tuple(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["method"] == "GET" and not scope.get("root_path"):
            path = scope["path"]
            for route in self._routes:
                told = route.told(path)
                if told is not None:
                    scope["path_params"] = told
                    scope["route"] = route
                    await route.handle(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def direct(routers: Iterable[APIRouter]) -> Iterator[Direct]:
    """The ``GET`` routes of some routers."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.methods == {"GET"}:
                yield Direct(route)


def _called(function: Any) -> Any:
    if [*signature(function).parameters] != ["request"]:
        raise TypeError(f"{function.__name__} takes more than the request.")
    return function
