//! Models and their fields, in the ways they come about.

use crate::project::{seen, seen_models};
use migscan::django::inventory::DefaultKind;

#[test]
fn abstract_fields_keep_the_class_that_declares_them() {
    let seen = seen_models(
        "class Base(models.Model):\n    at = models.DateTimeField()\n    class Meta:\n        abstract = True\nclass Item(Base):\n    name = models.TextField()\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert_eq!(seen.field("shop.Item", "at").declared_in, "shop.models.Base");
    assert_eq!(seen.field("shop.Item", "name").declared_in, "shop.models.Item");
}

#[test]
fn multi_table_inheritance_has_a_pointer() {
    let seen = seen_models("class Place(models.Model):\n    name = models.TextField()\nclass Bar(Place):\n    beer = models.TextField()\n");
    assert_eq!(seen.relation("shop.Bar", "place_ptr"), "OneToOneField shop.Place");
    assert!(seen.field("shop.Bar", "place_ptr").implied);
    assert_eq!(seen.field("shop.Bar", "place_ptr").primary_key, Some(true));
}

#[test]
fn explicit_parent_link() {
    let seen = seen_models(
        "class Place(models.Model):\n    pass\nclass Bar(Place):\n    spot = models.OneToOneField(Place, models.CASCADE, parent_link=True, primary_key=True)\n",
    );
    assert!(seen.fields("shop.Bar").contains(&"spot"));
    assert!(!seen.fields("shop.Bar").contains(&"place_ptr"));
}

#[test]
fn proxy() {
    let seen = seen_models("class Item(models.Model):\n    pass\nclass Old(Item):\n    class Meta:\n        proxy = True\n");
    assert!(seen.model("shop.Old").proxy);
    assert_eq!(seen.model("shop.Old").db_table.as_deref(), Some("shop_item"));
}

#[test]
fn a_path_of_unknown_beginning_is_no_field() {
    let seen = seen_models(
        "import os\nimport vendor\nclass Item(models.Model):\n    ROOT = os.path.join(vendor.root(), 'files')\nclass Open(models.Model):\n    maybe = os.path.join(vendor.root(), vendor.name())\n",
    );
    assert!(!seen.model("shop.Item").open && seen.model("shop.Open").open);
}

#[test]
fn swappable() {
    let seen = seen_models("class Site(models.Model):\n    class Meta:\n        swappable = 'SHOP_SITE_MODEL'\n");
    assert_eq!(seen.model("shop.Site").swappable.as_deref(), Some("SHOP_SITE_MODEL"));
    assert!(!seen.model("shop.Site").swapped);
}

#[test]
fn swapped_by_the_setting() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop', 'blog']\nSHOP_SITE_MODEL = 'blog.Site'\n# --- shop/models.py\nfrom django.db import models\nclass Site(models.Model):\n    class Meta:\n        swappable = 'SHOP_SITE_MODEL'\n# --- blog/models.py\nfrom django.db import models\nclass Site(models.Model):\n    pass\n",
    );
    assert!(seen.model("shop.Site").swapped);
}

#[test]
fn relation_by_lazy_name_in_the_same_app() {
    let seen = seen_models(
        "class Item(models.Model):\n    shelf = models.ForeignKey('Shelf', on_delete=models.PROTECT)\nclass Shelf(models.Model):\n    pass\n",
    );
    assert_eq!(seen.relation("shop.Item", "shelf"), "ForeignKey shop.Shelf");
    assert_eq!(seen.field("shop.Item", "shelf").relation.as_ref().and_then(|r| r.on_delete.as_deref()), Some("PROTECT"));
    assert_eq!(seen.field("shop.Item", "shelf").column.as_deref(), Some("shelf_id"));
}

#[test]
fn lazy_name_in_an_abstract_model_is_of_the_heir_app() {
    let seen = seen(
        "# --- core/models.py\nfrom django.db import models\nclass Base(models.Model):\n    shelf = models.ForeignKey('Shelf', models.CASCADE)\n    class Meta:\n        abstract = True\n# --- shop/models.py\nfrom django.db import models\nfrom core.models import Base\nclass Shelf(models.Model):\n    pass\nclass Item(Base):\n    pass\n",
    );
    assert_eq!(seen.relation("shop.Item", "shelf"), "ForeignKey shop.Shelf");
}

#[test]
fn relation_to_self() {
    let seen = seen_models("class Node(models.Model):\n    parent = models.ForeignKey('self', models.CASCADE, null=True)\n");
    assert_eq!(seen.relation("shop.Node", "parent"), "ForeignKey shop.Node");
}

#[test]
fn relation_to_self_in_an_abstract_model() {
    let seen = seen_models(
        "class Tree(models.Model):\n    parent = models.ForeignKey('self', models.CASCADE)\n    class Meta:\n        abstract = True\nclass Node(Tree):\n    pass\n",
    );
    assert_eq!(seen.relation("shop.Node", "parent"), "ForeignKey shop.Node");
}

#[test]
fn relation_to_the_user_of_the_settings() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nAUTH_USER_MODEL = 'shop.Person'\n# --- shop/models.py\nfrom django.conf import settings\nfrom django.contrib.auth.models import AbstractUser\nfrom django.db import models\nclass Person(AbstractUser):\n    pass\nclass Item(models.Model):\n    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)\n",
    );
    assert_eq!(seen.relation("shop.Item", "owner"), "ForeignKey shop.Person");
}

#[test]
fn relation_to_get_user_model() {
    let seen = seen_models(
        "from django.contrib.auth import get_user_model\nUser = get_user_model()\nclass Item(models.Model):\n    owner = models.ForeignKey(User, models.CASCADE)\n",
    );
    assert_eq!(seen.relation("shop.Item", "owner"), "ForeignKey auth.User");
}

#[test]
fn abstract_user_brings_its_fields() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['django.contrib.auth', 'shop']\nAUTH_USER_MODEL = 'shop.User'\n# --- shop/models.py\nfrom django.contrib.auth.models import AbstractUser\nfrom django.db import models\nclass User(AbstractUser):\n    username = None\n    phone = models.TextField()\n",
    );
    let fields = seen.fields("shop.User");
    assert!(fields.contains(&"password") && fields.contains(&"groups") && fields.contains(&"phone"), "{fields:?}");
    assert!(!fields.contains(&"username"), "{fields:?}");
}

#[test]
fn through_model() {
    let seen = seen_models(
        "class Tag(models.Model):\n    items = models.ManyToManyField('Item', through='Tagging')\nclass Item(models.Model):\n    pass\nclass Tagging(models.Model):\n    pass\n",
    );
    assert_eq!(seen.relation("shop.Tag", "items"), "ManyToManyField shop.Item");
    assert_eq!(seen.field("shop.Tag", "items").relation.as_ref().and_then(|r| r.through.as_deref()), Some("shop.Tagging"));
}

#[test]
fn related_name_with_the_class_in_it() {
    let seen = seen_models(
        "class Base(models.Model):\n    shelf = models.ForeignKey('Shelf', models.CASCADE, related_name='%(app_label)s_%(class)s_set')\n    class Meta:\n        abstract = True\nclass Item(Base):\n    pass\nclass Shelf(models.Model):\n    pass\n",
    );
    let relation = seen.field("shop.Item", "shelf").relation.clone().unwrap();
    assert_eq!(relation.related_name.as_deref(), Some("shop_item_set"));
}

#[test]
fn default_related_name() {
    let seen = seen_models(
        "class Item(models.Model):\n    shelf = models.ForeignKey('Shelf', models.CASCADE)\n    class Meta:\n        default_related_name = 'things'\nclass Shelf(models.Model):\n    pass\n",
    );
    assert_eq!(seen.field("shop.Item", "shelf").relation.as_ref().and_then(|r| r.related_name.as_deref()), Some("things"));
}

#[test]
fn meta_of_an_abstract_parent_is_inherited() {
    let seen = seen_models(
        "class Base(models.Model):\n    class Meta:\n        abstract = True\n        ordering = ['-pk']\nclass Item(Base):\n    pass\n",
    );
    assert_eq!(seen.model("shop.Item").meta.ordering, ["-pk"]);
    assert!(!seen.model("shop.Item").is_abstract);
}

#[test]
fn meta_that_inherits_a_meta() {
    let seen = seen_models(
        "class Base(models.Model):\n    class Meta:\n        abstract = True\n        ordering = ['-pk']\nclass Item(Base):\n    class Meta(Base.Meta):\n        db_table = 'items'\n",
    );
    assert_eq!(seen.model("shop.Item").meta.ordering, ["-pk"]);
    assert_eq!(seen.model("shop.Item").db_table.as_deref(), Some("items"));
}

#[test]
fn table_and_column_names() {
    let seen = seen_models(
        "class Item(models.Model):\n    name = models.CharField(max_length=9, db_column='label')\n    class Meta:\n        db_table = 'items'\n",
    );
    assert_eq!(seen.model("shop.Item").db_table.as_deref(), Some("items"));
    assert_eq!(seen.field("shop.Item", "name").column.as_deref(), Some("label"));
}

#[test]
fn unmanaged() {
    assert!(!seen_models("class View(models.Model):\n    class Meta:\n        managed = False\n").model("shop.View").managed);
}

#[test]
fn choices_of_an_enumeration() {
    let seen = seen_models(
        "class Item(models.Model):\n    class State(models.TextChoices):\n        NEW = 'n', 'New'\n        OLD = 'o'\n    state = models.CharField(max_length=1, choices=State.choices, default=State.NEW)\n",
    );
    let field = seen.field("shop.Item", "state");
    assert!(field.choices);
    assert_eq!(field.default, DefaultKind::Literal);
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn choices_of_a_list_above_the_class() {
    let seen =
        seen_models("STATES = (('n', 'New'),)\nclass Item(models.Model):\n    state = models.CharField(max_length=1, choices=STATES)\n");
    assert!(seen.field("shop.Item", "state").choices);
}

#[test]
fn callable_default() {
    let seen = seen_models("import uuid\nclass Item(models.Model):\n    id = models.UUIDField(primary_key=True, default=uuid.uuid4)\n");
    assert_eq!(seen.field("shop.Item", "id").default, DefaultKind::Callable);
    assert_eq!(seen.field("shop.Item", "id").primary_key, Some(true));
    assert_eq!(seen.model("shop.Item").fields.len(), 1);
}

#[test]
fn custom_field_comes_down_to_a_built_in_one() {
    let seen = seen_models(
        "class Money(models.DecimalField):\n    def __init__(self, *args, **kwargs):\n        kwargs.setdefault('max_digits', 12)\n        kwargs['decimal_places'] = 2\n        super().__init__(*args, **kwargs)\nclass Item(models.Model):\n    price = Money()\n",
    );
    let field = seen.field("shop.Item", "price");
    assert_eq!((field.type_name.as_str(), field.internal_type.as_deref()), ("Money", Some("DecimalField")));
    assert_eq!((field.max_digits, field.decimal_places), (Some(12), Some(2)));
}

#[test]
fn arguments_unpacked_from_a_dictionary() {
    let seen = seen_models(
        "OPTIONAL = {'null': True, 'blank': True}\nclass Item(models.Model):\n    name = models.CharField(max_length=9, **OPTIONAL)\n",
    );
    assert_eq!((seen.field("shop.Item", "name").null, seen.field("shop.Item", "name").blank), (Some(true), Some(true)));
}

#[test]
fn partial_of_a_field() {
    let seen = seen_models(
        "from functools import partial\nName = partial(models.CharField, max_length=40)\nclass Item(models.Model):\n    name = Name(null=True)\n",
    );
    assert_eq!(seen.field("shop.Item", "name").type_name, "CharField");
    assert_eq!(seen.field("shop.Item", "name").max_length, Some(40));
}

#[test]
fn field_from_a_first_party_function() {
    let seen = seen_models(
        "def name_field(length=30, **kwargs):\n    return models.CharField(max_length=length, **kwargs)\nclass Item(models.Model):\n    name = name_field(40, unique=True)\n",
    );
    assert_eq!(seen.field("shop.Item", "name").max_length, Some(40));
    assert_eq!(seen.field("shop.Item", "name").unique, Some(true));
}

#[test]
fn none_hides_an_inherited_field() {
    let seen = seen_models(
        "class Base(models.Model):\n    a = models.TextField()\n    b = models.TextField()\n    class Meta:\n        abstract = True\nclass Item(Base):\n    a = None\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["b"]);
}

#[test]
fn whatever_a_class_binds_hides_an_inherited_field() {
    let base =
        "class Base(models.Model):\n    a = models.TextField()\n    b = models.TextField()\n    class Meta:\n        abstract = True\n";
    let seen = seen_models(&format!("{base}class Item(Base):\n    @property\n    def a(self):\n        return 1\n"));
    assert_eq!(seen.fields("shop.Item"), ["b"]);
    // A mixin that is no model, before the base.
    let seen =
        seen_models(&format!("{base}class Mixin:\n    a = 1\nclass Item(Mixin, Base):\n    pass\nclass Other(Base, Mixin):\n    pass\n"));
    assert_eq!(seen.fields("shop.Item"), ["b"]);
    assert_eq!(seen.fields("shop.Other"), ["a", "b"]);
    // What an abstract model binds hides what it would inherit itself, not what another base brings.
    let seen = seen_models(&format!(
        "{base}class Plain(Base):\n    a = 1\n    class Meta:\n        abstract = True\nclass Item(Plain):\n    pass\nclass Side(models.Model):\n    @property\n    def a(self):\n        return 1\n    class Meta:\n        abstract = True\nclass Other(Side, Base):\n    pass\n"
    ));
    assert_eq!(seen.fields("shop.Item"), ["b"]);
    assert_eq!(seen.fields("shop.Other"), ["a", "b"]);
}

#[test]
fn unknown_attribute_in_the_place_of_an_inherited_field() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.contrib.auth.models import AbstractUser\nfrom .missing import EmailField\nclass User(AbstractUser):\n    email = EmailField()\n",
    );
    assert!(!seen.fields("shop.User").contains(&"email"), "{:?}", seen.fields("shop.User"));
    let open: Vec<&str> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "fields").map(|u| u.text.as_str()).collect();
    assert!(open.iter().any(|text| text.starts_with("attribute of shop.User")), "{open:?}");
}

#[test]
fn field_of_an_abstract_model_overridden() {
    let seen = seen_models(
        "class Base(models.Model):\n    a = models.TextField()\n    class Meta:\n        abstract = True\nclass Item(Base):\n    a = models.CharField(max_length=3)\n",
    );
    assert_eq!(seen.field("shop.Item", "a").type_name, "CharField");
    assert_eq!(seen.field("shop.Item", "a").declared_in, "shop.models.Item");
}

#[test]
fn defined_under_a_condition_of_the_settings() {
    let text = |on: &str| {
        format!(
            "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nEXTRA = {on}\n# --- shop/models.py\nfrom django.conf import settings\nfrom django.db import models\nif settings.EXTRA:\n    class Item(models.Model):\n        pass\n"
        )
    };
    assert_eq!(seen(&text("True")).models(), ["shop.Item"]);
    assert!(seen(&text("False")).models().is_empty());
}

#[test]
fn made_by_type() {
    let seen = seen_models("Item = type('Item', (models.Model,), {'__module__': __name__, 'name': models.TextField()})\n");
    assert_eq!(seen.fields("shop.Item"), ["name"]);
    assert!(seen.model("shop.Item").dynamic);
}

#[test]
fn made_by_a_function() {
    let seen = seen_models(
        "def make(title):\n    class Made(models.Model):\n        name = models.TextField()\n        class Meta:\n            app_label = 'shop'\n    return Made\nItem = make('x')\n",
    );
    assert_eq!(seen.fields("shop.Made"), ["name"]);
}

#[test]
fn added_to_the_class_later() {
    let seen = seen_models("class Item(models.Model):\n    pass\nItem.add_to_class('name', models.TextField())\n");
    assert_eq!(seen.fields("shop.Item"), ["name"]);
}

#[test]
fn primary_key_by_the_setting() {
    let text = "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n";
    let seen = seen(text);
    assert_eq!(seen.field("shop.Item", "id").type_name, "BigAutoField");
    assert!(seen.field("shop.Item", "id").implied);
}

#[test]
fn primary_key_by_the_app_config() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    default_auto_field = 'django.db.models.SmallAutoField'\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(seen.field("shop.Item", "id").type_name, "SmallAutoField");
}

#[test]
fn order_with_respect_to_adds_a_field() {
    let seen = seen_models(
        "class Item(models.Model):\n    shelf = models.ForeignKey('Shelf', models.CASCADE)\n    class Meta:\n        order_with_respect_to = 'shelf'\nclass Shelf(models.Model):\n    pass\n",
    );
    assert_eq!(seen.field("shop.Item", "_order").type_name, "OrderWrt");
    assert_eq!(seen.model("shop.Item").meta.order_with_respect_to.as_deref(), Some("shelf"));
}

#[test]
fn managers_of_the_class_and_of_its_parents() {
    let seen = seen_models(
        "class Live(models.Manager):\n    pass\nclass Base(models.Model):\n    live = Live()\n    class Meta:\n        abstract = True\nclass Item(Base):\n    objects = models.Manager()\n    def save(self, *args, **kwargs):\n        super().save(*args, **kwargs)\n",
    );
    assert_eq!(seen.model("shop.Item").managers, ["live", "objects"]);
    assert!(seen.model("shop.Item").methods.iter().any(|m| m.name == "save"));
}

#[test]
fn constraints_and_indexes() {
    let seen = seen_models(
        "class Item(models.Model):\n    a = models.TextField()\n    class Meta:\n        indexes = [models.Index(fields=['a'], name='by_a')]\n        constraints = [models.UniqueConstraint(fields=['a'], name='one_a')]\n        unique_together = ('a', 'id')\n",
    );
    let meta = &seen.model("shop.Item").meta;
    assert_eq!((meta.indexes.as_slice(), meta.constraints.as_slice()), (["by_a".to_owned()].as_slice(), ["one_a".to_owned()].as_slice()));
    assert_eq!(meta.unique_together, [["a", "id"]]);
}

#[test]
fn generic_foreign_key_and_its_reverse() {
    let seen = seen_models(
        "from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation\nfrom django.contrib.contenttypes.models import ContentType\nclass Note(models.Model):\n    content_type = models.ForeignKey(ContentType, models.CASCADE)\n    object_id = models.IntegerField()\n    target = GenericForeignKey()\nclass Item(models.Model):\n    notes = GenericRelation(Note)\n",
    );
    assert_eq!(seen.relation("shop.Note", "content_type"), "ForeignKey contenttypes.ContentType");
    assert_eq!(seen.relation("shop.Item", "notes"), "GenericRelation shop.Note");
}

#[test]
fn type_parameters_of_a_base_are_no_matter() {
    let seen = seen_models(
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Base(models.Model, Generic[T]):\n    a = models.TextField()\n    class Meta:\n        abstract = True\nclass Item(Base[int]):\n    pass\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["a"]);
}

#[test]
fn annotated_field() {
    assert_eq!(
        seen_models("class Item(models.Model):\n    name: 'models.TextField[str, str]' = models.TextField()\n").fields("shop.Item"),
        ["name"]
    );
}

#[test]
fn gis_fields() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.contrib.gis.db import models\nclass Place(models.Model):\n    name = models.TextField()\n    at = models.PointField()\n",
    );
    assert_eq!(seen.fields("shop.Place"), ["name", "at"]);
    assert_eq!(seen.field("shop.Place", "at").type_qualname, "django.contrib.gis.db.models.fields.PointField");
}

#[test]
fn manager_of_a_queryset() {
    let seen = seen_models(
        "class Items(models.QuerySet):\n    def live(self):\n        return self\nclass Item(models.Model):\n    objects = Items.as_manager()\n",
    );
    assert_eq!(seen.model("shop.Item").managers, ["objects"]);
    assert!(seen.fields("shop.Item").is_empty());
}

#[test]
fn defined_unless_it_is_registered() {
    let seen = seen_models(
        "from django.apps import apps\ndef is_model_registered(label, name):\n    try:\n        apps.get_registered_model(label, name)\n    except LookupError:\n        return False\n    return True\nif not is_model_registered('shop', 'Item'):\n    class Item(models.Model):\n        name = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["name"]);
}

#[test]
fn fields_under_conditions_in_the_class_body() {
    let seen = seen_models(
        "class Item(models.Model):\n    if True:\n        a = models.TextField()\n    try:\n        b = models.JSONField()\n    except AttributeError:\n        b = models.TextField()\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["a", "b"]);
    assert_eq!(seen.field("shop.Item", "b").type_name, "JSONField");
}

#[test]
fn plain_mixin_gives_no_fields() {
    let seen =
        seen_models("class Mixin:\n    extra = models.TextField()\nclass Item(Mixin, models.Model):\n    name = models.TextField()\n");
    assert!(!seen.fields("shop.Item").contains(&"extra"));
}

#[test]
fn managers_from_querysets() {
    let seen = seen_models(
        "class Items(models.QuerySet):\n    pass\nItemManager = models.Manager.from_queryset(Items)\nclass Own(models.Manager.from_queryset(Items)):\n    pass\nclass Item(models.Model):\n    objects = ItemManager()\n    b = Own()\n    c = models.Manager.from_queryset(Items)()\n    d = Items.as_manager()\n",
    );
    assert_eq!(seen.model("shop.Item").managers, ["objects", "b", "c", "d"]);
}

#[test]
fn ancestors_of_a_concrete_parent_give_no_columns() {
    let seen = seen_models(
        "class Stamped(models.Model):\n    at = models.DateTimeField()\n    class Meta:\n        abstract = True\nclass Place(Stamped):\n    pass\nclass Bar(Place):\n    beer = models.TextField()\n",
    );
    assert!(seen.fields("shop.Place").contains(&"at"));
    assert!(!seen.fields("shop.Bar").contains(&"at"));
}

#[test]
fn object_that_adds_itself_to_the_fields() {
    let seen = seen_models(
        "class Virtual:\n    blank = True\n    def contribute_to_class(self, cls, name, **kwargs):\n        cls._meta.add_field(self, private=True)\nclass Item(models.Model):\n    total = Virtual()\n",
    );
    assert_eq!(seen.field("shop.Item", "total").column, None);
}

#[test]
fn attribute_that_only_some_ancestors_have() {
    let seen = seen_models(
        "from django.views import View\nclass Named(View):\n    label = 'named'\nclass Front(Named):\n    pass\ndef found(cls):\n    for ancestor in reversed(cls.__mro__):\n        try:\n            if ancestor.label:\n                return ancestor.label\n        except AttributeError:\n            continue\nclass Item(models.Model):\n    class Meta:\n        db_table = found(Front)\n",
    );
    assert_eq!(seen.model("shop.Item").db_table.as_deref(), Some("named"));
}

#[test]
fn proxy_with_a_generic_relation() {
    let seen = seen_models(
        "from django.contrib.contenttypes.fields import GenericRelation\nclass Jobs(models.Model):\n    jobs = GenericRelation('shop.Item')\n    class Meta:\n        abstract = True\nclass Item(models.Model):\n    name = models.TextField()\nclass Script(Jobs, Item):\n    class Meta:\n        proxy = True\n",
    );
    assert_eq!(seen.fields("shop.Script"), ["jobs"]);
    assert_eq!(seen.fields("shop.Item"), ["name"]);
}

#[test]
fn base_that_nobody_describes() {
    let seen = seen_models(
        r"
from some_unheard_of_package.models import Base
from some_unheard_of_package.things import Thing
class Item(Base):
    name = models.CharField(max_length=20)
class Special(Item):
    class Meta:
        proxy = True
class Part(Base):
    class Meta:
        abstract = True
    item = models.ForeignKey(Item, on_delete=models.CASCADE)
class Wheel(Part):
    pass
class NoModel(Thing):
    name = 'x'
",
    );
    assert_eq!(seen.models(), ["shop.Item", "shop.Special", "shop.Wheel"]);
    assert_eq!(seen.fields("shop.Wheel"), ["item"]);
}

#[test]
fn constructor_that_calls_its_base_by_name() {
    let seen = seen_models(
        "class Link(models.CharField):\n    def __init__(self, *args, **kwargs):\n        kwargs['max_length'] = kwargs.get('max_length', 200)\n        models.CharField.__init__(self, *args, **kwargs)\nclass Item(models.Model):\n    link = Link('a link', blank=True, db_index=True)\n",
    );
    let link = seen.field("shop.Item", "link");
    assert_eq!((link.max_length, link.null, link.db_index), (Some(200), Some(false), Some(true)));
}

#[test]
fn length_from_elsewhere_is_named() {
    let seen = seen_models("from elsewhere import LENGTH\nclass Item(models.Model):\n    a = models.CharField(max_length=LENGTH)\n");
    assert_eq!(seen.field("shop.Item", "a").max_length, None);
    assert!(seen.inventory.coverage.unresolved.iter().any(|u| u.kind == "fields" && u.text.contains("max_length of shop.Item.a")));
}

#[test]
fn related_name_that_a_field_chooses_is_named() {
    let seen = seen_models(
        "class Owner(models.ForeignKey):\n    def contribute_to_class(self, cls, *args, **kwargs):\n        super().contribute_to_class(cls, *args, **kwargs)\n        self.remote_field.related_name = cls._meta.verbose_name_plural\nclass Shelf(models.Model):\n    pass\nclass Item(models.Model):\n    shelf = Owner(Shelf, models.CASCADE)\nclass Book(models.Model):\n    shelf = Owner(Shelf, models.CASCADE)\n",
    );
    let named: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "fields").collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!((named[0].line, named[0].text.as_str()), (3, "Owner.contribute_to_class"));
}

#[test]
fn field_that_says_that_it_relates() {
    let seen = seen_models(
        "class GenericMany(models.Field):\n    def __init__(self, field):\n        super().__init__(editable=False)\n        self.is_relation = True\nclass Plain(models.Field):\n    pass\nclass Item(models.Model):\n    path = models.JSONField()\n    things = GenericMany('path')\n    plain = Plain()\n",
    );
    assert_eq!(seen.relation("shop.Item", "things"), "GenericMany ?");
    assert!(seen.field("shop.Item", "plain").relation.is_none());
}

#[test]
fn base_that_a_function_of_a_package_returns_is_named() {
    let seen = seen(
        "# --- shop/forms.py\nfrom collections import namedtuple\nfrom some_unheard_of_package import form_factory\nclass Pair(namedtuple('Pair', 'a b')):\n    pass\nclass Base(form_factory('x')):\n    pass\n# --- shop/models.py\n",
    );
    let named: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "classes").collect();
    assert_eq!(named.iter().map(|u| (u.line, u.text.as_str())).collect::<Vec<_>>(), [(5, "Base: some_unheard_of_package.form_factory")]);
}

#[test]
fn proxy_of_the_table_of_a_relation() {
    let seen = seen_models(
        "class Tag(models.Model):\n    pass\nclass Item(models.Model):\n    tags = models.ManyToManyField(Tag)\nclass ItemTag(Item.tags.through):\n    class Meta:\n        proxy = True\n",
    );
    assert!(seen.model("shop.ItemTag").proxy);
}

#[test]
fn lengths_that_a_constructor_sets_and_that_another_field_has() {
    let seen = seen_models(
        "class Tag(models.Model):\n    key = models.UUIDField(max_length=40)\n    name = models.CharField(max_length=30)\n    host = models.GenericIPAddressField(max_length=10)\nclass Item(models.Model):\n    name = models.CharField(max_length=Tag._meta.get_field('name').max_length)\n",
    );
    let length = |label: &str, field: &str| seen.model(label).fields.iter().find(|f| f.name == field).unwrap().max_length;
    assert_eq!((length("shop.Tag", "key"), length("shop.Tag", "host")), (Some(32), Some(39)));
    assert_eq!(length("shop.Item", "name"), Some(30));
}

#[test]
fn meta_of_a_mixin_behind_a_concrete_parent() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Shown:\n    class Meta:\n        app_label = 'stock'\n        proxy = True\nclass Item(Shown, models.Model):\n    class Meta:\n        app_label = 'shop'\nclass View(Item):\n    pass\n# --- stock/models.py\n",
    );
    assert!(!seen.model("shop.Item").proxy);
    let view = seen.model("stock.View");
    assert_eq!((view.proxy, view.db_table.as_deref()), (true, Some("shop_item")));
}

#[test]
fn concrete_parents_of_packages() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['wagtail', 'auditlog', 'shop']\n# --- shop/models.py\nfrom auditlog.models import AuditlogHistoryField\nfrom django.db import models\nfrom rest_framework.authtoken.models import Token\nfrom wagtail.models import Page\nclass Shown(Page):\n    class Meta:\n        abstract = True\nclass Home(Shown):\n    history = AuditlogHistoryField()\nclass Key(Token):\n    name = models.TextField()\n",
    );
    let names = |label: &str| seen.model(label).fields.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("shop.Home"), ["page_ptr", "history"]);
    let history = seen.model("shop.Home").fields.iter().find(|f| f.name == "history").and_then(|f| f.relation.clone()).unwrap();
    assert_eq!(history.to.as_deref(), Some("auditlog.LogEntry"));
    // Its application is not installed: the package makes it abstract then.
    assert!(
        names("shop.Key").contains(&"created".to_owned()) && !names("shop.Key").contains(&"token_ptr".to_owned()),
        "{:?}",
        names("shop.Key")
    );
}

#[test]
fn own_field_that_goes_past_the_constructor_of_its_base() {
    let seen = seen_models(
        "class Key(models.UUIDField):\n    def __init__(self, *args, **kwargs):\n        kwargs['max_length'] = 36\n        models.Field.__init__(self, *args, **kwargs)\nclass Plain(models.UUIDField):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\nclass Item(models.Model):\n    key = Key()\n    plain = Plain()\n",
    );
    assert_eq!(seen.field("shop.Item", "key").max_length, Some(36));
    assert_eq!(seen.field("shop.Item", "plain").max_length, Some(32));
}

#[test]
fn column_that_the_fields_own_class_gives() {
    let seen = seen_models(
        "class InJson:\n    def __init__(self, *args, **kwargs):\n        self.json = kwargs.pop('json', 'data')\n        super().__init__(*args, **kwargs)\n    def contribute_to_class(self, cls, name, private_only=False):\n        self.set_attributes_from_name(name)\n        self.column = None\n        cls._meta.add_field(self, private=True)\n        self.column = self.json\nclass JsonText(InJson, models.TextField):\n    pass\nclass Item(models.Model):\n    data = models.JSONField()\n    color = JsonText()\n    size = JsonText(json='more')\n",
    );
    assert_eq!(seen.field("shop.Item", "color").column.as_deref(), Some("data"));
    assert_eq!(seen.field("shop.Item", "size").column.as_deref(), Some("more"));
}

#[test]
fn field_of_a_field() {
    let seen = seen_models(
        "from django_cryptography.fields import encrypt\nclass Item(models.Model):\n    config = encrypt(models.JSONField(default=dict))\n    key = encrypt(models.CharField(max_length=20, null=True))\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["config", "key"]);
    assert_eq!(seen.field("shop.Item", "config").type_name, "EncryptedJSONField");
    assert_eq!(seen.field("shop.Item", "key").max_length, Some(20));
    assert_eq!(seen.field("shop.Item", "key").null, Some(true));
}

#[test]
fn inherited_field_that_one_model_changes() {
    let seen = seen_models(
        "def changed(**changes):\n    def change(cls):\n        for name, options in changes.items():\n            field = cls._meta.get_field(name)\n            for option, value in options.items():\n                setattr(field, option, value)\n        return cls\n    return change\nclass Base(models.Model):\n    at = models.DateTimeField(db_index=True)\n    class Meta:\n        abstract = True\nclass Item(Base):\n    pass\n@changed(at={'db_index': False})\nclass Old(Base):\n    pass\n",
    );
    assert_eq!(seen.field("shop.Item", "at").db_index, Some(true));
    assert_eq!(seen.field("shop.Old", "at").db_index, Some(false));
    assert_eq!(seen.field("shop.Old", "at").declared_in, "shop.models.Base");
}
