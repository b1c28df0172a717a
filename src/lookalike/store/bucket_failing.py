"""What a failure of object storage means, told by the words of its answers."""

from __future__ import annotations

from lookalike.errors import StorageAway, StorageError
from lookalike.store.damage import shown

_SAFE = "What was committed is safe; try again."
_ENDPOINT = "Check the network and AWS_ENDPOINT_URL. What was committed is safe."
_KEYS = "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile."

_REFUSALS: tuple[tuple[tuple[str, ...], type[StorageError], str, str], ...] = (
    (
        ("nosuchbucket", "bucket does not exist", "containernotfound"),
        StorageError,
        "There is no bucket for {address}.",
        "Make the bucket, or correct the address.",
    ),
    (
        (
            "invalidaccesskeyid",
            "signaturedoesnotmatch",
            "invalidtoken",
            "expiredtoken",
            "authfailure",
            "invalidclienttokenid",
            "401 unauthorized",
        ),
        StorageError,
        "The storage of {address} does not take these credentials.",
        _KEYS,
    ),
    (
        ("169.254.169.254", "no credentials", "credentials not loaded", "credential provider"),
        StorageError,
        "There are no credentials for {address}.",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role.",
    ),
    (
        ("accessdenied", "access denied", "403 forbidden", "permissiondenied", "permission denied"),
        StorageError,
        "Not permitted to read or write {address}.",
        "Let these credentials list, read, write and delete there.",
    ),
    (
        ("quotaexceeded", "insufficientstorage", "507 "),
        StorageError,
        "The storage of {address} is full.",
        "Free some space and run the command again; nothing that was stored is lost.",
    ),
    (
        ("slowdown", "503 ", "502 ", "504 ", "500 internal", "429 ", "internalerror", "requesttimeout"),
        StorageAway,
        "The storage of {address} refuses for the moment.",
        _SAFE,
    ),
    (
        (
            "error sending request",
            "connection refused",
            "connection reset",
            "connection closed",
            "dns error",
            "timed out",
            "timeout",
            "http error: request error",
            "error decoding response body",
            "broken pipe",
        ),
        StorageAway,
        "The storage of {address} does not answer.",
        _ENDPOINT,
    ),
)


def storage_refusal(error: BaseException, address: str) -> StorageError | None:
    """The `StorageError` this failure is, or None when the storage did not refuse."""
    text = str(error).lower()
    for words, kind, message, next_step in _REFUSALS:
        if any(word in text for word in words):
            return kind(message.format(address=shown(address)), next_step=next_step)
    return None
