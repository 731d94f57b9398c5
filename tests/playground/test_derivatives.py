"""The derivatives of the page are those of `descend.derive`."""

from asking import answer

import descend


def test_derivatives_are_those_of_derive():
    found = answer("derivatives", formula="himmelblau")
    derived = descend.derive(found["formula"]).to_json()
    assert [slope["text"] for slope in found["gradient"]] == list(derived["gradient"].values())
    assert [[entry["text"] for entry in row] for row in found["hessian"]] == [
        list(row.values()) for row in derived["hessian"].values()
    ]
