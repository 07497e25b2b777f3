//! What packages make of models: columns that a metaclass, a base class or a field adds, models that are made beside others.

use std::collections::BTreeSet;

use crate::project::{Seen, seen, seen_models, seen_urls};

/// Names of the fields that Django has, without the primary key, sorted.
fn names(seen: &Seen, label: &str) -> Vec<String> {
    seen.fields(label).into_iter().map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn field_that_adds_fields() {
    let seen = seen_models(
        "from markupfield.fields import MarkupField\nclass Item(models.Model):\n    body = MarkupField(default_markup_type='markdown')\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["_body_rendered", "body", "body_markup_type"]);
}

#[test]
fn metaclass_of_mptt() {
    let seen = seen_models(
        "from mptt.models import MPTTModel, TreeForeignKey\nclass Item(MPTTModel):\n    parent = TreeForeignKey('self', models.CASCADE, null=True)\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["level", "lft", "parent", "rght", "tree_id"]);
    assert_eq!(seen.relation("shop.Item", "parent"), "ForeignKey shop.Item");
}

#[test]
fn polymorphic_models() {
    let seen = seen_models(
        "from polymorphic.models import PolymorphicModel\nclass Item(PolymorphicModel):\n    a = models.TextField()\nclass Book(Item):\n    b = models.TextField()\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["a", "polymorphic_ctype"]);
    assert_eq!(names(&seen, "shop.Book"), ["b", "item_ptr"]);
}

#[test]
fn abstract_bases_of_model_utils() {
    let seen = seen_models(
        "from model_utils.models import TimeStampedModel\nfrom model_utils import FieldTracker\nclass Item(TimeStampedModel):\n    a = models.TextField()\n    tracker = FieldTracker()\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["a", "created", "modified"]);
}

#[test]
fn tags_of_taggit() {
    let seen = seen_models("from taggit.managers import TaggableManager\nclass Item(models.Model):\n    tags = TaggableManager()\n");
    assert!(names(&seen, "shop.Item").contains(&"tags".to_owned()));
    assert!(seen.relation("shop.Item", "tags").ends_with("taggit.Tag"), "{}", seen.relation("shop.Item", "tags"));
}

#[test]
fn historical_models() {
    let seen = seen_models(
        "from simple_history.models import HistoricalRecords\nclass Item(models.Model):\n    a = models.TextField()\n    history = HistoricalRecords()\n",
    );
    assert_eq!(seen.models(), ["shop.HistoricalItem", "shop.Item"]);
    let history = names(&seen, "shop.HistoricalItem");
    for field in ["a", "history_change_reason", "history_date", "history_id", "history_type", "history_user"] {
        assert!(history.contains(&field.to_owned()), "{field}: {history:?}");
    }
}

#[test]
fn translated_fields_of_parler() {
    let seen = seen_models(
        "from parler.models import TranslatableModel, TranslatedFields\nclass Item(TranslatableModel):\n    a = models.TextField()\n    translations = TranslatedFields(title=models.TextField())\n",
    );
    assert_eq!(seen.models(), ["shop.Item", "shop.ItemTranslation"]);
    assert_eq!(names(&seen, "shop.Item"), ["a"]);
    assert_eq!(names(&seen, "shop.ItemTranslation"), ["language_code", "master", "title"]);
}

#[test]
fn languages_of_modeltranslation() {
    let seen = seen(
        "# --- config/settings.py\nINSTALLED_APPS = ['modeltranslation', 'shop']\nLANGUAGES = [('en', 'English'), ('pt-br', 'Brazilian')]\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    title = models.CharField(max_length=9)\n# --- shop/translation.py\nfrom modeltranslation.translator import TranslationOptions, register\nfrom .models import Item\n@register(Item)\nclass ItemOptions(TranslationOptions):\n    fields = ('title',)\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["title", "title_en", "title_pt_br"]);
}

#[test]
fn pages_of_wagtail() {
    let seen = seen_models("from wagtail.models import Page\nclass Article(Page):\n    a = models.TextField()\n");
    assert_eq!(names(&seen, "shop.Article"), ["a", "page_ptr"]);
    assert_eq!(seen.relation("shop.Article", "page_ptr"), "OneToOneField wagtailcore.Page");
}

#[test]
fn permissions_of_guardian() {
    let seen = seen_models(
        "from guardian.models import UserObjectPermissionBase\nclass Item(models.Model):\n    pass\nclass ItemPermission(UserObjectPermissionBase):\n    content_object = models.ForeignKey(Item, models.CASCADE)\n",
    );
    assert_eq!(names(&seen, "shop.ItemPermission"), ["content_object", "permission", "user"]);
}

#[test]
fn relation_added_in_ready() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from django.contrib.contenttypes.fields import GenericRelation\n        from . import models\n        for model in (models.Item, models.Shelf):\n            GenericRelation(models.Note).contribute_to_class(model, 'notes')\n            model.add_to_class('more', GenericRelation(models.Note))\n# --- shop/models.py\nfrom django.contrib.contenttypes.fields import GenericForeignKey\nfrom django.db import models\nclass Note(models.Model):\n    content_type = models.ForeignKey('contenttypes.ContentType', models.CASCADE)\n    object_id = models.IntegerField()\n    target = GenericForeignKey()\nclass Item(models.Model):\n    pass\nclass Shelf(models.Model):\n    pass\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["more", "notes"]);
    assert_eq!(seen.relation("shop.Shelf", "notes"), "GenericRelation shop.Note");
}

#[test]
fn model_in_a_try_block() {
    let seen = seen_models(
        "try:\n    from elsewhere import Base\nexcept ImportError:\n    Base = models.Model\ntry:\n    class Item(models.Model):\n        a = models.TextField()\nexcept Exception:\n    pass\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn history_by_a_call_with_another_name() {
    let seen = seen_models(
        "from simple_history import register\nclass Item(models.Model):\n    a = models.TextField(unique=True)\n    b = models.OneToOneField('self', models.CASCADE)\n    c = models.ManyToManyField('self')\nregister(Item, table_name='old_items')\n",
    );
    let history = seen.model("shop.HistoricalItem");
    assert_eq!((history.db_table.as_deref(), history.dynamic), (Some("old_items"), true));
    let names = names(&seen, "shop.HistoricalItem");
    assert!(!names.contains(&"c".to_owned()), "{names:?}");
    assert_eq!(seen.field("shop.HistoricalItem", "a").unique, Some(false));
    assert_eq!(seen.field("shop.HistoricalItem", "id").type_name, "IntegerField");
    assert_eq!(seen.relation("shop.HistoricalItem", "b"), "ForeignKey shop.Item");
    assert_eq!(seen.relation("shop.HistoricalItem", "history_user"), "ForeignKey auth.User");
}

#[test]
fn history_of_the_heirs_of_an_abstract_model() {
    let seen = seen_models(
        "from simple_history.models import HistoricalRecords\nclass Base(models.Model):\n    history = HistoricalRecords(inherit=True)\n    class Meta:\n        abstract = True\nclass Item(Base):\n    a = models.TextField()\n",
    );
    assert_eq!(seen.models(), ["shop.HistoricalItem", "shop.Item"]);
}

#[test]
fn relations_that_a_registry_gives() {
    let seen = seen(
        "# --- shop/apps.py\nfrom django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    def ready(self):\n        from actstream import registry\n        registry.register(self.get_model('Item'))\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["action_object_actions", "actor_actions", "target_actions"]);
    assert_eq!(seen.relation("shop.Item", "actor_actions"), "GenericRelation actstream.Action");
}

#[test]
fn tags_through_a_model_of_their_own() {
    let seen = seen_models(
        "from taggit.managers import TaggableManager\nfrom taggit.models import TaggedItemBase, GenericTaggedItemBase\nclass ItemTag(TaggedItemBase):\n    content_object = models.ForeignKey('Item', models.CASCADE)\nclass AnyTag(GenericTaggedItemBase):\n    tag = models.ForeignKey('taggit.Tag', models.CASCADE)\nclass Item(models.Model):\n    tags = TaggableManager(through=ItemTag)\nclass Shelf(models.Model):\n    tags = TaggableManager(through=AnyTag)\n",
    );
    // Only a generic through model can be asked from the other end.
    assert_eq!(names(&seen, "shop.Item"), ["tags"]);
    assert_eq!(names(&seen, "shop.Shelf"), ["tagged_items", "tags"]);
}

#[test]
fn proxy_of_a_model_of_a_package() {
    let seen = seen_models("from django.contrib.auth.models import Group\nclass Team(Group):\n    class Meta:\n        proxy = True\n");
    assert_eq!(seen.model("shop.Team").db_table.as_deref(), Some("auth_group"));
}

#[test]
fn indexed_models_of_wagtail() {
    let seen = seen_models(
        "from wagtail.search import index\nclass Item(index.Indexed, models.Model):\n    a = models.TextField()\n    search_fields = [index.SearchField('a')]\nclass Bare(index.Indexed, models.Model):\n    a = models.TextField()\nclass Plain(models.Model):\n    pass\n",
    );
    assert_eq!(names(&seen, "shop.Item"), ["a", "index_entries"]);
    assert_eq!(names(&seen, "shop.Bare"), ["a"]);
    assert_eq!(seen.relation("shop.Item", "index_entries"), "GenericRelation wagtailsearch.IndexEntry");
    assert!(names(&seen, "shop.Plain").is_empty());
}

#[test]
fn a_length_that_only_the_package_knows() {
    let seen = seen_models(
        "from django_countries.fields import CountryField\nclass Item(models.Model):\n    one = CountryField()\n    several = CountryField(multiple=True)\n    given = CountryField(multiple=True, max_length=99)\n",
    );
    let length = |name: &str| seen.model("shop.Item").fields.iter().find(|field| field.name == name).and_then(|field| field.max_length);
    assert_eq!((length("one"), length("several"), length("given")), (Some(2), None, Some(99)));
    let places: Vec<&str> = seen.inventory.coverage.unresolved.iter().map(|place| place.text.as_str()).collect();
    assert_eq!(places, ["max_length of shop.Item.several, with multiple"]);
}

#[test]
fn form_of_a_package_that_no_table_describes() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/forms.py\nfrom nobody_knows.forms import RichModelForm, RichMixin\nfrom .models import Item\nclass ItemForm(RichModelForm):\n    class Meta:\n        model = Item\n        fields = ['id']\nclass Helper(RichMixin):\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.forms.iter().map(|f| (f.qualname.as_str(), f.kind.as_str(), f.model.as_deref())).collect();
    assert_eq!(found, [("shop.forms.ItemForm", "ModelForm", Some("shop.Item"))]);
}

#[test]
fn view_sets_and_models_of_packages_that_no_table_describes() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nrouter = SimpleRouter()\nrouter.register('items', views.Items)\nurlpatterns = router.urls\n# --- shop/models.py\nfrom commons_of_the_firm.models import BaseModel\nfrom django.db import models\nclass Item(BaseModel):\n    name = models.TextField()\n# --- shop/other.py\nfrom keras.models import Model\nclass Net(Model):\n    pass\n# --- shop/views.py\nfrom commons_of_the_firm.api import TenantModelViewSet\nfrom .models import Item\nclass Items(TenantModelViewSet):\n    queryset = Item.objects.all()\n",
    );
    assert_eq!(seen.models(), ["shop.Item"]);
    assert_eq!(seen.paths(), ["/items/", "/items/{pk}/"]);
    let doubt: Vec<_> = seen.inventory.coverage.unresolved.iter().filter(|u| u.kind == "classes").map(|u| u.text.as_str()).collect();
    assert_eq!(doubt, ["Item: commons_of_the_firm.models.BaseModel", "Items: commons_of_the_firm.api.TenantModelViewSet"]);
}

#[test]
fn functions_that_a_package_makes_of_its_views() {
    let seen = seen_urls("from allauth.account import views as account\nurlpatterns = [path('login/', account.login)]\n");
    assert_eq!(seen.routes(), ["/login/ allauth.account.views.LoginView"]);
    assert_eq!(seen.methods("/login/"), "GET,POST,PUT");
}

#[test]
fn model_that_a_package_makes_for_one_field() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nfrom tagulous.models import SingleTagField, TagField\nclass Big_Item(models.Model):\n    tags = TagField(force_lowercase=True)\n    owner = SingleTagField(to='auth.Group')\n",
    );
    let model = seen.inventory.models.iter().find(|model| model.label == "shop.Big_Item").unwrap();
    let to: Vec<_> = model.fields.iter().filter_map(|f| Some((f.name.as_str(), f.relation.as_ref()?.to.as_deref()))).collect();
    assert_eq!(to, [("tags", Some("shop.Tagulous_Big_Item_tags")), ("owner", Some("auth.Group"))]);
}

#[test]
fn view_sets_of_documents() {
    let seen = seen_urls(
        "from rest_framework.routers import SimpleRouter\nfrom django_elasticsearch_dsl_drf.viewsets import DocumentViewSet\nclass Items(DocumentViewSet):\n    lookup_field = 'key'\nrouter = SimpleRouter()\nrouter.register('items', Items, basename='items')\nurlpatterns = router.urls\n",
    );
    assert_eq!(seen.paths(), ["/items/", "/items/functional_suggest/", "/items/suggest/", "/items/{key}/"]);
}

#[test]
fn fields_that_name_their_target() {
    let seen = seen_models(
        "from cms.models.fields import PageField\nfrom filer.fields.file import FilerFileField\nclass Item(models.Model):\n    page = PageField()\n    leaflet = FilerFileField(on_delete=models.CASCADE)\n",
    );
    assert_eq!(seen.relation("shop.Item", "page"), "ForeignKey cms.Page");
    assert_eq!(seen.relation("shop.Item", "leaflet"), "ForeignKey filer.File");
}

#[test]
fn fields_of_earlier_releases() {
    let text = "from cms.extensions import PageExtension\nclass Extra(PageExtension):\n    a = models.TextField()\n# --- requirements.txt\ndjango-cms";
    assert_eq!(names(&seen_models(&format!("{text}>=3.11,<4\n")), "shop.Extra"), ["a", "extended_object", "public_extension"]);
    assert_eq!(names(&seen_models(&format!("{text}==4.1.0\n")), "shop.Extra"), ["a", "extended_object"]);
    assert_eq!(names(&seen_models(&format!("{text}\n")), "shop.Extra"), ["a", "extended_object"]);
}

#[test]
fn translated_field_is_none_of_the_model() {
    let seen = seen_models(
        "from parler.models import TranslatableModel, TranslatedField, TranslatedFieldsModel\nclass Item(TranslatableModel):\n    title = TranslatedField()\nclass ItemTitle(TranslatedFieldsModel):\n    master = models.ForeignKey(Item, models.CASCADE, related_name='translations')\n    title = models.TextField()\n",
    );
    assert!(names(&seen, "shop.Item").is_empty());
}

#[test]
fn forms_that_factories_make() {
    let seen = seen(
        "# --- shop/forms.py\nfrom django import forms\nfrom treebeard.forms import movenodeform_factory\nfrom .models import Item\nclass Base(forms.Form):\n    pass\nclass NodeForm(movenodeform_factory(Item)):\n    pass\nclass ItemForm(forms.modelform_factory(Item, fields=['id'])):\n    pass\nclass Rows(forms.formset_factory(Base)):\n    pass\nclass OwnForm(forms.modelform_factory(Item, form=ItemForm)):\n    pass\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.forms.iter().map(|f| (f.qualname.as_str(), f.kind.as_str(), f.model.as_deref())).collect();
    assert_eq!(
        found,
        [
            ("shop.forms.Base", "Form", None),
            ("shop.forms.ItemForm", "ModelForm", Some("shop.Item")),
            ("shop.forms.NodeForm", "ModelForm", Some("shop.Item")),
            ("shop.forms.OwnForm", "ModelForm", Some("shop.Item")),
            ("shop.forms.Rows", "FormSet", None)
        ]
    );
}

#[test]
fn fields_that_fields_of_an_abstract_model_of_a_package_add() {
    let seen = seen_models(
        "from wagtail.images.models import AbstractImage\nclass Picture(AbstractImage):\n    pass\nclass Shared(AbstractImage):\n    class Meta:\n        abstract = True\n",
    );
    assert_eq!(seen.relation("shop.Picture", "tagged_items"), "GenericRelation taggit.TaggedItem");
    assert_eq!(seen.relation("shop.Picture", "index_entries"), "GenericRelation wagtailsearch.IndexEntry");
    assert!(!seen.fields("shop.Shared").contains(&"tagged_items"));
}

#[test]
fn modules_under_the_names_that_others_bind_them_to() {
    let seen = seen(
        "# --- shop/forms.py\nfrom django.contrib.admin.widgets import forms\nfrom django.contrib.auth.forms import forms as more\nclass ItemForm(forms.Form):\n    a = forms.CharField()\nclass MoreForm(more.Form):\n    pass\n",
    );
    let found: Vec<_> = seen.inventory.forms.iter().map(|form| form.qualname.as_str()).collect();
    assert_eq!(found, ["shop.forms.ItemForm", "shop.forms.MoreForm"]);
}

#[test]
fn form_of_the_admin_of_a_package_that_nobody_describes() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/forms.py\nfrom elsewhere.admin import RowAdminForm\nfrom .models import Item\nclass ItemForm(RowAdminForm):\n    class Meta:\n        model = Item\n        fields = '__all__'\n",
    );
    let found: Vec<_> = seen.inventory.forms.iter().map(|form| (form.kind.as_str(), form.model.as_deref())).collect();
    assert_eq!(found, [("ModelForm", Some("shop.Item"))]);
}

#[test]
fn target_in_a_package_that_nobody_describes() {
    let seen = seen(
        "# --- shop/models.py\nfrom django.db import models\nfrom elsewhere.library.models import Shelf\nfrom elsewhere.other.models import Box\nclass Item(models.Model):\n    shelf = models.ForeignKey(Shelf, models.CASCADE)\n    box = models.ForeignKey(Box, models.CASCADE)\n# --- shop/migrations/__init__.py\n# --- shop/migrations/0001_initial.py\nfrom django.db import migrations, models\nclass Migration(migrations.Migration):\n    dependencies = [('own_library', '0001_initial')]\n    operations = [migrations.CreateModel('Item', [('id', models.AutoField(primary_key=True)), ('shelf', models.ForeignKey(to='own_library.Shelf', on_delete=models.CASCADE))])]\n",
    );
    assert_eq!(seen.relation("shop.Item", "shelf"), "ForeignKey own_library.Shelf");
    assert_eq!(seen.relation("shop.Item", "box"), "ForeignKey ?");
}

#[test]
fn fields_of_an_api_are_no_columns() {
    let seen =
        seen_models("from wagtail.api import APIField\nclass Item(models.Model):\n    a = models.TextField()\n    shown = APIField('a')\n");
    assert_eq!(names(&seen, "shop.Item"), ["a"]);
}
