import base64
import uuid
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from sqlalchemy import CHAR, LargeBinary, Uuid, create_engine, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "shop_ticket"

    # PostgreSQL: uuid. SQLite: CHAR(32), hex without dashes, as Django stores it; String(36) reads neither.
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    token: Mapped[bytes] = mapped_column(LargeBinary)
    seen_from: Mapped[str | None] = mapped_column(CHAR(39).with_variant(INET(), "postgresql"))


def as_text(value: object) -> object:
    """The driver hands `inet` back as an address object; Django gave a str."""
    return str(value) if isinstance(value, (IPv4Address, IPv6Address)) else value


class TicketOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    token: Annotated[bytes, PlainSerializer(lambda value: base64.b64encode(value).decode(), return_type=str)]
    seen_from: Annotated[str | None, BeforeValidator(as_text)]


if __name__ == "__main__":
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        ticket = Ticket(token=b"\0\xff", seen_from="10.0.0.1")
        session.add(ticket)
        session.commit()
        assert session.execute(text("select id from shop_ticket")).scalar_one() == ticket.id.hex
        assert TicketOut.model_validate(ticket).model_dump(mode="json")["token"] == "AP8="
    assert TicketOut(id=uuid.uuid4(), token=b"", seen_from=IPv6Address("2001:db8::1")).seen_from == "2001:db8::1"  # type: ignore[arg-type]
