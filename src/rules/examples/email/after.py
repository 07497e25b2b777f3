from email.message import EmailMessage
from typing import Annotated, Protocol

from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.testclient import TestClient

DEFAULT_FROM = "shop@shop.example"  # DEFAULT_FROM_EMAIL


class Sender(Protocol):
    async def send(self, message: EmailMessage) -> None: ...


class Smtp:
    async def send(self, message: EmailMessage) -> None:
        import aiosmtplib

        await aiosmtplib.send(message, hostname="localhost", port=25)


class Outbox:
    """`mail.outbox` of the tests."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    async def send(self, message: EmailMessage) -> None:
        self.sent.append(message)


def sender() -> Sender:
    return Smtp()


def mail(subject: str, body: str, to: list[str]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, DEFAULT_FROM, ", ".join(to)  # a newline is refused
    message.set_content(body)
    return message


app = FastAPI()


@app.post("/orders/")
async def order(email: str, after: BackgroundTasks, sender: Annotated[Sender, Depends(sender)]) -> None:
    # After the answer, hence after the commit; what must not be lost goes into a queue instead.
    after.add_task(sender.send, mail("Thank you", "It is on its way.", [email]))


if __name__ == "__main__":
    outbox = Outbox()
    app.dependency_overrides[sender] = lambda: outbox
    client = TestClient(app, raise_server_exceptions=False)
    client.post("/orders/", params={"email": "a@b.example"})
    assert [m["To"] for m in outbox.sent] == ["a@b.example"] and outbox.sent[0]["From"] == DEFAULT_FROM
    assert client.post("/orders/", params={"email": "a@b.example\nBcc: x@y.example"}).status_code == 500
