// How heights become shades from 0 (lowest) to 1: by a logarithm where a few heights dwarf the rest.

/** Return the shade of a height, such that half of the window lies in the lower 45 % of the shades. */
export function shadeOf(heights) {
  const finite = Float32Array.from(heights.filter((each) => Number.isFinite(each))).sort();
  if (finite.length === 0) return { shade: () => NaN, low: NaN, high: NaN, isCompressed: false };
  const low = finite[0];
  const high = finite[finite.length - 1];
  const span = high - low;
  if (!(span > 0)) return { shade: () => 0, low, high, isCompressed: false };
  const middle = (finite[finite.length >> 1] - low) / span;
  if (middle > 0.3) return { shade: (height) => (height - low) / span, low, high, isCompressed: false };
  const factor = factorFor(Math.max(middle, 1e-12));
  const top = Math.log1p(factor);
  // Below the lowest height of the grid a logarithm soon ends: go on in a straight line.
  const shade = (height) => {
    const share = (height - low) / span;
    return share < 0 ? (factor * share) / top : Math.log1p(factor * share) / top;
  };
  return { shade, low, high, isCompressed: factor > 5 };
}

function factorFor(middle) {
  let [low, high] = [-6, 14];
  for (let turn = 0; turn < 50; turn += 1) {
    const factor = 10 ** ((low + high) / 2);
    if (Math.log1p(factor * middle) / Math.log1p(factor) < 0.42) low = (low + high) / 2;
    else high = (low + high) / 2;
  }
  return 10 ** ((low + high) / 2);
}

/** Return the value of a grid (rows from low to high) between its points; NaN beside a hole. */
export function sampled(data, rows, columns, row, column) {
  const top = Math.min(Math.max(Math.floor(row), 0), rows - 2);
  const left = Math.min(Math.max(Math.floor(column), 0), columns - 2);
  const [down, right] = [row - top, column - left];
  const at = top * columns + left;
  const upper = data[at] + right * (data[at + 1] - data[at]);
  const lower = data[at + columns] + right * (data[at + columns + 1] - data[at + columns]);
  return upper + down * (lower - upper);
}
