"""Starlette without FastAPI."""

from starlette.endpoints import HTTPEndpoint
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute


async def home(request):
    return PlainTextResponse("home")


async def echo(socket):
    await socket.accept()


class Status(HTTPEndpoint):
    async def get(self, request):
        return PlainTextResponse("ok")

    async def post(self, request):
        return PlainTextResponse("ok")


routes = [
    Route("/", home),
    Mount("/in", routes=[Route("/status", Status), Route("/form", home, methods=["POST"], name="form"), WebSocketRoute("/echo", echo)]),
]
