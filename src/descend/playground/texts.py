"""Every sentence that the server says, in one place."""

BUSY = "the server is busy: try again in a moment"
TOO_LONG = "that would take more than {seconds:g} seconds: take fewer steps, pixels or runs"
GONE = "the page asks for this no more"
BUG = "a bug in descend: {error} (please report it)"

FOREIGN_HOST = "this server answers at 127.0.0.1 and localhost alone"
FOREIGN_ORIGIN = "this server answers its own page alone"
WRONG_TOKEN = "the token is missing or wrong: open the address that descend playground printed"
WRONG_METHOD = "this address takes {allowed}"
WRONG_TYPE = "the request must be of the type {wanted}"
TOO_LARGE = "the request is larger than {most} allows"
TOO_SLOW = "the request did not arrive within {seconds:g} seconds"
UNKNOWN_PAGE = "there is nothing at this address"

NO_JSON = "the request is no JSON: {reason}"
NO_OBJECT = "{name} must be an object with named fields"
MISSING = "{name} is missing"
UNKNOWN = "{name} is not known here; the fields are {known}"
NOT_TEXT = "{name} must be a text"
LONG_TEXT = "{name} has {length:,} characters, and at most {longest:,} are read"
NOT_NUMBER = "{name} must be {wanted}, not {given}"
NOT_FLAG = "{name} must be true or false, not {given}"
NOT_LIST = "{name} must be a list"
WRONG_COUNT = "{name} has {count:,} entries: give between {least:,} and {most:,}"
NOT_CHOICE = "{name} must be one of {options}, not {given}"
NOT_POINTS = "{name} must be a list of {wanted}"

VARIABLES = (
    "the playground shows functions of one or two variables, and this one has {count}: {names}"
)
EMPTY_WINDOW = "{name}: each pair must rise, from its low to its high end"
NOWHERE = "the function is finite nowhere in this window: choose another"
TOO_MANY_NUMBERS = (
    "{runs:,} runs of {steps:,} steps with {coordinates} coordinates are {numbers:,} numbers, and "
    "at most {most:,} are computed at once: take fewer balls, optimizers or steps"
)
TOO_MANY_PIXELS = "{width:,} x {height:,} pixels are more than {most:,}: take fewer"
TOO_MANY_PIXEL_STEPS = (
    "{pixels:,} pixels of {steps:,} steps are more than {most:,} steps in all: take fewer pixels "
    "or steps"
)
NO_SCHEDULE_OF_AUTO = "a schedule needs a rate to begin with: give a number, not auto"
NO_PARAMETER = "{optimizer} has no hyper-parameter between 0 and 1: leave parameter out"
NOT_RISING = "{name} must be two numbers that rise, each {wanted}"
TWO_VARIABLES = "basins are those of functions of two variables: this one has {count}"

PREVIEW = "After {steps}; the rest is being computed."

CONVERGED = "It converged after {steps}: {message}."
DIVERGED_ABOVE = (
    "It diverged at step {step:,}: the rate {rate} is above {bound}, the largest that is stable "
    "where it curves most (L = {curvature})."
)
DIVERGED = "It diverged after {steps}: {message}."
OSCILLATES_ABOVE = (
    "It goes to and fro: the rate {rate} is {ratio} times the largest stable one, {bound}."
)
OSCILLATES = "It goes to and fro, and has not arrived after {steps}."
CRAWLS = (
    "It crawls: after {steps} it still falls. More steps or a larger rate would lead further "
    "(up to {bound} is stable here)."
)
STILL_FALLING = "It was still falling after {steps}: more steps would lead further."
STALLED, UNBOUNDED, STOPPED = "stalled", "found no minimum", "stopped"
ENDED = "It {status} after {steps}: {message}."

WATCHING = "descend: watch it at {address}"
FORGOTTEN = "run is the number of no descent that is remembered here"
SERVING = "The playground is at {address} (Ctrl-C ends it)"
PORT_TAKEN = "port {port} is taken: give another, or none for the next that is free"
WRONG_PORT = "port={port!r} must be a whole number from 1 to 65535, or None for one that is free"
NO_PORT_FREE = "no port from {first} to {last} is free: give one with port="
NO_PAGE = "the page's files are missing from this installation: install descend again"

LANDMARK = "{minima} in the window {window}"
NO_MINIMUM = "A saddle, without a minimum"

NO_VARIATION = "all points have the same x: a line through them is not determined"
TOO_FEW_POINTS = "{count} points do not determine the {parameters} parameters: add points"
NOT_TWO = "parameters must be two different whole numbers from 0 to {degree}"
POWERS_OVERFLOW = "the power {degree} of an x overflows: bring x into other units"
START_OVERFLOWS = "the loss at this start is not finite: begin nearer to the closed form"
TOO_MANY_PREDICTIONS = (
    "{points:,} points in {steps:,} steps are more than {most:,} predictions: take fewer of either"
)
NO_NUMBERS = "this table has no column of numbers"
TOO_MANY_ROWS = "the table has {rows:,} rows with numbers, and at most {most:,} are drawn"
UNREADABLE_TABLE = "the table cannot be read: {reason}"

TOO_MANY_RUNS = (
    "{runs:,} runs are more than the {most:,} that are shown at once: show some of them, "
    "descent.runs(range({most})).show()"
)
NO_LANDSCAPE = (
    "A function of {count} variables has no landscape to draw; views.landscape draws one on two "
    "directions through them."
)
NO_OPTIMIZER = "Descent"
ENDS = {
    "converged": "converged",
    "diverged": "diverged",
    "stalled": STALLED,
    "stopped": STOPPED,
    "unbounded": UNBOUNDED,
}

NO_FORMULA = "start= and window= belong to a formula: give one, or a landmark's name"
NO_TEXT = (
    "the playground shows formulas, and {given} has none, so that it can be neither typed nor "
    "derived there: write it as text, 'sin(x) * sin(y)'; or descend on it and look at the record, "
    "descend.minimize(function, start).show()"
)
NO_OPTIMIZERS = "optimizer=[] names none: leave it out, or give some"
TWICE = "{name} was given twice, and the playground has one set of its sliders: give it once"
NO_CONTROL = (
    "the playground has no sliders for {given!r}: descend.minimize takes it, and "
    "descent.show() shows what it did"
)
NO_WIDGETS = (
    "a notebook shows the playground as a widget, which needs anywidget: pip install "
    "'descend[jupyter]' and restart the kernel; or give port= to serve the page beside the notebook"
)
PICTURE_ALONE = (
    "To play this step by step here: pip install 'descend[jupyter]', restart the kernel."
)
