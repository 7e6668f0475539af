"""Overwrites parts of a film in place: every byte after them stays where the film's own tables say it is."""

from __future__ import annotations

from typing import IO

CHUNK = 1024 * 1024
ZEROS = bytes(CHUNK)


class Blanking:
    """With `write`, blanks what it is given; without, only finds out whether there was anything to blank."""

    def __init__(self, file: IO[bytes], *, write: bool) -> None:
        self.file = file
        self.write = write
        self.needed = False

    def blank(self, start: int, header: bytes, end: int) -> None:
        """From `start` to `end` shall stand `header` and zeros."""
        if self._stands(start, header, end):
            return
        self.needed = True
        if self.write:
            self.file.seek(start)
            self.file.write(header)
            left = end - start - len(header)
            while left > 0:
                left -= self.file.write(ZEROS[: min(left, CHUNK)])

    def _stands(self, start: int, header: bytes, end: int) -> bool:
        self.file.seek(start)
        if self.file.read(len(header)) != header:
            return False
        left = end - start - len(header)
        while left > 0:
            chunk = self.file.read(min(left, CHUNK))
            if not chunk or chunk != ZEROS[: len(chunk)]:
                return False
            left -= len(chunk)
        return True
