"""The mock that a team writes with FastAPI: form parameters in, response models out."""

from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException, UploadFile
from pydantic import BaseModel, Field

from bench.servers import answers
from bench.servers.listening import announce, arguments, listen


class ClassScore(BaseModel):
    name: str = Field(alias="class")
    score: int | float


class TextOutput(BaseModel):
    time: float
    start_char_index: int
    end_char_index: int
    classes: list[ClassScore]


class VisualOutput(BaseModel):
    time: float
    classes: list[ClassScore]


class TextInput(BaseModel):
    hash: str
    inference_client_version: str
    model: str
    model_type: str
    model_version: int
    text: str
    id: str
    created_on: str
    user_id: int
    project_id: int
    charge: float


class Media(BaseModel):
    url: str | None
    filename: str
    type: str
    mime_type: str
    mimetype: str
    width: int
    height: int
    num_frames: int
    duration: float


class VisualInput(BaseModel):
    id: str
    charge: float
    model: str
    model_version: int
    model_type: str
    created_on: str
    media: Media
    user_id: int
    project_id: int
    config_version: int
    config_tag: str


class TextResponse(BaseModel):
    input: TextInput
    custom_classes: list[dict[str, Any]]
    text_filters: list[dict[str, Any]]
    pii_entities: list[dict[str, Any]]
    urls: list[dict[str, Any]]
    language: str
    moderated_classes: list[str]
    output: list[TextOutput]


class VisualResponse(BaseModel):
    input: VisualInput
    output: list[VisualOutput]


class Outcome(BaseModel):
    code: str
    message: str


class Status(BaseModel):
    status: Outcome
    response: TextResponse | VisualResponse


class Envelope(BaseModel):
    id: str
    code: int
    project_id: int
    user_id: int
    created_on: str
    metadata: str
    status: list[Status]
    from_cache: bool


def create_application(answer_bytes: int) -> FastAPI:
    application = FastAPI()
    text_metadata = answers.text_filler(answer_bytes)
    visual_metadata = answers.visual_filler(answer_bytes)

    @application.post("/api/v2/task/sync", response_model=Envelope)
    async def submit(
        authorization: Annotated[str, Header()],
        text_data: Annotated[str | None, Form()] = None,
        url: Annotated[str | None, Form()] = None,
        media: UploadFile | None = None,
    ) -> answers.Answer:
        if not authorization.lower().startswith("token "):
            raise HTTPException(403, "Invalid Auth Method")
        if text_data is not None:
            return answers.text_answer(text_data, text_metadata)
        if url is not None:
            return answers.visual_answer(url, url.rpartition("/")[2], visual_metadata)
        if media is not None:
            await media.read()
            return answers.visual_answer(None, media.filename or "", visual_metadata)
        raise HTTPException(400, "One of text_data, url and media is required")

    return application


def main() -> None:
    ready_file, answer_bytes = arguments()
    # Everything else is uvicorn's default, with uvloop and httptools where they are installed.
    config = uvicorn.Config(create_application(answer_bytes), access_log=False, log_level="warning")
    listener = listen()
    announce(ready_file, listener.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
