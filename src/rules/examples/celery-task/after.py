from collections.abc import Callable
from typing import Annotated, Any

from celery import Celery
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

celery = Celery("api", broker="memory://")


@celery.task(name="shop.tasks.clean")  # the name of the old module: messages in the queue still fit
def clean(order: int) -> int:
    return order


Send = Callable[..., Any]


def queue() -> Send:
    """By name, so that the worker may be Django's; ids, no objects; called after the commit."""
    return celery.send_task


app = FastAPI()


@app.post("/orders/{order}/clean")
def start(order: int, send: Annotated[Send, Depends(queue)]) -> None:
    send("shop.tasks.clean", args=[order])


if __name__ == "__main__":
    sent: list[Any] = []
    app.dependency_overrides[queue] = lambda: lambda name, args: sent.append((name, args))
    TestClient(app).post("/orders/1/clean")
    assert sent == [("shop.tasks.clean", [1])] and "shop.tasks.clean" in celery.tasks
