//! What names of packages hold: settings that are taken over, models that a setting chooses, classes that a loader finds in the project.

use crate::project::{seen, seen_models, seen_urls};

const FORK: &str = "# --- config/settings.py\nINSTALLED_APPS = ['shop']\n# --- shop/__init__.py\n# --- shop/apps.py\nfrom oscar.apps.catalogue import apps\nclass CatalogueConfig(apps.CatalogueConfig):\n    name = 'shop'\n    label = 'catalogue'\n# --- shop/models.py\nfrom django.db import models\nclass PRODUCT:\n    OPEN = 'open'\nclass Product(models.Model):\n    pass\nclass Category(models.Model):\n    pass\n";

#[test]
fn settings_of_a_package() {
    let seen = seen(
        "# --- config/settings.py\nfrom open_api_framework.conf.base import *\nINSTALLED_APPS = INSTALLED_APPS + ['shop']\n# --- shop/__init__.py\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n",
    );
    assert!(seen.installed().iter().any(|app| app == "axes"), "{:?}", seen.installed());
    assert!(seen.installed().iter().any(|app| app == "config"), "{:?}", seen.installed());
    assert_eq!(seen.models(), ["shop.Item"]);
}

#[test]
fn model_that_a_setting_chooses() {
    let text = "from oauth2_provider.settings import oauth2_settings\nclass Item(models.Model):\n    owner = models.ForeignKey(oauth2_settings.APPLICATION_MODEL, models.CASCADE)\nclass Client(models.Model):\n    pass\n";
    assert_eq!(seen_models(text).relation("shop.Item", "owner"), "ForeignKey oauth2_provider.Application");
    let chosen = "# --- config/settings.py\nINSTALLED_APPS = ['shop']\nOAUTH2_PROVIDER_APPLICATION_MODEL = 'shop.Client'\n";
    assert_eq!(seen_models(&format!("{text}{chosen}")).relation("shop.Item", "owner"), "ForeignKey shop.Client");
}

#[test]
fn config_inherits_the_label_that_a_package_chose() {
    let config = "# --- config/settings.py\nINSTALLED_APPS = ['shop.offers.apps.OffersConfig']\n# --- shop/__init__.py\n# --- shop/offers/__init__.py\n# --- shop/offers/apps.py\nfrom oscar.apps.dashboard.offers import apps\nclass OffersConfig(apps.OffersDashboardConfig):\n    name = 'shop.offers'\n";
    assert_eq!(seen(config).app("offers_dashboard").module, "shop.offers");
}

#[test]
fn registrations_that_a_fork_takes_over() {
    let seen = seen(&format!(
        "{FORK}# --- shop/admin.py\nfrom oscar.apps.catalogue.admin import *\nadmin.site.unregister(Product)\n@admin.register(Product)\nclass ProductAdmin(ProductAdmin):\n    pass\n"
    ));
    assert_eq!(
        seen.admin(),
        ["catalogue.Category oscar.apps.catalogue.admin.CategoryAdmin admin", "catalogue.Product shop.admin.ProductAdmin admin"]
    );
}

#[test]
fn loader_falls_back_to_the_package() {
    let seen = seen(&format!(
        "{FORK}# --- shop/signals.py\nfrom django.dispatch import receiver\nfrom oscar.core.loading import get_class\nproduct_viewed = get_class('catalogue.signals', 'product_viewed')\n@receiver(product_viewed)\ndef note(sender, **kwargs):\n    pass\n"
    ));
    assert_eq!(seen.signals(), ["oscar.apps.catalogue.signals.product_viewed shop.signals.note -"]);
}

#[test]
fn registrations_in_a_registration() {
    let seen = seen_urls(
        "from vng_api_common import routers\nrouter = routers.DefaultRouter()\nrouter.register('items', views.Items, [routers.Nested('parts', views.Parts)], basename='item')\nurlpatterns = [path('api/', include(router.urls))]\n# --- shop/views.py\nfrom rest_framework import viewsets\nclass Items(viewsets.ReadOnlyModelViewSet):\n    lookup_field = 'uuid'\nclass Parts(viewsets.ReadOnlyModelViewSet):\n    pass\n",
    );
    assert_eq!(
        seen.paths(),
        ["/api/", "/api/items", "/api/items/{item_uuid}/parts", "/api/items/{item_uuid}/parts/{pk}", "/api/items/{uuid}"]
    );
}

#[test]
fn fields_that_the_model_has_as_keys() {
    let seen = seen_models(
        "from vng_api_common.descriptors import GegevensGroepType\nclass Item(models.Model):\n    size_width = models.IntegerField()\n    size_height = models.IntegerField()\n    size = GegevensGroepType({'width': size_width, 'height': size_height})\n# --- shop/serializers.py\nfrom vng_api_common.serializers import GegevensGroepSerializer\nfrom shop.models import Item\nclass SizeSerializer(GegevensGroepSerializer):\n    class Meta:\n        model = Item\n        gegevensgroep = 'size'\n",
    );
    assert_eq!(seen.serialized("shop.serializers.SizeSerializer"), "height,width");
}

#[test]
fn field_without_a_column_of_the_length_of_another() {
    let seen = seen_models(
        "from django_loose_fk.fields import FkOrURLField\nclass Item(models.Model):\n    own = models.ForeignKey('self', models.CASCADE, null=True)\n    address = models.URLField(max_length=1000)\n    owner = FkOrURLField(fk_field='own', url_field='address')\n",
    );
    let owner = seen.field("shop.Item", "owner");
    assert_eq!((owner.column.as_deref(), owner.max_length), (None, Some(1000)));
}

#[test]
fn inlines_of_a_package() {
    let seen = seen(&format!(
        "{FORK}# --- shop/admin.py\nfrom django.contrib import admin\nfrom oscar.apps.catalogue.admin import ProductClassAdmin\nfrom shop.models import Category\n@admin.register(Category)\nclass CategoryAdmin(ProductClassAdmin):\n    pass\n"
    ));
    let own = seen.inventory.admin.iter().find(|admin| admin.admin == "shop.admin.CategoryAdmin");
    assert_eq!(own.map(|admin| admin.inlines.clone()).unwrap_or_default(), ["oscar.apps.catalogue.admin.ProductAttributeInline"]);
}

#[test]
fn model_of_a_package_where_no_setting_chooses_one() {
    let text = "from wagtail.images import get_image_model_string\nfrom filer.fields.image import FilerImageField\nclass Item(models.Model):\n    cover = models.ForeignKey(get_image_model_string(), models.CASCADE)\n    logo = FilerImageField(on_delete=models.CASCADE)\nclass Photo(models.Model):\n    pass\n";
    let settings = "# --- config/settings.py\nINSTALLED_APPS = ['filer', 'wagtail.images', 'shop']\n";
    let seen = seen_models(&format!("{text}{settings}"));
    assert_eq!(seen.relation("shop.Item", "cover"), "ForeignKey wagtailimages.Image");
    assert_eq!(seen.relation("shop.Item", "logo"), "ForeignKey filer.Image");
    let chosen = "WAGTAILIMAGES_IMAGE_MODEL = 'shop.Photo'\nFILER_IMAGE_MODEL = 'shop.Photo'\n";
    let seen = seen_models(&format!("{text}{settings}{chosen}"));
    assert_eq!(seen.relation("shop.Item", "cover"), "ForeignKey shop.Photo");
    assert_eq!(seen.relation("shop.Item", "logo"), "ForeignKey shop.Photo");
}

#[test]
fn registrations_of_a_package_for_models_that_settings_choose() {
    let models = "from oauth2_provider.models import AbstractGrant\nclass Grant(AbstractGrant):\n    pass\n";
    let settings = "# --- config/settings.py\nINSTALLED_APPS = ['django.contrib.admin', 'oauth2_provider', 'shop']\nOAUTH2_PROVIDER_GRANT_MODEL = 'shop.Grant'\n";
    let seen = seen_models(&format!("{models}{settings}"));
    assert_eq!(seen.admin(), ["shop.Grant oauth2_provider.admin.GrantAdmin admin"]);
    let own = "OAUTH2_PROVIDER = {'GRANT_ADMIN_CLASS': 'shop.admin.OwnAdmin'}\n# --- shop/admin.py\nfrom django.contrib import admin\nclass OwnAdmin(admin.ModelAdmin):\n    pass\n";
    assert_eq!(seen_models(&format!("{models}{settings}{own}")).admin(), ["shop.Grant shop.admin.OwnAdmin admin"]);
    assert!(seen_models(&format!("{models}{}", settings.replace("'django.contrib.admin', ", ""))).admin().is_empty());
    let without = "# --- shop/admin.py\nfrom django.contrib import admin\nfrom .models import Grant\nadmin.site.unregister(Grant)\n";
    assert!(seen_models(&format!("{models}{settings}{without}")).admin().is_empty());
}

#[test]
fn environment_that_a_package_asks_for_itself() {
    let seen = seen_models(
        "from django.conf import settings\nclass Item(models.Model):\n    if settings.HOSTED:\n        a = models.TextField()\n    else:\n        b = models.TextField()\n# --- config/settings.py\nfrom dbt_copilot_python.utility import is_copilot\nINSTALLED_APPS = ['shop']\nHOSTED = is_copilot()\n",
    );
    assert_eq!(seen.fields("shop.Item"), ["b"]);
}
