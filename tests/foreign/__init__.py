"""Projects of other people: the wheel in an environment of its own, ``startproject``, the lines that docs name."""
