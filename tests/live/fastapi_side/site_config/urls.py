from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET"])
def books(request):
    return HttpResponse("books")


@require_http_methods(["GET", "DELETE"])
def book(request, pk):
    return HttpResponse("book")


urlpatterns = [
    path("api/v1/books/", books),
    path("api/v1/books/<int:pk>/", book),
    path("old/", books),
]
