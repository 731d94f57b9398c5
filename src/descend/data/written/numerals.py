"""Numbers as people write them: signs, brackets, currencies, units and marks of thousands."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import EMPTY, as_floats, as_mask, booleans_of, text_of, texts_of
from descend.data.written.missing import MISSING, PLACEHOLDERS
from descend.data.written.notation import BLANKS, Notation

CURRENCY = "[$€£¥₹₽₩₺₴฿¢]"

CURRENCIES = (
    *("USD", "EUR", "GBP", "CHF", "JPY", "CNY", "RMB", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK"),
    *("PLN", "CZK", "HUF", "INR", "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD", "TRY", "RUB", "Fr."),
)
"""Codes of currencies that may stand before a number."""

_UNITS = """
    % ‰ ° °C °F C F K kg g mg µg μg t lb lbs oz st km m dm cm mm µm μm nm mi ft in yd
    m2 m² m3 m³ km2 km² cm2 cm² cm3 cm³ ft2 sqft sqm ha ac l L dl cl ml mL gal
    s ms µs ns sec min h hr hrs d day days wk mo yr y a yrs year years
    V mV kV mA kW MW GW W mW kWh MWh GWh Wh J kJ MJ kcal cal N kN Pa hPa kPa MPa bar mbar psi
    Hz kHz MHz GHz B kB KB MB GB TB MiB GiB bit px dpi mol mmol ppm ppb pct dB rpm lx lm
    km/h m/s mph kph kn mpg l/100km g/l mg/l mg/dl mg/dL mmol/l mmol/L g/cm3 kg/m3 kg/m2 kg/m²
    EUR USD GBP CHF JPY kr zł Kč Ft $ € £ ¥ ₹ k M Mio Mrd bn T€ k€ M€ pcs Stk Stück x
"""
UNITS = frozenset(_UNITS.split())
"""Units that may stand right behind a number; others need a blank between."""

_BODY = rf"(?:\d+(?:[.,'’{BLANKS}]\d+)*[.,]?|[.,]\d+)(?:[eE][-+]?\d+)?"

NUMERAL = (
    r"^(?P<opening>\(?)\s*(?P<sign>[-+−–]?)\s*"
    rf"(?P<prefix>(?:(?:[A-Z]{{1,2}})?{CURRENCY}|{'|'.join(map(re.escape, CURRENCIES))})?)\s*"
    rf"(?P<inner>[-+−–]?)\s*(?P<body>{_BODY})(?P<gap>\s*)"
    rf"(?P<suffix>(?:%|‰|°\s?[CFK]?|[A-Z]?[kM]?{CURRENCY}"
    r"|[A-Za-zµμΩ°łč]{1,12}[²³]?[.]?(?:[/·][A-Za-z0-9µμ²³]{1,8})?|[cdkm]?m[23])?)"
    r"(?P<trailing>\s*[-−]?)(?P<closing>\)?)$"
)
"""A number with all that may stand around it; blanks around the whole are cut before."""

INFINITE = r"(?i)^[-+]?inf(?:inity)?$"

PADDED = r"^[-+]?0\d+$"
"""A whole number that begins with a zero, as codes do."""

_NUMERAL = re.compile(NUMERAL)
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b[\w :.+-]*|\d{1,2}:\d{2}\b[\w :.]*")
_ABSENT = frozenset(word.lower() for word in (*MISSING, *PLACEHOLDERS))


def looks_numeric(cell: str) -> bool:
    """Say whether a cell holds a number and perhaps its unit."""
    return bool(_NUMERAL.match(cell.strip()))


def looks_typed(cell: str) -> bool:
    """Say whether a cell holds a number, a date, a time or nothing, as against text."""
    bare = cell.strip()
    return bare.lower() in _ABSENT or looks_numeric(bare) or bool(_DATED.fullmatch(bare))


def looks_unit(cell: str) -> bool:
    """Say whether a cell names a unit, as below the names of columns."""
    bare = cell.strip()
    return bare in UNITS or bool(re.fullmatch(r"\[.*\]|\(.*\)", bare))


class Numerals(NamedTuple):
    """Texts taken apart, `(k,)` each: which are numbers, their digits, signs and units."""

    found: npt.NDArray[np.bool_]
    body: pa.Array
    negative: npt.NDArray[np.bool_]
    unit: npt.NDArray[np.object_]
    glued: npt.NDArray[np.bool_]
    infinite: npt.NDArray[np.float64]

    @classmethod
    def of(cls, texts: pa.Array) -> Numerals:
        """Take texts apart."""
        parts = pc.extract_regex(texts, NUMERAL)
        part = {
            field.name: pc.fill_null(pc.struct_field(parts, field.name), EMPTY)
            for field in parts.type
        }
        opened, closed = (_some(part[name]) for name in ("opening", "closing"))
        signs = np.zeros(len(texts), dtype=np.intp)
        minus = opened & closed
        for name in ("sign", "inner", "trailing"):
            bare = pc.utf8_trim_whitespace(part[name])
            signs += _some(bare)
            minus = minus | as_mask(pc.is_in(bare, texts_of(["-", "−", "–"])))
        found = as_mask(pc.is_valid(parts)) & (opened == closed) & (signs + opened <= 1)
        joined = pc.binary_join_element_wise(part["prefix"], part["suffix"], EMPTY)
        unit = np.full(len(texts), "", dtype=object)
        if not pc.all(pc.equal(joined, EMPTY)).as_py():
            unit = np.array(joined.to_pylist(), dtype=object)
        infinite = np.full(len(texts), np.nan)
        endless = as_mask(pc.match_substring_regex(texts, INFINITE))
        below = as_mask(pc.starts_with(texts, "-"))
        infinite[endless] = np.where(below[endless], -np.inf, np.inf)
        glued = ~_some(part["gap"]) & _some(part["suffix"])
        return cls(found, part["body"], minus, unit, glued, infinite)

    def values(self, notation: Notation) -> npt.NDArray[np.float64]:
        """Return the numbers, NaN where a text is none in this notation."""
        valid = self.found & as_mask(pc.match_substring_regex(self.body, notation.pattern))
        bare = pc.replace_substring_regex(self.body, notation.grouping, "")
        if notation.decimal != ".":
            bare = pc.replace_substring(bare, notation.decimal, ".")
        cleaned = pc.if_else(booleans_of(valid), bare, text_of(None))
        values = as_floats(cleaned)
        values = np.where(self.negative, -values, values)
        return np.where(np.isnan(self.infinite), values, self.infinite)


def _some(part: pa.Array) -> npt.NDArray[np.bool_]:
    """Return where a text is not empty."""
    return as_mask(pc.not_equal(part, EMPTY))
