import gettext
from contextvars import ContextVar
from typing import Annotated

from babel import negotiate_locale
from babel.numbers import format_decimal
from fastapi import Cookie, Depends, FastAPI, Header
from fastapi.testclient import TestClient

LANGUAGES = ["en", "de"]
language: ContextVar[str] = ContextVar("language", default="en")


class German(gettext.NullTranslations):
    """Stands for `gettext.translation("django", "locale", ["de"])`: the .mo files stay where they are."""

    def gettext(self, message: str) -> str:
        return {"Thank you": "Danke"}.get(message, message)


catalogues: dict[str, gettext.NullTranslations] = {"en": gettext.NullTranslations(), "de": German()}


def _(message: str) -> str:
    return catalogues[language.get()].gettext(message)


async def negotiated(
    django_language: Annotated[str | None, Cookie()] = None,
    accept_language: Annotated[str, Header()] = "",
) -> str:
    wanted = [part.split(";")[0].strip() for part in accept_language.split(",")]
    found = negotiate_locale([django_language or "", *wanted], LANGUAGES, sep="-") or "en"
    language.set(found)  # an async dependency shares the context of the route
    return found


app = FastAPI(dependencies=[Depends(negotiated)])


@app.get("/thanks/")
async def thanks() -> str:
    return f"{_('Thank you')} {format_decimal(1.5, locale=language.get())}"


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/thanks/").json() == "Thank you 1.5"
    assert client.get("/thanks/", headers={"Accept-Language": "de-AT,en;q=0.5"}).json() == "Danke 1,5"
