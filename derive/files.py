"""Files of other people: read where they are files, replaced at one stroke, and shown without what would act on a terminal."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

#: What a terminal, or a viewer that orders letters from right to left, would act upon; each has a sign of the same width to stand for it.
_SIGNS = (
    {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
    | {0x7F: 0x2421}
    | dict.fromkeys(
        [*range(0x80, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)], 0xFFFD
    )
)
_SIGNS_OF_NAMES = _SIGNS | {0x0A: 0x240A, 0x09: 0x2409, 0x2028: 0xFFFD, 0x2029: 0xFFFD}


def visible(text: str) -> str:
    r"""A text in which nothing but newlines and tabs acts on a terminal; as many characters as before.

    >>> visible("a\x1b[2Jb\n")
    'a␛[2Jb\n'
    """
    return text.translate(_SIGNS)


def visible_name(name: object) -> str:
    r"""A name of a file as messages show it, on one line.

    >>> visible_name("a\n::error::b\x07")
    'a␊::error::b␇'
    """
    return str(name).translate(_SIGNS_OF_NAMES)


def read_regular(path: Path, largest: int = -1) -> bytes:
    """What a file holds, as far as ``largest`` bytes.

    Raises:
        OSError: it cannot be read, or is a pipe, a socket or a device, which might never end.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "It is a pipe, a socket or a device", str(path))
        return file.read(largest)


def real(path: Path) -> Path:
    r"""Where a path leads once links are followed; as far as can be said where they lead in a circle, or a name is none.

    >>> real(Path("a\x00")).name
    'a\x00'
    """
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a NUL in the name
        return path.absolute()


class Changed(OSError):
    """A file is no longer what it was when it was read."""

    def __init__(self, path: Path):
        super().__init__(errno.EBUSY, "It has changed since it was read", str(path))


def replace_file(path: Path, text: str, before: str | None = None) -> None:
    """Put a text in place of a file at one stroke, its mode and line endings kept; a link's target is what changes.

    Raises:
        OSError: it cannot be written, or is read-only; the file is as it was.
        Changed: it holds something else than ``before``.
    """
    target = real(path)
    data = text.encode("utf-8")
    old = target.stat() if os.path.exists(target) else None
    if old is not None and not (old.st_mode & 0o222 and os.access(target, os.W_OK)):  # a rename would pass over it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".derive-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old is not None:
            os.chmod(temporary, old.st_mode & 0o7777)
        else:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(temporary, 0o666 & ~mask)
        if before is not None and read_regular(target) != before.encode("utf-8"):
            raise Changed(path)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
