"""The page and its files."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from lookalike.service.problems import UnknownRoute, http_problem
from lookalike.service.web import WebFile, WebFiles

router = APIRouter(include_in_schema=False)

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_IMMUTABLE = "public, max-age=31536000, immutable"


@router.get("/")
@router.get("/photo")
@router.get("/imagine")
@router.get("/add")
@router.get("/duplicates")
@router.get("/doctor")
@router.get("/explore")
@router.get("/for-you")
@router.get("/outfit")
@router.get("/product/{id:path}")
async def page(request: Request, id: str = "") -> Response:  # noqa: ARG001
    """The page; its script shows what the address asks for."""
    web: WebFiles = request.app.state.web
    web.refresh()
    if not (html := web.page()):
        raise _nothing("a page")
    etag = f'"{web.digest}"'
    headers = {"cache-control": "no-cache", "etag": etag, "content-security-policy": CSP}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")


async def missing(request: Request, error: Exception) -> Response:
    """No route: the page, which says so in its own words, where HTML is asked for; else the problem."""
    web: WebFiles = request.app.state.web
    web.refresh()
    html = web.page()
    if request.method != "GET" or "text/html" not in request.headers.get("accept", "").lower() or not html:
        return await http_problem(request, error)
    headers = {"content-security-policy": CSP, "vary": "accept"}
    return Response(html, 404, headers, media_type="text/html; charset=utf-8")


@router.get("/assets/{digest}/{name:path}")
async def asset(request: Request, digest: str, name: str) -> Response:
    """A file of the page. An older page's digest gets the file as it is now, to be asked for again."""
    web: WebFiles = request.app.state.web
    file = _file(web, name)
    cached = _IMMUTABLE if digest == web.digest else "no-cache"
    return Response(file.data, headers={"cache-control": cached}, media_type=file.media_type)


@router.get("/shelf.js")
@router.get("/shelf-events.js")
async def shelf(request: Request) -> Response:
    """The element that any shop's page may load, and what it tells of shoppers where it is asked to."""
    file = _file(request.app.state.web, request.url.path.rpartition("/")[2])
    headers = {
        "cache-control": "public, max-age=3600",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    return Response(file.data, headers=headers, media_type=file.media_type)


def _file(web: WebFiles, name: str) -> WebFile:
    if (file := web.get(name)) is None:
        raise _nothing(name)
    return file


def _nothing(name: str) -> UnknownRoute:
    return UnknownRoute(f"There is no {name}.", next_step="Start again at the address /.")
