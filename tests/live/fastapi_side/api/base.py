from fastapi import APIRouter


class Ours(APIRouter):
    """Prefixes its routes with its name."""

    def __init__(self, name, **kwargs):
        super().__init__(prefix=f"/{name}", tags=[name], **kwargs)
