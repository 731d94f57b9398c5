import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.data.containers import Content
from descend.data.delimited import padding


@given(
    cells=st.lists(st.sampled_from(["0", "5", "10", "100", "0.5", "-3", "", "07"]), min_size=1),
    delimiter=st.sampled_from(",;|\t"),
    block=st.integers(1, 9),
)
def test_leading_zeros_are_found_wherever_blocks_meet(cells, delimiter, block):
    rows = [delimiter.join(cells[place : place + 3]) for place in range(0, len(cells), 3)]
    body = "\n".join(rows).encode()
    header = b"a,b,c\n"
    content = Content(header + body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(padding, "BLOCK", block)
        found = padding.has_padded_numbers(content, len(header), delimiter)
    expected = re.search(rb"(?:^|[\n%b])0\d" % re.escape(delimiter.encode()), body) is not None
    assert found == expected
