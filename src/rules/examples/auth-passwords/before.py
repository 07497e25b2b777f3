# --- config/urls.py
from django.contrib.auth import views
from django.urls import path

urlpatterns = [path("login/", views.LoginView.as_view())]
# --- shop/models.py
# --- shop/views.py
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse


def change(request):
    validate_password(request.POST["new"])
    if check_password(request.POST["old"], request.user.password):
        request.user.password = make_password(request.POST["new"])
        request.user.save()
    return HttpResponse()
