# --- shop/models.py
# --- shop/views.py
import websockets
from django.http import StreamingHttpResponse


def events(request):
    return StreamingHttpResponse((f"data: {n}\n\n" for n in range(3)), content_type="text/event-stream")
