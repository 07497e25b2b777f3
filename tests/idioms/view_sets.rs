//! Objects of packages that give URL patterns of their own: Wagtail's view sets, its model admins, views that a function makes.

use crate::project::{Seen, seen_urls};

const ADMIN: &str = "from wagtail.admin import urls as wagtailadmin_urls\nurlpatterns = [path('cms/', include(wagtailadmin_urls))]\n# --- shop/models.py\nfrom django.db import models\nclass Item(models.Model):\n    pass\n# --- shop/wagtail_hooks.py\nfrom django.urls import path, re_path\nfrom wagtail import hooks\nfrom shop.models import Item\n";

fn hooks(text: &str) -> Seen {
    seen_urls(&format!("{ADMIN}{text}"))
}

const MODEL_SET: &str = "from wagtail.admin.views.generic import IndexView, InspectView\nfrom wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup\nclass Index(IndexView):\n    pass\nclass Look(InspectView):\n    pass\nclass Items(ModelViewSet):\n    model = Item\n    index_view_class = Index\n    inspect_view_class = Look\n";

#[test]
fn view_sets_of_wagtails_admin() {
    let seen = hooks(&format!(
        "{MODEL_SET}class More(Items):\n    name = 'more'\n    inspect_view_enabled = True\n    def sync(self, request):\n        pass\n    def get_urlpatterns(self):\n        return super().get_urlpatterns() + [path('sync/', self.sync, name='sync')]\nclass Group(ModelViewSetGroup):\n    items = (Items('things'), More)\n@hooks.register('register_admin_viewset')\ndef sets():\n    return [Group(), Items(url_prefix='own/place')]\n"
    ));
    assert_eq!(
        seen.routes(),
        [
            "/cms/more/ shop.wagtail_hooks.Index",
            "/cms/more/inspect/{pk}/ shop.wagtail_hooks.Look",
            "/cms/more/results/ shop.wagtail_hooks.Index",
            "/cms/more/sync/ shop.wagtail_hooks.More.sync",
            "/cms/own/place/ shop.wagtail_hooks.Index",
            "/cms/own/place/results/ shop.wagtail_hooks.Index",
            "/cms/things/ shop.wagtail_hooks.Index",
            "/cms/things/results/ shop.wagtail_hooks.Index",
        ]
    );
    let route = seen.route("/cms/things/results/");
    assert_eq!((route.namespace.as_deref(), route.name.as_deref()), (Some("things"), Some("index_results")));
    assert_eq!(seen.route("/cms/own/place/").namespace.as_deref(), Some("item"));
    assert_eq!(route.access.login_required, Some(true));
    assert_eq!(route.methods.as_deref(), Some(["GET".to_owned()].as_slice()));
}

#[test]
fn view_set_whose_prefix_is_not_known() {
    let seen = hooks(&format!(
        "import os\n{MODEL_SET}@hooks.register('register_admin_viewset')\ndef sets():\n    return Items(url_prefix=os.environ['PLACE'])\n"
    ));
    assert_eq!(seen.routes(), ["/cms/{?} shop.wagtail_hooks.Index", "/cms/{?}results/ shop.wagtail_hooks.Index"]);
    assert!(seen.inventory.routes.iter().all(|route| !route.path_known), "{:?}", seen.inventory.routes);
}

#[test]
fn view_sets_of_snippets_and_their_choosers() {
    let seen = hooks(
        "from wagtail.snippets.models import register_snippet\nfrom wagtail.snippets.views.chooser import ChooseView, SnippetChooserViewSet\nfrom wagtail.snippets.views.snippets import EditView, SnippetViewSet\nclass Edit(EditView):\n    pass\nclass Choose(ChooseView):\n    pass\nclass Chooser(SnippetChooserViewSet):\n    choose_view_class = Choose\nclass Items(SnippetViewSet):\n    edit_view_class = Edit\n    chooser_viewset_class = Chooser\nclass Placed(SnippetViewSet):\n    model = Item\n    base_url_path = '/placed/'\n    edit_view_class = Edit\nregister_snippet(Item, viewset=Items)\nregister_snippet(Placed)\nregister_snippet(Item)\n",
    );
    assert_eq!(
        seen.routes(),
        [
            "/cms/placed/edit/{pk}/ shop.wagtail_hooks.Edit",
            "/cms/snippets/choose/shop/item/ shop.wagtail_hooks.Choose",
            "/cms/snippets/shop/item/edit/{pk}/ shop.wagtail_hooks.Edit",
        ]
    );
    assert_eq!(seen.route("/cms/snippets/choose/shop/item/").namespace.as_deref(), Some("wagtailsnippetchoosers_shop_item"));
}

#[test]
fn endpoints_that_a_hook_adds_to_the_api_of_wagtails_admin() {
    let seen = hooks(
        "from wagtail.admin.api.views import PagesAdminAPIViewSet\nclass Pages(PagesAdminAPIViewSet):\n    pass\n@hooks.register('construct_admin_api')\ndef api(router):\n    router.register_endpoint('pages', Pages)\n",
    );
    assert!(seen.routes().contains(&"/cms/api/main/pages/find/ shop.wagtail_hooks.Pages".to_owned()), "{:?}", seen.routes());
    assert_eq!(seen.route("/cms/api/main/pages/").namespace.as_deref(), Some("wagtailadmin_api:pages"));
}

#[test]
fn view_sets_that_an_application_of_wagtail_names() {
    let seen = hooks(
        "from wagtail.users.views.groups import GroupViewSet, IndexView\nclass Index(IndexView):\n    pass\nclass Groups(GroupViewSet):\n    index_view_class = Index\n# --- shop/apps.py\nfrom wagtail.users.apps import WagtailUsersAppConfig\nclass Users(WagtailUsersAppConfig):\n    group_viewset = 'shop.wagtail_hooks.Groups'\n# --- config/settings.py\nINSTALLED_APPS = ['shop.apps.Users']\nROOT_URLCONF = 'config.urls'\n",
    );
    assert_eq!(seen.routes(), ["/cms/groups/ shop.wagtail_hooks.Index", "/cms/groups/results/ shop.wagtail_hooks.Index"]);
}

#[test]
fn views_that_are_methods_of_wagtails_model_admins() {
    for package in ["wagtail_modeladmin", "wagtail.contrib.modeladmin"] {
        let seen = hooks(&format!(
            "from {package}.helpers import AdminURLHelper\nfrom {package}.options import ModelAdmin, ModelAdminGroup, modeladmin_register\nclass Helper(AdminURLHelper):\n    def get_action_url_pattern(self, action):\n        if action == 'merge':\n            return self._get_action_url_pattern(action)\n        return super().get_action_url_pattern(action)\nclass Items(ModelAdmin):\n    model = Item\n    url_helper_class = Helper\n    def edit_view(self, request, instance_pk):\n        pass\n    def merge(self, request):\n        pass\n    def get_admin_urls_for_registration(self):\n        urls = super().get_admin_urls_for_registration()\n        return urls + (re_path(self.url_helper.get_action_url_pattern('merge'), self.merge, name=self.url_helper.get_action_url_name('merge')),)\nclass Others(ModelAdmin):\n    model = Item\n    base_url_path = 'other/items'\n    def copy(self, request, instance_pk):\n        pass\n    def get_admin_urls_for_registration(self):\n        return super().get_admin_urls_for_registration() + (re_path(self.url_helper.get_action_url_pattern('copy'), self.copy),)\nclass Group(ModelAdminGroup):\n    items = (Others,)\nmodeladmin_register(Group)\nmodeladmin_register(Items)\n"
        ));
        assert_eq!(
            seen.routes(),
            [
                "/cms/other/items/copy/{instance_pk}/ shop.wagtail_hooks.Others.copy",
                "/cms/shop/item/edit/{instance_pk}/ shop.wagtail_hooks.Items.edit_view",
                "/cms/shop/item/merge/ shop.wagtail_hooks.Items.merge",
            ]
        );
        assert_eq!(seen.route("/cms/shop/item/merge/").name.as_deref(), Some("shop_item_modeladmin_merge"));
    }
}

#[test]
fn views_of_a_class_that_a_function_of_a_package_makes() {
    let seen = seen_urls(
        "from drf_yasg import openapi\nfrom drf_yasg.views import get_schema_view\nfrom rest_framework.schemas import get_schema_view as plain\nschema = get_schema_view(openapi.Info(title='Shop', default_version='1'), public=True)\nurlpatterns = [path('docs/', schema.with_ui('redoc', cache_timeout=0)), path('schema/', plain(title='Shop'))]\n",
    );
    assert_eq!(
        seen.routes(),
        ["/docs/ drf_yasg.views.get_schema_view.<locals>.SchemaView", "/schema/ rest_framework.schemas.views.SchemaView"]
    );
    assert_eq!(seen.route("/docs/").methods.as_deref(), Some(["GET".to_owned()].as_slice()));
}
