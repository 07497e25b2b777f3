//! Query sites: what a function asks of the database, as one short line a site.
//!
//! `access class model chain`, then `-> models` that it also reaches, `by` the manager, `on` the alias, `async`, and `?` where it is only likely.

use migscan::django::inventory::{Query, QueryAccess, QueryClass};

use crate::project::{Seen, seen};

const PROJECT: &str = "
# --- stock/models.py
from django.db import models
class Product(models.Model):
    name = models.CharField(max_length=50)
    price = models.IntegerField()
# --- shop/models.py
from django.db import models
class Customer(models.Model):
    name = models.CharField(max_length=50)
class Tag(models.Model):
    name = models.CharField(max_length=50)
class Opened(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(is_open=True)
class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name='orders')
    tags = models.ManyToManyField(Tag)
    is_open = models.BooleanField(default=True)
    total = models.IntegerField(default=0)
    created = models.DateTimeField()
    objects = models.Manager()
    opened = Opened()
class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name='lines')
    product = models.ForeignKey('stock.Product', models.PROTECT)
    amount = models.IntegerField()
class Card(models.Model):
    customer = models.OneToOneField(Customer, models.CASCADE)
# --- shop/views.py
from django.db import models, transaction
from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, Value, When, Window
from django.db.models.functions import Lower, RowNumber, TruncMonth
from django.shortcuts import get_list_or_404, get_object_or_404
from shop.models import Card, Customer, Line, Order, Tag
from stock.models import Product
";

fn short(query: &Query) -> String {
    let access = match query.access {
        QueryAccess::Read => "read",
        QueryAccess::Write => "write",
        QueryAccess::Lock => "lock",
    };
    let class = match query.class {
        QueryClass::Simple => "simple",
        QueryClass::Moderate => "moderate",
        QueryClass::Complex => "complex",
    };
    let mut out = format!("{access} {class} {} {}", query.model.as_deref().unwrap_or("-"), query.chain.join("."));
    if !query.touches.is_empty() {
        out += &format!(" -> {}", query.touches.join(" "));
    }
    if let Some(manager) = &query.manager {
        out += &format!(" by {manager}");
    }
    if let Some(database) = &query.database {
        out += &format!(" on {database}");
    }
    if query.is_async {
        out += " async";
    }
    if query.certainty != migscan::django::inventory::Certainty::Certain {
        out += " ?";
    }
    out
}

fn lines(seen: &Seen, within: &str) -> Vec<String> {
    seen.inventory.queries.iter().filter(|q| q.scope.starts_with(within)).map(short).collect()
}

/// The sites of `shop/views.py` when this stands in it, in the order of the source.
fn sites(body: &str) -> Vec<String> {
    lines(&seen(&format!("{PROJECT}{body}")), "shop.views")
}

/// The one site of it.
fn site(body: &str) -> String {
    let found = sites(body);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap_or_default()
}

/// The one site of a function with this statement.
fn of(statement: &str) -> String {
    site(&format!("def f(request, pk):\n    {statement}\n"))
}

fn none(body: &str) {
    assert_eq!(sites(body), Vec::<String>::new());
}

// ---- classes

#[test]
fn a_filter_and_what_ends_it_are_one_site() {
    assert_eq!(of("Order.objects.filter(is_open=True).first()"), "read simple shop.Order filter.first");
}

#[test]
fn a_column_of_its_own_table_is_no_join() {
    assert_eq!(of("Order.objects.filter(customer_id=pk, total__gte=3, created__year=2020)"), "read simple shop.Order filter");
    assert_eq!(of("Order.objects.filter(customer=pk)"), "read simple shop.Order filter");
    assert_eq!(of("Order.objects.filter(customer__id=pk)"), "read simple shop.Order filter");
    assert_eq!(of("Order.objects.filter(customer__isnull=True)"), "read simple shop.Order filter");
}

#[test]
fn a_path_across_a_relation_is_a_join() {
    assert_eq!(of("Order.objects.filter(customer__name='a')"), "read moderate shop.Order filter -> shop.Customer");
}

#[test]
fn a_path_goes_on_over_several_relations() {
    assert_eq!(
        of("Customer.objects.filter(orders__lines__product__name='a')"),
        "read moderate shop.Customer filter -> shop.Line shop.Order stock.Product"
    );
}

#[test]
fn a_many_to_many_path_reaches_the_other_side() {
    assert_eq!(of("Order.objects.filter(tags__name='a')"), "read moderate shop.Order filter -> shop.Tag");
}

#[test]
fn a_reverse_relation_without_related_name_goes_by_the_model() {
    assert_eq!(of("Product.objects.exclude(line__amount=0)"), "read moderate stock.Product exclude -> shop.Line");
    assert_eq!(of("Customer.objects.filter(card__isnull=True)"), "read moderate shop.Customer filter -> shop.Card");
}

#[test]
fn sorting_by_another_table_joins() {
    assert_eq!(of("Line.objects.order_by('-product__price', 'amount')"), "read moderate shop.Line order_by -> stock.Product");
    assert_eq!(of("Line.objects.order_by('-amount')"), "read simple shop.Line order_by");
}

#[test]
fn loading_of_relations_is_moderate() {
    assert_eq!(of("Line.objects.select_related('order__customer')"), "read moderate shop.Line select_related -> shop.Customer shop.Order");
    assert_eq!(of("Order.objects.prefetch_related('lines', 'tags')"), "read moderate shop.Order prefetch_related -> shop.Line shop.Tag");
}

#[test]
fn what_is_prefetched_goes_by_the_name_of_the_attribute() {
    assert_eq!(
        of("Order.objects.prefetch_related('customer__card', 'lines__product__line_set')"),
        "read moderate shop.Order prefetch_related -> shop.Card shop.Customer shop.Line stock.Product"
    );
    assert_eq!(of("Tag.objects.prefetch_related('order_set')"), "read moderate shop.Tag prefetch_related -> shop.Order");
}

#[test]
fn a_prefetch_object_reaches_its_queryset_as_well() {
    assert_eq!(
        sites("def f():\n    return Order.objects.prefetch_related(Prefetch('lines', queryset=Line.objects.filter(amount=1)))\n"),
        ["read simple shop.Line filter", "read moderate shop.Order prefetch_related -> shop.Line"]
    );
}

#[test]
fn rows_and_bulk_operations_are_moderate() {
    assert_eq!(of("Order.objects.values_list('pk', flat=True)"), "read moderate shop.Order values_list");
    assert_eq!(of("Order.objects.bulk_create([Order()])"), "write moderate shop.Order bulk_create");
    assert_eq!(of("Order.objects.in_bulk([1])"), "read moderate shop.Order in_bulk");
    assert_eq!(of("Order.objects.get_or_create(pk=pk)"), "write moderate shop.Order get_or_create");
}

#[test]
fn conditions_as_objects_are_moderate() {
    assert_eq!(of("Order.objects.filter(Q(total=1) | ~Q(is_open=True))"), "read moderate shop.Order filter");
    assert_eq!(of("Order.objects.filter(Q(customer__name='a'))"), "read moderate shop.Order filter -> shop.Customer");
    assert_eq!(of("Order.objects.update(total=F('total') + 1)"), "write moderate shop.Order update");
}

#[test]
fn annotations_and_aggregates_are_complex() {
    assert_eq!(of("Order.objects.annotate(n=Count('lines'))"), "read complex shop.Order annotate -> shop.Line");
    assert_eq!(of("Order.objects.aggregate(Sum('total'))"), "read complex shop.Order aggregate");
    assert_eq!(of("Order.objects.annotate(month=TruncMonth('created')).values('month')"), "read complex shop.Order annotate.values");
}

#[test]
fn functions_and_conditional_expressions_are_complex() {
    assert_eq!(of("Order.objects.order_by(Lower('customer__name'))"), "read complex shop.Order order_by -> shop.Customer");
    assert_eq!(
        of("Order.objects.update(total=Case(When(is_open=True, then=Value(1)), default=Value(0)))"),
        "write complex shop.Order update"
    );
    assert_eq!(of("Order.objects.annotate(n=Window(RowNumber(), order_by='total'))"), "read complex shop.Order annotate");
}

#[test]
fn a_subquery_belongs_to_the_query_around_it() {
    assert_eq!(
        sites("def f():\n    lines = Line.objects.filter(order=OuterRef('pk'))\n    return Order.objects.filter(Exists(lines))\n"),
        ["read complex shop.Line filter", "read complex shop.Order filter -> shop.Line"]
    );
}

#[test]
fn a_queryset_as_a_value_is_a_subquery() {
    assert_eq!(
        sites("def f():\n    return Order.objects.filter(customer__in=Customer.objects.filter(name='a'))\n"),
        ["read simple shop.Customer filter", "read moderate shop.Order filter -> shop.Customer"]
    );
}

#[test]
fn sql_text_is_complex() {
    assert_eq!(of("Order.objects.raw('SELECT 1')"), "read complex shop.Order raw");
    assert_eq!(of("Order.objects.extra(where=['1=1'])"), "read complex shop.Order extra");
}

// ---- access

#[test]
fn what_writes() {
    assert_eq!(of("Order.objects.create(total=1)"), "write simple shop.Order create");
    assert_eq!(of("Order.objects.filter(pk=pk).delete()"), "write simple shop.Order filter.delete");
    assert_eq!(of("Order(total=1).save()"), "write simple shop.Order save");
}

#[test]
fn a_locked_read_and_a_write_behind_a_lock() {
    assert_eq!(of("Order.objects.select_for_update().get(pk=pk)"), "lock simple shop.Order select_for_update.get");
    assert_eq!(
        of("Order.objects.select_for_update().filter(pk=pk).update(total=1)"),
        "write simple shop.Order select_for_update.filter.update"
    );
}

#[test]
fn a_lock_that_another_function_takes() {
    assert_eq!(
        sites(
            "def locked():\n    return Order.objects.select_for_update()\ndef f(pk):\n    locked().get(pk=pk)\n    locked().update(total=1)\n"
        ),
        ["lock simple shop.Order select_for_update", "lock simple shop.Order get", "write simple shop.Order update"]
    );
}

#[test]
fn an_instance_keeps_its_model() {
    assert_eq!(
        sites(
            "def f(pk):\n    order = Order.objects.get(pk=pk)\n    order.total = 1\n    order.save(update_fields=['total'])\n    order.customer.delete()\n"
        ),
        ["read simple shop.Order get", "write simple shop.Order save", "write simple shop.Customer delete"]
    );
}

#[test]
fn the_object_of_a_pair() {
    assert_eq!(
        sites("def f(pk):\n    order, made = Order.objects.update_or_create(pk=pk)\n    order.refresh_from_db()\n"),
        ["write moderate shop.Order update_or_create", "read simple shop.Order refresh_from_db"]
    );
}

#[test]
fn changes_of_a_many_to_many_relation_write_it_and_reach_both_sides() {
    assert_eq!(site("def f(order: Order):\n    order.tags.add(1)\n"), "write simple shop.Order add -> shop.Tag");
}

#[test]
fn related_managers_read_the_other_side() {
    let found = sites("def f(order: Order):\n    return order.lines.filter(amount=1)\n");
    assert_eq!(found, ["read simple shop.Line filter"]);
}

#[test]
fn a_related_manager_creates_on_the_other_side() {
    assert_eq!(site("def f(order: Order):\n    order.lines.create(amount=1)\n"), "write simple shop.Line create");
}

// ---- where a queryset comes from

#[test]
fn a_chain_goes_on_over_statements() {
    assert_eq!(
        site("def f(q):\n    orders = Order.objects.all()\n    orders = orders.filter(total=q)\n    return orders.count()\n"),
        "read simple shop.Order all.filter.count"
    );
}

#[test]
fn a_chain_goes_on_in_branches() {
    assert_eq!(
        site(
            "def f(q):\n    orders = Order.objects.all()\n    if q:\n        orders = orders.filter(customer__name=q)\n    return orders.exists()\n"
        ),
        "read moderate shop.Order all.filter.exists -> shop.Customer"
    );
}

#[test]
fn a_queryset_from_a_function_belongs_to_where_it_is_asked() {
    assert_eq!(
        sites("def some():\n    return Order.objects.filter(total=1)\ndef f():\n    return some().count()\n"),
        ["read simple shop.Order filter", "read simple shop.Order count"]
    );
}

#[test]
fn a_parameter_is_what_it_is_called_with() {
    assert_eq!(
        sites("def f(orders):\n    return orders.filter(total=1)\ndef g():\n    return f(Order.objects.all())\n"),
        ["read simple shop.Order filter ?", "read simple shop.Order all"]
    );
}

#[test]
fn a_parameter_is_what_its_annotation_says() {
    assert_eq!(site("def f(orders: 'models.QuerySet[Order]'):\n    return orders.filter(total=1)\n"), "read simple shop.Order filter");
    assert_eq!(site("def f(order: Order | None):\n    order.delete()\n"), "write simple shop.Order delete");
}

#[test]
fn what_a_function_is_said_to_return() {
    assert_eq!(site("def some() -> Order:\n    return cache['x']\ndef f():\n    some().save()\n"), "write simple shop.Order save");
}

#[test]
fn the_variable_of_a_loop_is_an_instance() {
    assert_eq!(
        sites("def f():\n    for order in Order.objects.all():\n        order.delete()\n"),
        ["read simple shop.Order all", "write simple shop.Order delete"]
    );
}

#[test]
fn elements_of_comprehensions_and_slices_are_instances() {
    assert_eq!(
        sites("def f():\n    [o.delete() for o in Order.objects.all()]\n    Line.objects.all()[0].save()\n"),
        ["read simple shop.Order all", "write simple shop.Order delete", "read simple shop.Line all", "write simple shop.Line save"]
    );
}

#[test]
fn rows_are_no_instances() {
    assert_eq!(
        sites("def f():\n    for row in Order.objects.values('pk'):\n        row.update(x=1)\n        row.save()\n"),
        ["read moderate shop.Order values"]
    );
}

#[test]
fn shortcuts_look_up() {
    assert_eq!(of("return get_object_or_404(Order, customer__name='a')"), "read moderate shop.Order get_object_or_404 -> shop.Customer");
    assert_eq!(of("return get_list_or_404(Order.opened, pk=pk)"), "read simple shop.Order get_list_or_404 by opened");
}

#[test]
fn a_shortcut_ends_the_chain_that_it_is_given() {
    assert_eq!(
        of("return get_object_or_404(Order.objects.select_related('customer'), pk=pk)"),
        "read moderate shop.Order select_related.get_object_or_404 -> shop.Customer"
    );
}

#[test]
fn a_shortcut_of_the_project_gives_what_it_is_asked_for() {
    let body = "def find(target, **where):\n    return get_object_or_404(target, **where)\ndef f(pk):\n    find(Order, pk=pk).save()\ndef g(pk):\n    find(Line.objects.all(), pk=pk).delete()\n";
    assert_eq!(
        sites(body),
        [
            "read simple - get_object_or_404 -> shop.Line shop.Order ?",
            "write simple shop.Order save",
            "read simple shop.Line all",
            "write simple shop.Line delete"
        ]
    );
}

#[test]
fn a_manager_of_another_name_is_named() {
    assert_eq!(of("return Order.opened.all()"), "read simple shop.Order all by opened");
}

#[test]
fn the_user_of_a_request_is_the_project_s_user() {
    assert_eq!(of("request.user.save()"), "write simple auth.User save");
    let found = sites("from django.contrib.auth import get_user_model\ndef f(pk):\n    return get_user_model().objects.get(pk=pk)\n");
    assert_eq!(found, ["read simple auth.User get"]);
}

#[test]
fn a_model_that_the_registry_gives() {
    let found = site("from django.apps import apps\ndef f():\n    return apps.get_model('shop', 'Order').objects.count()\n");
    assert_eq!(found, "read simple shop.Order count");
}

#[test]
fn model_loaded_by_keyword() {
    let text = "from django.apps import apps\ndef f():\n    Order = apps.get_model(app_label='shop', model_name='Order')\n    return Order.objects.count()\n";
    assert_eq!(site(text), "read simple shop.Order count");
}

#[test]
fn imports_within_functions() {
    assert_eq!(site("def f():\n    from stock.models import Product as P\n    return P.objects.all()\n"), "read simple stock.Product all");
}

#[test]
fn an_attribute_that_a_method_sets_on_self() {
    let body = "class Job:\n    def __init__(self, pk):\n        self.order = Order.objects.get(pk=pk)\n    def run(self):\n        self.order.save()\n";
    assert_eq!(sites(body), ["read simple shop.Order get", "write simple shop.Order save"]);
}

#[test]
fn keywords_in_a_dictionary_count_as_keywords() {
    assert_eq!(
        site("def f(q):\n    where = {'customer__name': q}\n    return Order.objects.filter(**where)\n"),
        "read moderate shop.Order filter -> shop.Customer"
    );
}

#[test]
fn conditions_that_are_gathered_first() {
    assert_eq!(
        site("def f(q):\n    where = Q(total=1)\n    where |= Q(customer__name=q)\n    return Order.objects.filter(where)\n"),
        "read moderate shop.Order filter -> shop.Customer"
    );
}

#[test]
fn the_request_in_the_context_of_a_serializer() {
    let body = "from rest_framework import serializers\nclass Any(serializers.Serializer):\n    def validate(self, attrs):\n        self.context['request'].user.save()\n        request = self.context.get('request')\n        request.user.delete()\n";
    assert_eq!(sites(body), ["write simple auth.User save", "write simple auth.User delete"]);
}

#[test]
fn what_hangs_on_a_request() {
    let declared = "from django.http import HttpRequest\nclass ShopRequest(HttpRequest):\n    order: Order\n";
    assert_eq!(site(&format!("{declared}def f(request: ShopRequest):\n    request.order.save()\n")), "write simple shop.Order save");
    let set = "def middleware(get_response):\n    def inner(request):\n        request.order = Order.objects.first()\n        return get_response(request)\n    return inner\n";
    assert_eq!(
        sites(&format!("{set}def f(request):\n    request.order.lines.count()\n")),
        ["read simple shop.Order first", "read simple shop.Line count"]
    );
}

#[test]
fn a_function_of_a_filter_set_gets_its_model_s_rows() {
    let body = "import django_filters\ndef large(qs, name, value):\n    return qs.filter(total__gt=value)\nclass Orders(django_filters.FilterSet):\n    large = django_filters.NumberFilter(method=large)\n    class Meta:\n        model = Order\n        fields = []\n";
    assert_eq!(site(body), "read simple shop.Order filter ?");
}

// ---- several databases, asynchronous code

#[test]
fn the_alias_that_using_names() {
    assert_eq!(of("Order.objects.using('replica').count()"), "read simple shop.Order using.count on replica");
    assert_eq!(of("Order(total=1).save(using='archive')"), "write simple shop.Order save on archive");
}

#[test]
fn an_alias_that_is_a_setting() {
    let found = seen(&format!(
        "{PROJECT}from django.conf import settings\ndef f():\n    return Order.objects.using(settings.REPLICA).count()\n# --- config/settings.py\nREPLICA = 'replica'\nINSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'shop', 'stock']\n"
    ));
    assert_eq!(lines(&found, "shop.views"), ["read simple shop.Order using.count on replica"]);
}

#[test]
fn asynchronous_methods() {
    assert_eq!(site("async def f(pk):\n    return await Order.objects.aget(pk=pk)\n"), "read simple shop.Order aget async");
    assert_eq!(site("async def f():\n    async for order in Order.objects.all():\n        pass\n"), "read simple shop.Order all async");
}

// ---- the framework

#[test]
fn a_generic_view_s_own_queryset() {
    let body = "from django.views.generic import ListView\nclass Orders(ListView):\n    model = Order\n    def get_queryset(self):\n        return super().get_queryset().filter(total=1)\n";
    assert_eq!(site(body), "read simple shop.Order filter");
}

#[test]
fn the_object_of_a_view_set() {
    let body = "from rest_framework.viewsets import ModelViewSet\nclass Orders(ModelViewSet):\n    queryset = Order.objects.all()\n    def close(self, request, pk):\n        order = self.get_object()\n        order.save()\n";
    assert_eq!(sites(body), ["read simple shop.Order all", "write simple shop.Order save"]);
}

#[test]
fn a_form_that_saves() {
    let body = "from django import forms\nclass OrderForm(forms.ModelForm):\n    class Meta:\n        model = Order\n        fields = '__all__'\ndef f(request):\n    form = OrderForm(request.POST)\n    form.save()\n";
    assert_eq!(site(body), "write simple shop.Order save");
}

#[test]
fn a_form_told_not_to_commit_writes_later() {
    let body = "from django import forms\nclass OrderForm(forms.ModelForm):\n    class Meta:\n        model = Order\n        fields = '__all__'\ndef f(request):\n    order = OrderForm(request.POST).save(commit=False)\n    order.total = 1\n    order.save()\n";
    assert_eq!(sites(body), ["write simple shop.Order save"]);
}

#[test]
fn the_sender_of_a_signal_gives_the_instance() {
    let body = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\n@receiver(post_save, sender=Order)\ndef seen(sender, instance, **kwargs):\n    instance.lines.all().delete()\n";
    assert_eq!(site(body), "write simple shop.Line all.delete");
}

#[test]
fn an_action_of_an_admin_gets_its_model_s_rows() {
    let found = seen(&format!(
        "{PROJECT}# --- shop/admin.py\nfrom django.contrib import admin\nfrom shop.models import Order\n@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    actions = ['close']\n    def close(self, request, queryset):\n        queryset.update(is_open=False)\n"
    ));
    assert_eq!(lines(&found, "shop.admin"), ["write simple shop.Order update"]);
}

#[test]
fn a_method_of_a_model_asks_on_its_own() {
    let found = seen(&format!(
        "{PROJECT}# --- shop/more.py\nfrom django.db import models\n# --- desk/models.py\nfrom django.db import models\nfrom shop.models import Customer\nclass Note(models.Model):\n    customer = models.ForeignKey(Customer, models.CASCADE)\n    def save(self, *args, **kwargs):\n        self.customer.save()\n        super().save(*args, **kwargs)\n    @classmethod\n    def newest(cls):\n        return cls.objects.latest('pk')\n"
    ));
    assert_eq!(
        lines(&found, "desk.models"),
        ["write simple shop.Customer save", "write simple desk.Note save", "read simple desk.Note latest"]
    );
}

#[test]
fn methods_of_a_queryset_class_know_their_models() {
    let found = seen(
        "# --- desk/models.py\nfrom django.db import models\nclass NoteQuerySet(models.QuerySet):\n    def late(self):\n        return self.filter(late=True)\nclass Note(models.Model):\n    late = models.BooleanField()\n    objects = NoteQuerySet.as_manager()\n# --- desk/views.py\nfrom desk.models import Note\ndef f():\n    return Note.objects.late().count()\n",
    );
    assert_eq!(lines(&found, "desk.models"), ["read simple desk.Note filter"]);
    assert_eq!(lines(&found, "desk.views"), ["read simple desk.Note late.count"]);
}

#[test]
fn a_method_of_an_abstract_model_is_of_the_model_that_it_is_called_on() {
    let found = seen(
        "# --- desk/models.py\nfrom django.db import models\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n    @classmethod\n    def newest(cls):\n        return cls.objects.latest('pk')\nclass Note(Base):\n    pass\nclass Task(Base):\n    pass\n# --- desk/views.py\nfrom desk.models import Note\ndef f():\n    Note.newest().delete()\n",
    );
    assert_eq!(lines(&found, "desk.views"), ["write simple desk.Note delete"]);
}

#[test]
fn an_abstract_model_stands_for_its_heirs() {
    let found = seen(
        "# --- desk/models.py\nfrom django.db import models\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n    def touch(self):\n        self.save()\nclass Note(Base):\n    pass\nclass Task(Base):\n    pass\n",
    );
    assert_eq!(lines(&found, "desk.models"), ["write simple desk.Base save -> desk.Note desk.Task"]);
}

// ---- figures that follow

#[test]
fn reads_and_writes_of_a_model() {
    let found = seen(&format!(
        "{PROJECT}def f(pk):\n    Order.objects.create()\n    Order.objects.filter(customer__name='a').count()\n    Line.objects.select_related('order')\n"
    ));
    let order = found.inventory.models.iter().find(|m| m.label == "shop.Order").expect("the model");
    // `Opened.get_queryset` reads it as well.
    assert_eq!((order.reads, order.writes), (3, 1));
}

#[test]
fn query_sites_of_a_view() {
    let found = seen(&format!(
        "{PROJECT}def page(request):\n    Order.objects.count()\n    Line.objects.count()\n# --- config/urls.py\nfrom django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.page)]\n"
    ));
    let view = found.inventory.views.iter().find(|v| v.qualname == "shop.views.page").expect("the view");
    assert_eq!(view.orm_calls, 2);
}

// ---- unknown is a result

#[test]
fn a_queryset_from_nowhere_is_a_place_with_a_reason() {
    let found = seen(&format!("{PROJECT}def f(model):\n    return model.objects.filter(a=1)\n"));
    assert_eq!(lines(&found, "shop.views"), ["read simple - filter"]);
    let open: Vec<&str> = found.inventory.coverage.unresolved.iter().filter(|u| u.kind == "queries").map(|u| u.reason.as_str()).collect();
    assert_eq!(open.len(), 1, "{open:?}");
}

#[test]
fn one_of_two_models_names_both() {
    let found = sites("def f(q):\n    model = Order if q else Line\n    return model.objects.count()\n");
    assert_eq!(found, ["read simple - count -> shop.Line shop.Order"]);
}

// ---- bait

#[test]
fn methods_of_other_things_are_no_queries() {
    none(
        "def f(d, items):\n    d.update(a=1)\n    {}.get('x')\n    items.filter(a=1)\n    list(filter(None, items))\n    'x'.count('y')\n    set().add(1)\n    [].remove(1)\n",
    );
}

#[test]
fn a_model_that_is_only_made_is_no_query() {
    none("def f():\n    return Order(total=1)\n");
}

#[test]
fn code_under_test_is_no_site() {
    let found = seen(&format!(
        "{PROJECT}# --- shop/tests/test_orders.py\nfrom shop.models import Order\ndef test_it():\n    Order.objects.create()\n"
    ));
    assert!(found.inventory.queries.iter().all(|q| !q.place.file.contains("test")));
}

#[test]
fn a_client_with_methods_like_those_is_none() {
    none(
        "import requests\nclass Api:\n    def get(self, pk):\n        return requests.get(pk)\n    def save(self):\n        pass\n    def delete(self):\n        pass\ndef f():\n    api = Api()\n    api.get(1)\n    api.save()\n    api.delete()\n",
    );
}

#[test]
fn an_objects_attribute_of_another_class_is_none() {
    none("class Box:\n    objects = []\ndef f():\n    Box.objects.append(1)\n    return Box.objects.count(1)\n");
}

#[test]
fn a_name_bound_anew_is_no_longer_a_queryset() {
    assert_eq!(
        sites("def f():\n    orders = Order.objects.all()\n    orders = {}\n    orders.update(a=1)\n    orders.get('a')\n"),
        ["read simple shop.Order all"]
    );
}
