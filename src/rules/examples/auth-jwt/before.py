# --- config/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "shop"]
ROOT_URLCONF = "config.urls"

# --- shop/models.py
# --- config/urls.py
from django.urls import path
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

urlpatterns = [path("token/", TokenObtainPairView.as_view()), path("token/refresh/", TokenRefreshView.as_view())]
