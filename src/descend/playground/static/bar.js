// Where the state stands as an address: in the browser's bar, or with a notebook that holds the page.

const BROWSERS = {
  get search() {
    return location.search;
  },
  /** Return the whole address, to copy. */
  link: () => location.origin + location.pathname + location.search,
  /** Keep a state, given as what follows the path. */
  keep: (search) => history.replaceState(null, "", location.pathname + search),
  /** Go to an address of this page, so that one can come back. */
  go: (address) => history.pushState(null, "", address),
};

export let bar = BROWSERS;

/** Keep the address elsewhere; `link` may be null, if nobody else could open it. */
export function keepAddressIn(other) {
  bar = other;
}
