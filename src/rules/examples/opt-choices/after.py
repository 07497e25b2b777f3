from enum import StrEnum

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class State(StrEnum):
    OPEN = "open"
    PAID = "paid"


LABELS: dict[str, str] = {State.OPEN: "Offen", State.PAID: "Bezahlt"}


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default=State.OPEN)  # not sa.Enum: that stores the names and wants a type

    def get_state_display(self) -> str:
        """As Django's: a value that no choice has is shown as it is."""
        return LABELS.get(self.state, self.state)


class OrderIn(BaseModel):
    state: State = State.OPEN


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    state: str  # `State` here would answer 500 for a row from before the list changed


app = FastAPI()
ROWS = {1: Order(id=1, state="lost")}


@app.get("/orders/{order_id}")
def show(order_id: int) -> OrderOut:
    return OrderOut.model_validate(ROWS[order_id])


@app.put("/orders/{order_id}")
def change(order_id: int, order: OrderIn) -> OrderOut:
    ROWS[order_id].state = order.state
    return show(order_id)


if __name__ == "__main__":
    client = TestClient(app)
    assert client.get("/orders/1").json() == {"id": 1, "state": "lost"}
    assert ROWS[1].get_state_display() == "lost"
    assert client.put("/orders/1", json={"state": "lost"}).status_code == 422
    assert client.put("/orders/1", json={"state": "paid"}).json()["state"] == "paid"
    assert ROWS[1].get_state_display() == "Bezahlt"
