"""What people write where a value is missing."""

from __future__ import annotations

MISSING = (
    *("", "?", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "NaT"),
    *("na", "n.a.", "N.A.", "n.a", "n. a.", "n/k", "N/K", "n.k.", "k.A.", "k. A.", "k.A", "\\N"),
    *("#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#CALC!", "#SPILL!"),
    *("(null)", "<null>", "[null]", "??", "???"),
)
"""What stands for a missing cell in any column: pandas' list, spreadsheets' errors, and others."""

PLACEHOLDERS = (
    *("-", "--", "---", "–", "—", "−", ".", "..", "...", "…", "*", "**", "/", "x", "na.", "nd"),
    *("n.d.", "n/d", "s.d.", "n.v.", "none", "nil", "unknown", "missing", "not available", "n.b."),
    *("#", "_", ":", "!", "k.a.", "k. a.", "not applicable", "unbekannt", "inconnu", "undefined"),
)
"""What besides stands for a missing number, date or time, in lower case; in text it is a word."""
