# --- shop/models.py
from django.db import models


class Post(models.Model):
    title = models.CharField(max_length=50)
    written_at = models.DateTimeField()


# --- shop/views.py
from django.views.generic import DetailView, ListView, YearArchiveView

from .models import Post


class Posts(ListView):
    model = Post
    paginate_by = 2


class OnePost(DetailView):
    model = Post


class PostsOfYear(YearArchiveView):
    model = Post
    date_field = "written_at"


# --- config/urls.py
from django.urls import path

from shop import views

urlpatterns = [
    path("posts/", views.Posts.as_view()),
    path("posts/<int:pk>/", views.OnePost.as_view()),
    path("posts/<int:year>/archive/", views.PostsOfYear.as_view()),
]
