"""A failure of the network is told in words, and one of this machine is not blamed on a picture."""

import errno
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lookalike.errors import PictureError, StorageError
from lookalike.fetching import Fetcher
from lookalike.products import PictureSource


@contextmanager
def server(answer: Callable[[socket.socket], None], scheme: str = "http") -> Iterator[str]:
    """The URL of a server on loopback that does the same with every connection."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    answer(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/a.jpg"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def said(url: str, timeout: float = 5.0, allow_private: bool = True) -> str:
    with (
        Fetcher(allow_private=allow_private, timeout=timeout, retries=0) as fetcher,
        pytest.raises(PictureError) as caught,
    ):
        fetcher.fetch(PictureSource(url))
    assert caught.value.reason == "fetch-failed"
    message = caught.value.message
    assert not any(sign in message for sign in ("('", "Error", "object at", "Errno", "Max retries"))
    return message


def after_the_question(answer: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    return send


def test_a_server_that_hangs_up_is_told_in_words() -> None:
    with server(after_the_question(b"")) as url:
        assert said(url).endswith("could not be fetched: the server closed the connection.")


def test_a_picture_cut_short_on_the_way_is_told_in_words() -> None:
    with server(after_the_question(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")) as url:
        assert said(url).endswith(": the server closed the connection before the end of the picture.")


def test_an_answer_that_is_not_http_is_told_in_words() -> None:
    with server(after_the_question(b"SSH-2.0-nothing\r\n\r\n")) as url:
        assert said(url).endswith(": its answer is not HTTP.")


def test_a_silent_server_is_told_with_the_seconds_it_was_given() -> None:
    over = threading.Event()

    def silent(connection: socket.socket) -> None:
        over.wait(5)

    with server(silent) as url:
        try:
            assert said(url, timeout=0.2).endswith(": timed out after 0.2 s.")
        finally:
            over.set()


def test_a_refused_connection_is_told_in_words() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/a.jpg"
        assert said(url).endswith(": the server refused the connection.")


@pytest.mark.parametrize("allow_private", [True, False])
def test_a_host_that_is_not_there_is_told_in_words(monkeypatch, allow_private: bool) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert said("http://nowhere.example/a.jpg", allow_private=allow_private).endswith(": no such host.")


def test_a_certificate_that_is_not_valid_is_told_in_words(monkeypatch) -> None:
    def refusing(*_: object, **__: object) -> None:
        error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
        error.verify_message = "self-signed certificate"
        raise error

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", refusing)
    with server(lambda connection: None, "https") as url:
        assert said(url).endswith(": its certificate is not valid (self-signed certificate).")


def test_an_answer_without_encryption_is_told_in_words() -> None:
    with server(after_the_question(b"HTTP/1.1 200 OK\r\n\r\n"), "https") as url:
        assert said(url).endswith(": no encrypted connection could be made.")


def test_an_address_that_is_no_url_is_told_without_its_secrets() -> None:
    message = said("http://me:secret@[::1/a.jpg?key=hidden")
    assert message.endswith(": the address is not a valid URL.")
    assert "secret" not in message


@pytest.mark.parametrize("allow_private", [True, False])
@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_a_machine_without_sockets_stops_the_run(monkeypatch, number: int, allow_private: bool) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket, "socket", exhausted)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.215.14", 80))])
    with Fetcher(allow_private=allow_private) as fetcher, pytest.raises(StorageError) as caught:
        fetcher.fetch(PictureSource("http://shop.example/a.jpg"))
    assert "ulimit -n" in caught.value.next_step


def test_a_name_not_found_for_want_of_open_files_stops_the_run() -> None:
    resource = pytest.importorskip("resource", reason="this system has no such limit")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held: list[int] = []
    with Fetcher() as fetcher:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
        try:
            with pytest.raises(OSError, match="Too many open files"):
                while True:
                    held.append(os.open(os.devnull, os.O_RDONLY))
            with pytest.raises(StorageError):
                fetcher.fetch(PictureSource("http://shop.invalid/a.jpg"))
        finally:
            for number in held:
                os.close(number)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
