import io
import re

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.data.delimited.whole_numbers import numbers_of
from descend.data.files import read_table

CELLS = [
    "0",
    "5",
    "10",
    "100",
    "0.5",
    "-3",
    "",
    "07",
    "-07",
    " 08",
    "NA",
    "x",
    "+4",
    "1e3",
    str(2**63),
]


@given(st.lists(st.sampled_from(CELLS), min_size=1), st.sampled_from(".,"))
def test_numbers_are_those_of_a_parser_unless_they_are_codes(cells, decimal):
    found = numbers_of(pa.chunked_array([cells], pa.string()), decimal)
    text = "\n".join(["c", *(f'"{cell}"' for cell in cells)])
    typed = pyarrow.csv.read_csv(
        io.BytesIO(text.encode()),
        convert_options=pyarrow.csv.ConvertOptions(
            null_values=["", "NA"], quoted_strings_can_be_null=True
        ),
    )["c"]
    codes = pa.types.is_integer(typed.type) and any(re.match(r"\s*0\d", cell) for cell in cells)
    other = pa.types.is_floating(typed.type) and decimal == ","
    if codes or other or pa.types.is_string(typed.type):
        assert found is None
    else:
        assert found.to_pylist() == typed.to_pylist()
        assert found.type == typed.type or pa.types.is_null(typed.type)


@pytest.mark.parametrize("later", ["0.5", "NA", "", "07", "x", "2020-01-01", str(2**70)])
def test_what_comes_after_the_sample_is_read_as_if_it_came_first(later, tmp_path):
    many = "\n".join(["12"] * 60_000)
    tables = []
    for place, text in enumerate([f"c,d\n{later},1\n", "c,d\n"]):
        body = "\n".join(f"{cell},1" for cell in many.split())
        end = "" if place == 0 else f"{later},1\n"
        path = tmp_path / f"{place}.csv"
        path.write_text(f"{text}{body}\n{end}")
        tables.append(read_table(path))
    first, last = (table["c"] for table in tables)
    assert first.kind == last.kind
    values = [list(map(str, column.values)) for column in (first, last)]
    assert values[0][0] == values[1][-1]
    assert values[0][1:] == values[1][:-1]
