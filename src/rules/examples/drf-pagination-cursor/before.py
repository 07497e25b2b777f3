# --- shop/api.py
from rest_framework.pagination import CursorPagination


class Newest(CursorPagination):
    ordering = "-created"
    page_size = 2
