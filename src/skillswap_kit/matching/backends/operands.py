"""Arithmetic that is written down as SQL instead of being done."""

from __future__ import annotations

from typing import Any, NoReturn


class Operand:
    """A number that only the database knows: arithmetic with it writes the SQL that computes it, in doubles."""

    def __init__(self, sql: str, params: tuple[float, ...] = (), *, double: str = "DOUBLE PRECISION") -> None:
        """``double`` is what a CAST of this database calls the type of doubles."""
        self.sql, self.params, self.double = sql, params, double

    @classmethod
    def cast(cls, sql: str, params: tuple[float, ...] = (), *, double: str) -> Operand:
        """Whatever number this is, as a double."""
        return cls(f"CAST({sql} AS {double})", params, double=double)

    def of(self, value: Any) -> Operand:
        """The value as an operand of the same database. Raises TypeError for anything but an operand or a number."""
        if isinstance(value, Operand):
            return value
        if isinstance(value, int | float):
            # As a parameter, because databases read a long fraction less exactly than Python wrote it.
            return Operand.cast("%s", (float(value),), double=self.double)
        raise TypeError(f"{value!r} is no number")

    def _joined(self, left: Any, sign: str, right: Any) -> Operand:
        first, second = self.of(left), self.of(right)
        return Operand(f"({first.sql} {sign} {second.sql})", first.params + second.params, double=self.double)

    def __add__(self, other: Any) -> Operand:
        return self._joined(self, "+", other)

    def __radd__(self, other: Any) -> Operand:
        return self._joined(other, "+", self)

    def __sub__(self, other: Any) -> Operand:
        return self._joined(self, "-", other)

    def __rsub__(self, other: Any) -> Operand:
        return self._joined(other, "-", self)

    def __mul__(self, other: Any) -> Operand:
        return self._joined(self, "*", other)

    def __rmul__(self, other: Any) -> Operand:
        return self._joined(other, "*", self)

    def __truediv__(self, other: Any) -> Operand:
        return self._joined(self, "/", other)

    def __rtruediv__(self, other: Any) -> Operand:
        return self._joined(other, "/", self)

    def __bool__(self) -> NoReturn:
        raise TypeError("what is in the database cannot be asked whether it is 0")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("what is in the database cannot be compared")

    __hash__ = None  # type: ignore[assignment]
