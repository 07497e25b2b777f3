# --- shop/views.py
from django.http import FileResponse, StreamingHttpResponse


def manual(request):
    return FileResponse(open("manual.pdf", "rb"), as_attachment=True, filename="Größe.pdf")


def export(request):
    return StreamingHttpResponse((f"{n}\n" for n in range(3)), content_type="text/csv")


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [path("manual/", views.manual), path("export/", views.export)]
