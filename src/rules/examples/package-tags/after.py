from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

TAGS = text("""
SELECT t.name FROM taggit_taggeditem i
JOIN taggit_tag t ON t.id = i.tag_id
JOIN django_content_type c ON c.id = i.content_type_id
WHERE c.app_label = 'shop' AND c.model = 'item' AND i.object_id = :item ORDER BY t.name
""")


def tags(session: Session, item: int) -> list[str]:
    return list(session.scalars(TAGS, {"item": item}))  # the type by name: its id differs between databases


def delete_item(session: Session, item: int) -> None:
    """No foreign key does it: what Django's GenericRelation deleted is deleted here."""
    session.execute(
        text("""DELETE FROM taggit_taggeditem WHERE object_id = :item AND content_type_id =
             (SELECT id FROM django_content_type WHERE app_label = 'shop' AND model = 'item')"""),
        {"item": item},
    )


if __name__ == "__main__":
    with Session(create_engine("sqlite://")) as session:
        for line in """CREATE TABLE taggit_tag (id INTEGER, name TEXT)
CREATE TABLE taggit_taggeditem (tag_id INTEGER, content_type_id INTEGER, object_id INTEGER)
CREATE TABLE django_content_type (id INTEGER, app_label TEXT, model TEXT)
INSERT INTO django_content_type VALUES (8, 'shop', 'item'), (9, 'shop', 'order')
INSERT INTO taggit_tag VALUES (1, 'red')
INSERT INTO taggit_taggeditem VALUES (1, 8, 5), (1, 9, 6)""".splitlines():
            session.execute(text(line))
        assert tags(session, 5) == ["red"] and tags(session, 6) == []
        delete_item(session, 5)
        assert tags(session, 5) == []
