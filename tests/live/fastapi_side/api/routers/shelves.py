from fastapi import Depends

from ..base import Ours
from ..deps import tenant

router = Ours("shelves", dependencies=[Depends(tenant)])
nested = Ours("boxes")


@nested.get("/{box}")
def box(box: str) -> dict[str, str]:
    return {}


@router.get("")
async def shelves() -> list[str]:
    return []


@router.websocket("/live")
async def live(socket):
    await socket.accept()


router.include_router(nested, prefix="/{shelf}")
