"""How the page is served."""

import io
import logging

from descend.playground import serving


class Closing(logging.StreamHandler):
    """Closes its stream with itself, as absl's handler does, which optax brings."""

    def close(self):
        super().close()
        self.stream.close()


def test_the_logs_of_the_process_stay_as_they_are():
    handler = Closing(io.StringIO())
    serving.settings(lambda scope, receive, send: None)
    assert not handler.stream.closed
    handler.close()
