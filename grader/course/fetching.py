"""A lecture's own file from its repository: kept in memory until its digest is right, then put in its place whole."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, IncompleteRead, InvalidURL
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from grader.course.data import DataSet

HOST = "https://raw.githubusercontent.com"
MIRROR = "ZTH_DATA_URL"  # in the environment: what stands in HOST's place
MOST = 1 << 23  # bytes; the files have about one million
TRIES = 3  # for a transfer that breaks off

Tell = Callable[[int], None]  # hears how many bytes have come


class NotFetched(Exception):
    """Why the file was not fetched, in a sentence."""


class NoAddress(Exception):
    """What the environment names as a mirror is none."""


def fetch(data: DataSet, target: Path, seconds: float, tell: Tell) -> None:
    """Fetch a file and put it in its place. Raises NotFetched, NoAddress, and OSError where it cannot be written."""
    base = os.environ.get(MIRROR) or HOST
    try:
        host = urlsplit(base).hostname
        if not host or not base.startswith(("http://", "https://")):
            raise ValueError
        # In a thread: looking up a host and trying its addresses one by one has no limit of its own.
        transfer = ThreadPoolExecutor(1).submit(_whole, f"{base.rstrip('/')}/{data.path}", host, seconds, tell)
        came = transfer.result(seconds)
    except TimeoutError:
        raise NotFetched(f"{host} takes longer than {seconds:g} seconds; `--timeout S` waits longer.") from None
    except ValueError:
        raise NoAddress(f"{MIRROR} is {base!r}, which is no http address: unset it, or name a mirror.") from None
    if (digest := hashlib.sha256(came).hexdigest()) != data.sha256:
        raise NotFetched(
            f"What {host} sent is not the lecture's file and was thrown away: {len(came):,} bytes, whose SHA-256 is "
            f"{digest} and not {data.sha256}."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(came)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _whole(url: str, host: str, seconds: float, tell: Tell) -> bytes:
    """All that an address has to send; what breaks off begins anew. Raises NotFetched, TimeoutError and ValueError."""
    for left in reversed(range(TRIES)):
        try:
            return _transfer(url, host, seconds, tell)
        except HTTPError as error:
            raise NotFetched(f"{host} answers {error.code} {error.reason}.") from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise error.reason from None
            why = getattr(error.reason, "strerror", None) or error.reason
            raise NotFetched(f"{host} cannot be reached: {why}.") from None
        except InvalidURL:
            raise ValueError from None
        except TimeoutError:
            raise
        except (HTTPException, OSError):
            if not left:
                raise NotFetched(f"The transfer from {host} broke off {TRIES} times.") from None
    raise AssertionError


def _transfer(url: str, host: str, seconds: float, tell: Tell) -> bytes:
    came = b""
    with urlopen(Request(url, headers={"User-Agent": "zth"}), timeout=seconds) as response:
        announced = response.headers.get("Content-Length") or ""
        while some := response.read1(1 << 16):
            came += some
            tell(len(came))
            if len(came) > MOST:
                raise NotFetched(f"{host} sends more than {MOST:,} bytes, which cannot be the lecture's file.")
    if announced.isdecimal() and len(came) < int(announced):
        raise IncompleteRead(came)
    return came
