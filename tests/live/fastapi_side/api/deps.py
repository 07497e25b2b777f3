from typing import Annotated

from fastapi import Depends, Header


def session():
    yield "session"


def user(authorization: Annotated[str, Header()] = ""):
    return authorization


def audit():
    return None


def tenant():
    return "tenant"


Session = Annotated[str, Depends(session)]
