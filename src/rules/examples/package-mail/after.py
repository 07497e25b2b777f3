import json
from email.message import EmailMessage

import httpx


def by_api(client: httpx.Client, message: EmailMessage) -> None:
    """A mail service over HTTP, in place of its Django back end; webhooks for bounces stay where they are."""
    answer = client.post(
        "/messages",
        json={"from": message["From"], "to": message["To"], "subject": message["Subject"], "text": message.get_content()},
    )
    answer.raise_for_status()  # the task that calls this is repeated


if __name__ == "__main__":
    sent: list[dict[str, str]] = []

    def service(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(202)

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@shop.example", "a@b.example", "Thank you"
    message.set_content("It is on its way.")
    with httpx.Client(base_url="https://mail.example", transport=httpx.MockTransport(service)) as client:
        by_api(client, message)
    assert sent[0]["to"] == "a@b.example" and sent[0]["text"].strip() == "It is on its way."
