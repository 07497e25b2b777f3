//! The facts that rules match: every kind of construct with its attributes, read from the inventory without copying it.
//!
//! [`KINDS`] is the vocabulary of `construct = "…"` and `where = { … }`. A rule that names anything else is refused before a file is read.

use std::borrow::Cow;

use crate::django::inventory::{
    Admin, App, Command, Consumer, Dependency, Drift, Field, Form, ManagerClass, Mention, Method, Middleware, Migration, Model, Operation,
    Receiver, Route, Serializer, SerializerField, SignalDefinition, SignalSend, Task, Template, TemplateLibrary, Use, View,
};

/// A kind of construct.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    pub about: &'static str,
    /// Name and meaning.
    pub attributes: &'static [(&'static str, &'static str)],
}

macro_rules! kinds {
    ($($name:literal $about:literal { $($attribute:literal $meaning:literal)* })*) => {
        pub const KINDS: &[Kind] = &[$(Kind { name: $name, about: $about, attributes: &[$(($attribute, $meaning)),*] }),*];
    };
}

kinds! {
    "app" "an application of the project" {
        "label" "its label"
        "installed" "whether settings install it"
        "config" "dotted name of its AppConfig"
    }
    "model" "a model of the project" {
        "name" "class name"
        "abstract" "whether it is abstract"
        "proxy" "whether it is a proxy"
        "managed" "whether Django makes its table"
        "swappable" "the setting that can swap it"
        "bases" "dotted names of its direct bases"
        "child" "whether a parent model has a table of its own (multi-table inheritance)"
        "ordering" "Meta.ordering"
        "unique_together" "whether Meta.unique_together is set"
        "index_together" "whether Meta.index_together is set"
        "constraints" "names of Meta.constraints"
        "indexes" "names of Meta.indexes"
        "permissions" "codenames of Meta.permissions"
        "get_latest_by" "Meta.get_latest_by"
        "order_with_respect_to" "Meta.order_with_respect_to"
        "managers" "names or classes of its managers"
        "db_table" "its table, where Meta names one"
    }
    "field" "a field of a concrete or abstract model, in whose body it stands" {
        "type" "class name"
        "type_qualname" "dotted name of the class"
        "internal_type" "the built-in field that it comes down to"
        "custom" "whether the class is not one of Django's"
        "null" "null="
        "blank" "blank="
        "unique" "unique="
        "primary_key" "primary_key="
        "db_index" "db_index="
        "auto_now" "auto_now or auto_now_add"
        "default" "`literal`, `callable` or `none`"
        "choices" "whether it has choices"
        "relation" "`ForeignKey`, `OneToOneField`, `ManyToManyField`, `GenericForeignKey`, `GenericRelation`"
        "to" "`app.Model` that it points to"
        "on_delete" "`CASCADE`, `PROTECT`, …"
        "related_name" "related_name="
        "through" "`app.Model` of an explicit through model"
        "self" "whether it points to its own model"
        "implied" "whether Django or a package added it"
        "column_differs" "whether the column is named otherwise than the field"
    }
    "method" "a method of a model" {
        "name" "its name"
        "kind" "`property`, `override`, `classmethod`, `staticmethod`, `method`"
    }
    "manager_method" "a method of a manager or queryset class of the project" { "name" "its name" }
    "transaction" "a transaction, savepoint or callback after the commit" { "what" "`transaction.atomic`, `transaction.on_commit`, …" }
    "raw_sql" "raw SQL" { "what" "`connection.cursor`, `queryset.raw`, `queryset.extra`, `RawSQL`" }
    "cache" "a use of the cache" { "what" "`cache.get`, `cache_page`, …" }
    "route" "a route of the URL resolver" {
        "kind" "`path` or `regex`"
        "path" "its path"
        "name" "its name"
        "namespace" "its namespace"
        "i18n" "whether i18n_patterns prefixes it"
        "condition" "the condition under which it exists"
        "view" "dotted name of its view"
    }
    "operation" "an HTTP method of a route whose view is the project's own" {
        "method" "`GET`, `POST`, …"
        "view_kind" "kind of the view"
        "action" "method of the view set"
        "custom" "whether the project wrote the body that answers"
        "format_suffix" "whether it is a twin made for `.{format}`"
    }
    "view" "a view of the project" {
        "kind" "`function`, `class`, `generic`, `api_view`, `apiview`, `generic_apiview`, `viewset`, `model_viewset`, `graphql`, `ninja`, …"
        "async" "whether it is asynchronous"
        "decorators" "dotted names"
        "permissions" "dotted names"
        "authentication" "dotted names"
        "throttles" "dotted names"
        "pagination" "dotted name"
        "filters" "dotted names"
        "serializer" "dotted name"
        "template" "template that it renders"
        "forms" "dotted names of its forms"
        "routed" "whether a route reaches it"
        "api" "whether it belongs to an API framework"
        "complexity" "cyclomatic complexity"
    }
    "serializer" "a serializer of the project" {
        "kind" "`ModelSerializer`, `Serializer`, `HyperlinkedModelSerializer`, …"
        "model" "`app.Model`"
        "dynamic" "whether it is made at run time"
    }
    "serializer_field" "a declared field of a serializer" {
        "type" "class name, dotted for the project's own"
        "nested" "dotted name of the nested serializer"
        "many" "many=True"
        "source" "source="
        "read_only" "read_only="
        "method" "method of a SerializerMethodField"
    }
    "serializer_override" "a method of a serializer that overrides the framework's" { "name" "its name" }
    "form" "a form, form set or filter set" {
        "kind" "`Form`, `ModelForm`, `FormSet`, `FilterSet`, …"
        "model" "`app.Model`"
    }
    "template" "a template file" {
        "engine" "`django` or `jinja2`"
        "libraries" "tag libraries that it loads"
        "name" "the name under which it is rendered"
    }
    "template_tag" "a template tag or filter" { "kind" "`tag` or `filter`" "name" "its name" }
    "admin" "a registered ModelAdmin" { "features" "what it uses: `list_display`, `custom_urls`, …" "model" "`app.Model`" }
    "admin_inline" "an inline of a ModelAdmin" { "name" "dotted name" }
    "admin_action" "an action of a ModelAdmin" { "name" "its name" }
    "admin_feature" "a feature of a ModelAdmin, each on its own" { "name" "`list_display`, `custom_urls`, `get_queryset`, …" }
    "signal" "a receiver" {
        "signal" "dotted name"
        "receiver" "dotted name"
        "sender" "`app.Model` or dotted name"
        "how" "`decorator` or `connect`"
        "dispatch_uid" "whether it has one"
        "crosses_modules" "whether the sender belongs to another app"
    }
    "signal_definition" "a signal that the project defines" { "name" "dotted name" }
    "signal_send" "a place that sends a signal of the project" { "signal" "dotted name" "robust" "send_robust()" }
    "migration" "a migration" {
        "replaces" "whether it replaces others"
        "atomic" "whether it runs in a transaction"
        "leaf" "whether nothing follows it"
    }
    "migration_operation" "an operation of a migration" { "type" "class name" }
    "drift" "a difference between the models and what the migrations build" {
        "kind" "`field_without_migration`, `field_altered`, `model_without_migration`, `state_only`, …"
        "attribute" "what differs: an argument of a field, an option, an index"
        "schema" "whether the database would change with it"
        "certain" "whether both sides are known"
    }
    "middleware" "an entry of MIDDLEWARE" {
        "name" "dotted name"
        "own" "whether the project defines it"
        "hooks" "`process_view`, `process_exception`, …"
    }
    "command" "a management command" { "name" "its name" }
    "task" "a background task" { "queue" "`celery`, `rq`, `huey`, …" }
    "consumer" "a Channels consumer" { "kind" "its nearest base" }
    "setting" "a setting whose value is kept" { "name" "its name" "value" "its value as text" }
    "package" "a package that the project declares or installs" { "name" "its name on PyPI, in small letters with -" }
    "mention" "a place of a call, decorator, subclass or import; used through those verbs" { "name" "dotted name" }
}

pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.name == name)
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Attr<'a> {
    Unknown,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    List(Vec<Cow<'a, str>>),
}

/// One fact of the inventory.
#[derive(Clone, Copy, Debug)]
pub enum Fact<'a> {
    App(&'a App),
    Model(&'a Model, bool),
    Field(&'a Model, &'a Field),
    Method(&'a Model, &'a Method),
    ManagerMethod(&'a ManagerClass, &'a str, u32),
    Use(&'static str, &'a Use),
    Route(&'a Route),
    Operation(&'a Route, &'static str, Option<&'a View>, bool),
    View(&'a View),
    Serializer(&'a Serializer),
    SerializerField(&'a Serializer, &'a SerializerField),
    SerializerOverride(&'a Serializer, &'a str),
    Form(&'a Form),
    Template(&'a Template),
    TemplateTag(&'a TemplateLibrary, &'static str, &'a str),
    Admin(&'a Admin),
    /// Kind (`admin_inline`, `admin_action`, `admin_feature`) and name.
    AdminPart(&'a Admin, &'static str, &'a str),
    Signal(&'a Receiver),
    SignalDefinition(&'a SignalDefinition),
    SignalSend(&'a SignalSend),
    Migration(&'a Migration),
    MigrationOperation(&'a Migration, &'a Operation),
    Drift(&'a Drift),
    Middleware(&'a str, Option<&'a Middleware>),
    Command(&'a Command),
    Task(&'a Task),
    Consumer(&'a Consumer),
    Setting(&'a str, &'a str),
    RestFramework(&'a str, &'a str),
    Package(&'a Dependency),
    Mention(&'a Mention),
}

/// A place, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<'a> {
    pub file: &'a str,
    pub line: u32,
}
