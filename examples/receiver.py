"""The smallest callback receiver: prints what is posted to it."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    """Answers every POST with 200."""

    def do_POST(self) -> None:
        """Print the address and the body."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print("callback to", self.path, body.decode(), flush=True)  # noqa: T201 - its purpose
        self.send_response(200)
        self.end_headers()


server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print(f"waiting for callbacks at http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
server.serve_forever()
