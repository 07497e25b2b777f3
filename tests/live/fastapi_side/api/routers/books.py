from typing import Annotated, List, Optional

from fastapi import APIRouter, Depends, Response, status
from fastapi.responses import JSONResponse

from .. import schemas
from ..deps import Session, user
from ..schemas import Book

router = APIRouter(prefix="/books", tags=["books"])
BY_ID = "/{pk}"


@router.get("/", response_model=schemas.Page)
async def listed(db: Session):
    return {"items": []}


@router.post("/", status_code=status.HTTP_201_CREATED, name="make_book")
def make(book: Book, db: Session, who: Annotated[str, Depends(user)]) -> Book:
    return book


@router.get(BY_ID)
def read(pk: int) -> Optional[Book]:
    return None


@router.delete(BY_ID, status_code=204)
def delete(pk: int, who: str = Depends(user)) -> Response:
    return Response(status_code=204)


@router.api_route("/bulk", methods=["PUT", "PATCH"], response_model=List[Book])
def bulk():
    return []


@router.get("/raw")
def raw() -> JSONResponse:
    return JSONResponse({})


@router.get("/hidden", include_in_schema=False, response_model=None)
def hidden() -> dict[str, int]:
    return {}
