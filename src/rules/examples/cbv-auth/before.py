# --- shop/forms.py
from django.contrib.auth.forms import AuthenticationForm


class Login(AuthenticationForm):
    error_messages = {"invalid_login": "no", "inactive": "no"}


# --- config/urls.py
from django.contrib.auth import views as auth
from django.urls import include, path

from shop.forms import Login

urlpatterns = [
    path("login/", auth.LoginView.as_view(authentication_form=Login)),
    path("accounts/", include("django.contrib.auth.urls")),
]
