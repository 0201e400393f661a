"""The mock that a team writes with Flask, served by the threaded server behind `flask run`."""

import logging

from flask import Flask, Response, abort, jsonify, request
from werkzeug.serving import make_server

from bench.servers import answers
from bench.servers.listening import HOST, announce, arguments


def create_application(answer_bytes: int) -> Flask:
    application = Flask(__name__)
    text_metadata = answers.text_filler(answer_bytes)
    visual_metadata = answers.visual_filler(answer_bytes)

    @application.post("/api/v2/task/sync")
    def submit() -> Response:
        if not request.headers.get("Authorization", "").lower().startswith("token "):
            abort(403)
        if text := request.form.get("text_data"):
            return jsonify(answers.text_answer(text, text_metadata))
        if url := request.form.get("url"):
            return jsonify(answers.visual_answer(url, url.rpartition("/")[2], visual_metadata))
        media = request.files.get("media")
        if media is None:
            abort(400)
        media.read()
        return jsonify(answers.visual_answer(None, media.filename or "", visual_metadata))

    return application


def main() -> None:
    ready_file, answer_bytes = arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(HOST, 0, create_application(answer_bytes), threaded=True)
    announce(ready_file, server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
