# --- shop/models.py
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=20)


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=20)


# --- shop/schema.py
import graphene
from django import forms
from graphene_django import DjangoObjectType
from graphene_django.forms.mutation import DjangoFormMutation
from promise.dataloader import DataLoader

from .models import Author, Book


class AuthorLoader(DataLoader):
    def batch_load_fn(self, keys):
        rows = Author.objects.in_bulk(keys)
        return [rows.get(key) for key in keys]


class AuthorType(DjangoObjectType):
    class Meta:
        model = Author
        fields = ["name"]


class BookType(DjangoObjectType):
    class Meta:
        model = Book
        fields = ["title", "author"]


class BookInput(graphene.InputObjectType):
    title = graphene.String(required=True)


class AddBook(graphene.Mutation):
    class Arguments:
        data = BookInput(required=True)

    book = graphene.Field(BookType)

    def mutate(root, info, data):
        return AddBook(book=Book.objects.create(title=data.title, author_id=1))


class NameForm(forms.Form):
    name = forms.CharField()


class Rename(DjangoFormMutation):
    class Meta:
        form_class = NameForm


class Query(graphene.ObjectType):
    books = graphene.List(BookType)

    def resolve_books(root, info):
        return Book.objects.all()


class Mutations(graphene.ObjectType):
    add_book = AddBook.Field()
    rename = Rename.Field()


schema = graphene.Schema(query=Query, mutation=Mutations)

# --- config/urls.py
from django.urls import path
from graphene_django.views import GraphQLView

from shop.schema import schema

urlpatterns = [path("graphql/", GraphQLView.as_view(schema=schema))]
