from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import Boolean
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Consent(Base):
    __tablename__ = "shop_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    newsletter: Mapped[bool] = mapped_column(Boolean, default=False)
    adult: Mapped[bool | None] = mapped_column(Boolean)


class ConsentForm(BaseModel):
    # A browser does not send an unchecked box: absent is False in a form, and must stay an error in JSON.
    newsletter: bool = False
    adult: bool | None = None


class ConsentJson(BaseModel):
    newsletter: bool
    adult: bool | None = None


app = FastAPI()


@app.post("/form")
def by_form(data: Annotated[ConsentForm, Form()]) -> ConsentForm:
    return data


@app.post("/json")
def by_json(data: ConsentJson) -> ConsentJson:
    return data


if __name__ == "__main__":
    client = TestClient(app)
    assert client.post("/form", data={"adult": "true"}).json() == {"newsletter": False, "adult": True}
    assert client.post("/form", data={"newsletter": "on"}).json() == {"newsletter": True, "adult": None}
    assert client.post("/json", json={"adult": True}).status_code == 422
