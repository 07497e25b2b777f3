from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

ALLOWED = text("""
SELECT 1 FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
WHERE c.app_label || '.' || p.codename = :permission AND (
  EXISTS (SELECT 1 FROM guardian_userobjectpermission o
          WHERE o.permission_id = p.id AND o.user_id = :user AND o.object_pk = :pk)
  OR EXISTS (SELECT 1 FROM guardian_groupobjectpermission o JOIN auth_user_groups g ON g.group_id = o.group_id
             WHERE o.permission_id = p.id AND g.user_id = :user AND o.object_pk = :pk))
""")


def allowed(session: Session, user: int, permission: str, pk: int) -> bool:
    # `object_pk` is text; a superuser would pass before this question is asked.
    return session.scalar(ALLOWED, {"user": user, "permission": permission, "pk": str(pk)}) is not None


if __name__ == "__main__":
    with Session(create_engine("sqlite://")) as session:
        for line in """CREATE TABLE auth_permission (id INTEGER, content_type_id INTEGER, codename TEXT)
CREATE TABLE django_content_type (id INTEGER, app_label TEXT)
CREATE TABLE auth_user_groups (user_id INTEGER, group_id INTEGER)
CREATE TABLE guardian_userobjectpermission (permission_id INTEGER, user_id INTEGER, object_pk TEXT)
CREATE TABLE guardian_groupobjectpermission (permission_id INTEGER, group_id INTEGER, object_pk TEXT)
INSERT INTO django_content_type VALUES (9, 'shop')
INSERT INTO auth_permission VALUES (5, 9, 'view_item')
INSERT INTO auth_user_groups VALUES (2, 3)
INSERT INTO guardian_userobjectpermission VALUES (5, 1, '7')
INSERT INTO guardian_groupobjectpermission VALUES (5, 3, '7')""".splitlines():
            session.execute(text(line))
        assert allowed(session, 1, "shop.view_item", 7) and allowed(session, 2, "shop.view_item", 7)
        assert not allowed(session, 1, "shop.view_item", 8) and not allowed(session, 4, "shop.view_item", 7)
