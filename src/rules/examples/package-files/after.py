from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

s3 = boto3.client(
    "s3",
    region_name="eu-central-1",
    aws_access_key_id="key",
    aws_secret_access_key="secret",
    config=Config(signature_version="s3v4"),
)


def url(name: str, seconds: int = 3600) -> str:
    """AWS_QUERYSTRING_EXPIRE; bucket and AWS_LOCATION are those of django-storages, the row keeps the name."""
    found: str = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "shop", "Key": f"media/{name}"}, ExpiresIn=seconds
    )
    return found


def delete_later(session: Session, delete: Callable[[str], None], name: str) -> None:
    """After the commit, once: a row that comes back by a rollback still has its file."""
    event.listen(session, "after_commit", lambda _: delete(name), once=True)


if __name__ == "__main__":
    parts = urlsplit(url("plans/a.pdf", 60))
    assert parts.path.endswith("media/plans/a.pdf") and parse_qs(parts.query)["X-Amz-Expires"] == ["60"]
    gone: list[str] = []
    with Session(create_engine("sqlite://")) as session:
        delete_later(session, gone.append, "plans/a.pdf")
        assert not gone
        session.connection()
        session.commit()
    assert gone == ["plans/a.pdf"]
