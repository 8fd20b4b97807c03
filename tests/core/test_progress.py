"""How far a command has come is shown as a bar on a terminal and in lines elsewhere."""

from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from skillswap_kit.core.progress import with_progress


class Terminal(StringIO):
    def isatty(self):
        return True


def told(out, count):
    assert list(with_progress(OutputWrapper(out), "Counting", range(count))) == list(range(count))
    return out.getvalue()


def test_a_bar_moves_on_a_terminal_until_it_is_full():
    moves = told(Terminal(), 1000).split("\r")[1:]
    assert len(moves) == 101
    assert moves[0] == f"Counting [{'.' * 30}]   0 %"
    assert moves[50] == f"Counting [{'#' * 15}{'.' * 15}]  50 %"
    assert moves[-1] == f"Counting [{'#' * 30}] 100 %\n"


@pytest.mark.parametrize(("count", "lines"), [(1000, 11), (3, 4), (1, 2), (0, 0)])
def test_a_file_gets_few_lines(count, lines):
    written = told(StringIO(), count).splitlines()
    assert len(written) == lines
    assert not lines or (written[0], written[-1]) == (f"Counting: 0 % of {count}", f"Counting: 100 % of {count}")
