//! Modules that import from one another and from themselves, and make of what they find whatever Python has words for: an evaluation ends, however the
//! names lead back to one another. A recursion without end is no panic that somebody catches: it ends the program, and with it this test.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::check;
use crate::tree::{Folder, Tree};

const MODULES: [&str; 3] = ["one", "two", "three"];
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Statements; `X`, `Y`, `Z` are names, `M` a module.
const STATEMENTS: [&str; 40] = [
    "from shop.M import X",
    "from shop.M import X, Y",
    "from shop.M import *",
    "from shop import M as X",
    "X = Y",
    "X = Y.Z",
    "X = Y.Z.X",
    "X = Y or Z",
    "X = Y if unknown else Z",
    "X = [Y, *Z]",
    "X = (Y, Z)",
    "X = {'k': Y, **Z}",
    "X = Y['k']",
    "X = Y[0]",
    "X = Y + Z",
    "X += Y",
    "X = Y()",
    "X = Y(Z)",
    "X = Y.Z()",
    "X = lambda: Y",
    "X = lambda *args: Y(*args)",
    "X = [Y for Z in X]",
    "X = list(filter(None, Y))",
    "X = getattr(Y, 'Z')",
    "X = type('X', (Y,), {'f': Z})",
    "X = partial(Y, Z)",
    "X.remove(Y)",
    "X.append(Y)",
    "X.Z = Y",
    "if unknown:\n    X = Y",
    "try:\n    X = Y\nexcept ImportError:\n    X = Z",
    "for X in Y:\n    Z = X",
    "def X(*args):\n    return Y",
    "def X(*args):\n    return Y(Z)",
    "def X():\n    yield Y\n    yield from Z",
    "class X:\n    Z = Y",
    "class X(Y):\n    a = Z",
    "class X(Y):\n    def __init__(self):\n        self.a = Z\n    def __iter__(self):\n        return self\n    def __getattr__(self, name):\n        return Y",
    "class X:\n    @property\n    def a(self):\n        return Y.a",
    "@X\ndef Y():\n    pass",
];

fn statement() -> impl Strategy<Value = String> {
    let name = || prop::sample::select(&NAMES[..]);
    (prop::sample::select(&STATEMENTS[..]), name(), name(), name(), prop::sample::select(&MODULES[..])).prop_map(|(text, x, y, z, m)| {
        let mut out = String::new();
        for (at, letter) in text.char_indices() {
            // `ImportError` and `None` are words of their own.
            let alone = !text.get(at + 1..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric);
            match letter {
                'X' if alone => out.push_str(x),
                'Y' if alone => out.push_str(y),
                'Z' if alone => out.push_str(z),
                'M' if alone => out.push_str(m),
                other => out.push(other),
            }
        }
        out.push('\n');
        out
    })
}

fn module() -> impl Strategy<Value = String> {
    prop::collection::vec(statement(), 3..10).prop_map(|statements| format!("from functools import partial\n{}", statements.concat()))
}

#[test]
fn names_that_lead_back_to_one_another() {
    check(192, prop::collection::vec(module(), MODULES.len()), |texts| {
        let mut tree: Tree = BTreeMap::new();
        let mut put = |path: String, text: &str| tree.insert(path, text.as_bytes().to_vec());
        put("manage.py".into(), "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n");
        put("settings.py".into(), "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'urls'\nfrom shop.one import a as MIDDLEWARE\n");
        put(
            "urls.py".into(),
            "from django.urls import include, path\nfrom shop.two import a, b, c\nfrom shop.views import router, V\nurlpatterns = [path('a/', a), path('b/', include(b)), *c, path('', include(router.urls)), path('c/', V.as_view(c))]\n",
        );
        put("shop/__init__.py".into(), "");
        put(
            "shop/models.py".into(),
            "from django.db import models\nfrom shop.one import a, b, c, d\nfrom shop import two, three\nclass Item(a, models.Model):\n    b = b\n    c = models.ForeignKey(c, on_delete=d)\n    class Meta(a.Meta):\n        ordering = d\n",
        );
        put(
            "shop/admin.py".into(),
            "from django.contrib import admin\nfrom django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom shop.three import a, b, c, d\nadmin.site.register(a, b)\nadmin.site.register([c, *d])\nclass Admin(a, admin.ModelAdmin):\n    list_display = b\n    inlines = [c, *d]\n    actions = d\nadmin.site.register(b, Admin)\npost_save.connect(a, sender=b)\n@receiver([c, post_save], sender=d.Meta)\ndef saved(**kwargs):\n    a.objects.filter(b=c).update(d=b.c)\n",
        );
        put(
            "shop/views.py".into(),
            "from rest_framework import routers, serializers, viewsets\nfrom shop.two import a, b, c, d\nclass S(a, serializers.ModelSerializer):\n    a = b\n    c = c(many=True)\n    class Meta(d.Meta):\n        model = b\n        fields = [*c, d]\nclass V(b, viewsets.ModelViewSet):\n    queryset = a.objects.all()\n    serializer_class = d\n    permission_classes = [a | b, *c]\n    def get_queryset(self):\n        return self.a.b.filter(c=d)\nrouter = routers.DefaultRouter()\nrouter.register('v', V)\nrouter.register(a, b, basename=c)\nrouter.registry.extend(d)\n",
        );
        for (name, text) in MODULES.iter().zip(&texts) {
            put(format!("shop/{name}.py"), text);
        }
        Folder::new(tree).scanned();
    });
}
