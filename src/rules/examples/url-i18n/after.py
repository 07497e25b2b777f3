from contextvars import ContextVar
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, FastAPI, Header, HTTPException
from fastapi.responses import RedirectResponse
from fastapi.testclient import TestClient

LANGUAGES = ("en", "de")
TEXTS = {("de", "Hello"): "Hallo"}
language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def gettext(text: str) -> str:
    return TEXTS.get((language.get(), text), text)


async def activate(lang: str) -> None:  # async: in a thread the value would be set in a copy of the context
    if lang not in LANGUAGES:
        raise HTTPException(404)
    language.set(lang)


pages = APIRouter(prefix="/{lang}", dependencies=[Depends(activate)])


@pages.get("/hello/")
def hello() -> dict[str, str]:
    return {"language": language.get(), "text": gettext("Hello")}


app = FastAPI(redirect_slashes=False)


@app.get("/hello/")
def choose(
    django_language: Annotated[str, Cookie()] = "", accept_language: Annotated[str, Header()] = ""
) -> RedirectResponse:
    """LocaleMiddleware: cookie, then the header, then the default."""
    asked = [part.split(";")[0].strip().split("-")[0] for part in accept_language.lower().split(",")]
    lang = next((tag for tag in [django_language, *asked] if tag in LANGUAGES), LANGUAGES[0])
    return RedirectResponse(f"/{lang}/hello/", 302, headers={"Vary": "Accept-Language, Cookie"})


app.include_router(pages)

if __name__ == "__main__":
    client = TestClient(app, follow_redirects=False)
    assert client.get("/de/hello/").json() == {"language": "de", "text": "Hallo"}
    assert client.get("/en/hello/").json() == {"language": "en", "text": "Hello"}
    assert client.get("/fr/hello/").status_code == 404
    moved = client.get("/hello/", headers={"accept-language": "de-AT,en;q=0.5"})
    assert moved.status_code == 302 and moved.headers["location"] == "/de/hello/"
