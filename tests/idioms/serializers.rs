//! Serializers and the fields that they end up with.

use crate::project::{Seen, seen};

/// An app with the model `Item` (id, name, price, shelf) and these serializers.
fn seen_serializers(text: &str) -> Seen {
    seen(&format!(
        "# --- shop/models.py\nfrom django.db import models\nclass Shelf(models.Model):\n    pass\nclass Item(models.Model):\n    name = models.TextField()\n    price = models.IntegerField()\n    shelf = models.ForeignKey(Shelf, models.CASCADE)\n# --- shop/serializers.py\nfrom rest_framework import serializers\nfrom .models import Item, Shelf\n{text}"
    ))
}

#[test]
fn fields_as_a_list() {
    let seen =
        seen_serializers("class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'name']\n");
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
    assert_eq!(seen.serializer("shop.serializers.S").model.as_deref(), Some("shop.Item"));
    assert_eq!(seen.serializer("shop.serializers.S").kind, "ModelSerializer");
}

#[test]
fn fields_as_a_tuple() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ('id', 'name',)\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
}

#[test]
fn fields_of_a_class_that_was_still_loading() {
    let seen = seen_serializers(
        "class Base(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ('id',)\n# --- shop/__init__.py\n# --- shop/aaa.py\nfrom shop.zzz import Base\nclass Upload(Base):\n    class Meta(Base.Meta):\n        fields = Base.Meta.fields + ('name',)\n# --- shop/zzz.py\nfrom shop.serializers import Base\nfrom shop.aaa import Upload\nclass Own(Upload):\n    class Meta(Upload.Meta):\n        fields = Upload.Meta.fields + ('price',)\n",
    );
    assert_eq!(seen.serialized("shop.zzz.Own"), "id,name,price");
    assert_eq!(seen.serialized("shop.aaa.Upload"), "id,name");
}

#[test]
fn names_added_where_a_model_of_a_package_has_them() {
    let seen = seen_serializers(
        "from django.contrib.auth.models import Group\nclass Stamped(serializers.ModelSerializer):\n    def get_field_names(self, declared, info):\n        names = list(super().get_field_names(declared, info))\n        for name in ['created', 'name']:\n            if hasattr(self.Meta.model, name):\n                names.append(name)\n        return names\nclass S(Stamped):\n    class Meta:\n        model = Group\n        fields = ['id']\nclass Own(Stamped):\n    class Meta:\n        model = Item\n        fields = ['id']\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
    assert_eq!(seen.serialized("shop.serializers.Own"), "id,name");
    let places: Vec<&str> = seen.inventory.coverage.unresolved.iter().map(|place| place.text.as_str()).collect();
    assert!(places.contains(&"created of S"), "{places:?}");
}

#[test]
fn all_fields() {
    let seen =
        seen_serializers("class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = '__all__'\n");
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name,price,shelf");
}

#[test]
fn excluded_fields() {
    let seen =
        seen_serializers("class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        exclude = ['price']\n");
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name,shelf");
}

#[test]
fn sum_with_the_fields_of_another() {
    let seen = seen_serializers(
        "class A(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ('id',)\nclass S(A):\n    class Meta(A.Meta):\n        fields = A.Meta.fields + ('name',)\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
}

#[test]
fn inherited_meta() {
    let seen = seen_serializers(
        "class A(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id']\nclass S(A):\n    pass\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id");
    assert_eq!(seen.serializer("shop.serializers.S").model.as_deref(), Some("shop.Item"));
}

#[test]
fn fields_named_by_a_constant() {
    let seen = seen_serializers(
        "FIELDS = ['id', 'name']\nclass S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = [*FIELDS, 'price']\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name,price");
}

#[test]
fn nested_serializer() {
    let seen = seen_serializers(
        "class Inner(serializers.Serializer):\n    id = serializers.IntegerField()\nclass S(serializers.Serializer):\n    shelf = Inner()\n    items = Inner(many=True, read_only=True)\n",
    );
    let fields = &seen.serializer("shop.serializers.S").declared_fields;
    let found: Vec<_> = fields.iter().map(|f| (f.name.as_str(), f.nested.as_deref(), f.many, f.read_only)).collect();
    assert_eq!(found, [("shelf", Some("shop.serializers.Inner"), false, false), ("items", Some("shop.serializers.Inner"), true, true)]);
}

#[test]
fn source_of_a_field() {
    let seen = seen_serializers("class S(serializers.Serializer):\n    place = serializers.CharField(source='shelf.name')\n");
    assert_eq!(seen.serializer("shop.serializers.S").declared_fields[0].source.as_deref(), Some("shelf.name"));
}

#[test]
fn method_field_with_the_usual_method() {
    let seen = seen_serializers(
        "class S(serializers.Serializer):\n    total = serializers.SerializerMethodField()\n    def get_total(self, item):\n        return 1\n",
    );
    assert_eq!(seen.serializer("shop.serializers.S").declared_fields[0].method.as_deref(), Some("get_total"));
}

#[test]
fn method_field_with_another_method() {
    let seen = seen_serializers(
        "class S(serializers.Serializer):\n    total = serializers.SerializerMethodField(method_name='sum_up')\n    def sum_up(self, item):\n        return 1\n",
    );
    assert_eq!(seen.serializer("shop.serializers.S").declared_fields[0].method.as_deref(), Some("sum_up"));
}

#[test]
fn declared_fields_of_a_mixin_and_of_parents() {
    let seen = seen_serializers(
        "class Mixin(serializers.Serializer):\n    a = serializers.IntegerField()\nclass Parent(serializers.Serializer):\n    b = serializers.IntegerField()\nclass S(Mixin, Parent):\n    c = serializers.IntegerField()\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "a,b,c");
}

#[test]
fn none_hides_an_inherited_field() {
    let seen = seen_serializers(
        "class A(serializers.Serializer):\n    a = serializers.IntegerField()\n    b = serializers.IntegerField()\nclass S(A):\n    a = None\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "b");
}

#[test]
fn all_fields_and_declared_ones() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    extra = serializers.CharField()\n    class Meta:\n        model = Item\n        fields = '__all__'\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "extra,id,name,price,shelf");
}

#[test]
fn hyperlinked() {
    let seen = seen_serializers(
        "class S(serializers.HyperlinkedModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['url', 'name']\n",
    );
    assert_eq!(seen.serializer("shop.serializers.S").kind, "HyperlinkedModelSerializer");
    assert_eq!(seen.serialized("shop.serializers.S"), "name,url");
}

#[test]
fn nested_in_a_view() {
    let seen = seen_serializers(
        "# --- shop/views.py\nfrom rest_framework import serializers, views\nclass Items(views.APIView):\n    class InputSerializer(serializers.Serializer):\n        name = serializers.CharField()\n",
    );
    assert_eq!(seen.serialized("shop.views.Items.InputSerializer"), "name");
}

#[test]
fn overridden_methods() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id']\n    def create(self, data):\n        pass\n    def to_representation(self, item):\n        pass\n",
    );
    assert_eq!(seen.serializer("shop.serializers.S").overrides, ["create", "to_representation"]);
}

#[test]
fn model_by_get_user_model() {
    let seen = seen_serializers(
        "from django.contrib.auth import get_user_model\nclass S(serializers.ModelSerializer):\n    class Meta:\n        model = get_user_model()\n        fields = ['id', 'username']\n",
    );
    assert_eq!(seen.serializer("shop.serializers.S").model.as_deref(), Some("auth.User"));
}

#[test]
fn names_of_another_serializers_fields() {
    let seen = seen_serializers(
        "class Net(serializers.Serializer):\n    url = serializers.CharField()\n    user = serializers.CharField()\nclass S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ('id',) + tuple(Net().get_fields().keys())\nclass T(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', *Net._declared_fields]\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,url,user");
    assert_eq!(seen.serialized("shop.serializers.T"), "id,url,user");
}

#[test]
fn field_names_chosen_by_a_method() {
    let seen = seen_serializers(
        "class Base(serializers.ModelSerializer):\n    def add(self, names, name):\n        if name not in names:\n            names.append(name)\n    def get_field_names(self, declared_fields, info):\n        names = list(super().get_field_names(declared_fields, info))\n        self.add(names, 'label')\n        return [name for name in names if not name.startswith('p')]\nclass S(Base):\n    class Meta:\n        model = Item\n        fields = '__all__'\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,label,name,shelf");
}

#[test]
fn field_names_chosen_by_a_request() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    def get_field_names(self, declared_fields, info):\n        return self.context['request'].GET.getlist('fields')\n    class Meta:\n        model = Item\n        fields = ('id', 'name')\n",
    );
    let open: Vec<&str> = seen.inventory.coverage.unresolved.iter().map(|u| u.text.as_str()).collect();
    assert_eq!(open, ["S.get_field_names"]);
}

#[test]
fn fields_that_a_metaclass_adds() {
    let seen = seen_serializers(
        "class Meta(serializers.SerializerMetaclass):\n    def __new__(cls, name, bases, attrs):\n        attrs.update(load())\n        return super().__new__(cls, name, bases, attrs)\nclass S(serializers.Serializer, metaclass=Meta):\n    name = serializers.CharField()\n",
    );
    let open: Vec<(&str, &str)> = seen.inventory.coverage.unresolved.iter().map(|u| (u.text.as_str(), u.reason.as_str())).collect();
    assert_eq!(open, [("S, made by Meta", "a metaclass adds fields")]);
}

#[test]
fn names_from_the_fields_of_the_model() {
    let seen = seen(
        r"
# --- shop/models.py
from django.db import models
class Tag(models.Model):
    pass
class Item(models.Model):
    name = models.TextField()
    secret = models.TextField()
    tags = models.ManyToManyField(Tag)
# --- shop/serializers.py
from rest_framework import serializers
from shop.models import Item
class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = [field.name for field in Item._meta.fields if field.name != 'secret'] + [field.name for field in Item._meta.many_to_many]
",
    );
    assert_eq!(seen.serialized("shop.serializers.ItemSerializer"), "id,name,tags");
}

#[test]
fn options_by_keyword_change_no_names() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'shelf']\n        extra_kwargs = {'name': {'read_only': True}}\n        depth = 1\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,shelf");
    assert_eq!(seen.serializer("shop.serializers.S").meta, ["depth", "extra_kwargs", "fields", "model"]);
}

#[test]
fn where_a_serializer_is_nested() {
    let seen = seen_serializers(
        "class Inner(serializers.Serializer):\n    a = serializers.CharField()\nclass One(serializers.Serializer):\n    inner = Inner()\nclass Many(serializers.Serializer):\n    items = Inner(many=True, source='things')\n",
    );
    assert_eq!(seen.serializer("shop.serializers.Inner").nested_in, ["shop.serializers.Many.items", "shop.serializers.One.inner"]);
    assert!(seen.serializer("shop.serializers.One").nested_in.is_empty());
}

#[test]
fn inline_serializer() {
    let seen = seen_serializers(
        "from drf_spectacular.utils import extend_schema, inline_serializer\nfrom rest_framework.decorators import api_view\nclass Inner(serializers.Serializer):\n    a = serializers.CharField()\n@extend_schema(responses={200: inline_serializer('Answer', {'ok': serializers.BooleanField(), 'inner': Inner(many=True)})})\n@api_view(['GET'])\ndef view(request):\n    pass\ndef fields():\n    return unheard_of()\nOther = inline_serializer(name='Other', fields=fields())\n",
    );
    let [first, second] = seen.inventory.inline_serializers.as_slice() else { panic!("{:?}", seen.inventory.inline_serializers) };
    let names = |s: &migscan::django::inventory::InlineSerializer| {
        s.fields
            .as_ref()
            .map(|fields| fields.iter().map(|f| format!("{} {}", f.name, f.nested.as_deref().unwrap_or("-"))).collect::<Vec<_>>())
    };
    assert_eq!((first.name.as_deref(), first.app.as_deref(), first.place.line), (Some("Answer"), Some("shop"), 7));
    assert_eq!(names(first).unwrap(), ["ok -", "inner shop.serializers.Inner"]);
    // What is no dictionary in view is unknown, with its place.
    assert_eq!((second.name.as_deref(), names(second)), (Some("Other"), None));
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "serializer fields" && u.line == second.place.line));
}

#[test]
fn constructor_that_takes_fields_away_is_named() {
    for body in ["self.fields.pop('name')", "for name in GONE:\n            if name in self.fields:\n                del self.fields[name]"]
    {
        let seen = seen_serializers(&format!(
            "class Less:\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        {body}\nclass S(Less, serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'name']\n"
        ));
        let named = seen.inventory.coverage.unresolved.iter().find(|u| u.kind == "serializer fields").unwrap();
        assert_eq!((named.line, named.text.as_str()), (4, "Less.__init__"));
    }
}

#[test]
fn all_fields_are_those_that_are_serialized() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nfrom taggit.managers import TaggableManager\nclass Own(TaggableManager):\n    pass\nclass Item(models.Model):\n    name = models.TextField()\n    tags = TaggableManager()\n    more = Own(related_name='+')\n# --- shop/serializers.py\nfrom rest_framework import serializers\nfrom .models import Item\nclass S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = '__all__'\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
}

#[test]
fn base_of_a_package_that_no_table_describes() {
    let seen = seen_serializers(
        "from nobody_knows.rest_framework import TranslatedModelSerializer\nclass S(TranslatedModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'name']\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
    assert_eq!(seen.serializer("shop.serializers.S").kind, "ModelSerializer");
    let doubt: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "classes").map(|u| u.text.as_str()).collect();
    assert_eq!(doubt, ["S: nobody_knows.rest_framework.TranslatedModelSerializer"]);
}

#[test]
fn names_in_meta_that_a_comprehension_binds_anew() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'name', 'price']\n        fields = [f for f in fields if f != 'price']\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
}

#[test]
fn fields_that_get_fields_makes() {
    let seen = seen_serializers(
        "NAMES = ('a', 'b')\nclass Own(serializers.Serializer):\n    lost = serializers.CharField()\n    def get_fields(self):\n        return {name: serializers.CharField() for name in NAMES}\nclass More(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'name']\n    def drop(self, fields):\n        if self.context['request'].user.is_anonymous:\n            fields.pop('name')\n    def get_fields(self):\n        fields = super().get_fields()\n        fields['extra'] = serializers.CharField()\n        self.drop(fields)\n        return fields\n",
    );
    assert_eq!(seen.serialized("shop.serializers.Own"), "a,b");
    assert_eq!(seen.serialized("shop.serializers.More"), "extra,id,name");
}

#[test]
fn names_that_a_method_alone_decides() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n    def get_field_names(self, declared_fields, info):\n        return self.context['fields']\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "?");
    let why: Vec<_> =
        seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "serializer fields").map(|u| u.reason.as_str()).collect();
    assert_eq!(why, ["a method chooses them at run time"]);
}

#[test]
fn names_in_a_vocabulary_of_the_project() {
    let seen =
        seen_serializers("class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ('*', '-name')\n");
    assert_eq!(seen.serialized("shop.serializers.S"), "?");
}

#[test]
fn other_ends_of_relations_among_the_fields() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Base(models.Model):\n    shelf = models.ForeignKey('Shelf', models.CASCADE, related_name='%(class)s_set_of')\n    class Meta:\n        abstract = True\nclass Shelf(models.Model):\n    name = models.TextField()\nclass Item(Base):\n    other = models.ManyToManyField(Shelf, related_name='+')\nclass Wide(Shelf):\n    width = models.IntegerField()\n# --- stock/models.py\nfrom django.db import models\nclass Count(models.Model):\n    shelf = models.OneToOneField('shop.Shelf', models.CASCADE)\n# --- shop/serializers.py\nfrom rest_framework import serializers\nfrom .models import Shelf\nclass All(serializers.ModelSerializer):\n    class Meta:\n        model = Shelf\n        fields = [f.name for f in Shelf._meta.get_fields()]\nclass Own(serializers.ModelSerializer):\n    class Meta:\n        model = Shelf\n        fields = [f.name for f in Shelf._meta.get_fields() if not f.auto_created or f.one_to_one]\n",
    );
    assert_eq!(seen.serialized("shop.serializers.All"), "count,id,item_set_of,name,wide");
}

#[test]
fn serializers_whose_base_nobody_describes() {
    let seen = seen_serializers(
        "from nobody_knows.rest import PlainSerializer\nclass OfModel(PlainSerializer):\n    extra = serializers.CharField()\n    class Meta:\n        model = Item\n        fields = ['id', 'name', 'extra']\nclass Plain(PlainSerializer):\n    extra = serializers.CharField()\nclass Below(OfModel):\n    more = serializers.CharField()\nclass Writer(PlainSerializer):\n    def dump(self):\n        pass\n",
    );
    let found: Vec<_> = seen.inventory.serializers.iter().map(|s| (s.qualname.as_str(), s.kind.as_str())).collect();
    assert_eq!(
        found,
        [
            ("shop.serializers.Below", "ModelSerializer"),
            ("shop.serializers.OfModel", "ModelSerializer"),
            ("shop.serializers.Plain", "Serializer"),
        ]
    );
    assert_eq!(seen.serialized("shop.serializers.OfModel"), "extra,id,name");
}

#[test]
fn lists_of_serializers() {
    let seen = seen_serializers(
        "class One(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id']\nclass Many(serializers.ListSerializer):\n    child = One()\nclass Holder(serializers.Serializer):\n    items = serializers.ListSerializer(child=One())\n",
    );
    let found = |name: &str| seen.inventory.serializers.iter().find(|s| s.qualname.ends_with(name)).unwrap();
    assert!(found("Many").declared_fields.is_empty());
    let items = &found("Holder").declared_fields[0];
    assert_eq!((items.nested.as_deref(), items.many), (Some("shop.serializers.One"), true));
}

#[test]
fn list_of_the_projects_own_class() {
    let seen = seen_serializers(
        "class One(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id']\nclass Many(serializers.ListSerializer):\n    def update(self, instance, data):\n        pass\nclass Holder(serializers.Serializer):\n    items = Many(child=One())\n",
    );
    let items = &seen.serializer("shop.serializers.Holder").declared_fields[0];
    assert_eq!((items.nested.as_deref(), items.many), (Some("shop.serializers.One"), true));
}

#[test]
fn names_of_the_fields_of_another_model_serializer() {
    let seen = seen_serializers(
        "class One(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ('price', 'name')\nclass S(One):\n    class Meta:\n        model = Item\n        fields = tuple(One().fields) + ('id',)\nclass Cut(One):\n    def get_fields(self):\n        return {}\nclass T(One):\n    class Meta:\n        model = Item\n        fields = tuple(Cut().fields) + ('id',)\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name,price");
    assert_eq!(seen.serialized("shop.serializers.T"), "?");
}

#[test]
fn fields_that_only_an_existing_object_does_not_have() {
    let seen = seen_serializers(
        "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Item\n        fields = ['id', 'name']\n    def get_fields(self):\n        fields = super().get_fields()\n        if self.instance is not None:\n            fields.pop('name', None)\n        return fields\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name");
}

#[test]
fn fields_that_a_serializer_of_documents_lists() {
    let seen = seen_serializers(
        "from django_elasticsearch_dsl_drf.serializers import DocumentSerializer\nclass S(DocumentSerializer):\n    text = serializers.SerializerMethodField()\n    class Meta:\n        document = None\n        fields = ('id', 'name')\n    def get_text(self, found):\n        return ''\n",
    );
    assert_eq!(seen.serialized("shop.serializers.S"), "id,name,text");
}
