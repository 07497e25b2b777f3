//! What answers requests and what hangs on it: routes, views, serializers, admin classes, signals.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::Access;
use super::all;
use super::inventory::Certainty;
use crate::django::inventory as found;

/// A path under which the project answers. `{name}` is a converter or named group, `{var}` an unnamed group or wildcard; an optional part is
/// present; the prefix of `i18n_patterns` is `/{language}`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// Null where a part of it is not known.
    pub path: Option<String>,
    /// The Django source patterns, joined; `{?}` for each part that is not known.
    pub pattern: String,
    pub kind: RouteKind,
    /// Without HEAD and OPTIONS; null where the view takes anything.
    pub methods: Option<Vec<String>>,
    pub methods_certainty: Certainty,
    /// Dotted name; null where it is not known.
    pub view: Option<String>,
    /// HTTP method (lower-case) → method of the view set.
    pub actions: Option<BTreeMap<String, String>>,
    pub name: Option<String>,
    pub namespace: Option<String>,
    pub app: Option<String>,
    /// Dotted module that holds the pattern.
    pub urlconf: String,
    /// Dotted module of the urlconf from which it is reached.
    pub root_urlconf: String,
    pub file: String,
    pub line: u32,
    pub certainty: Certainty,
    /// The condition under which it exists.
    pub condition: Option<String>,
    /// A `.{format}` twin made by DRF.
    pub format_suffix: bool,
    /// The repository defines the view.
    pub first_party_view: bool,
    /// Below `i18n_patterns`.
    pub i18n: bool,
    /// Below an admin site.
    pub admin: bool,
    /// Methods that a function view asks `request.method` for, without HEAD and OPTIONS: likely, as nothing declares them. Null where it does
    /// not ask, or where `methods` says it.
    pub likely_methods: Option<Vec<String>>,
    pub access: Access,
}

/// Whether the pattern is of `path()` or a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RouteKind {
    Path,
    Regex,
}

/// A view of any kind.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct View {
    pub qualname: String,
    /// `function`, `api_view`, `class`, `generic`, `apiview`, `generic_apiview`, `viewset`, `model_viewset`, `graphql`, `ninja`, `consumer`, …
    pub kind: String,
    pub app: Option<String>,
    pub file: String,
    pub line: u32,
    #[serde(rename = "async")]
    pub is_async: bool,
    pub decorators: Vec<String>,
    pub permissions: Vec<String>,
    pub authentication: Vec<String>,
    pub throttles: Vec<String>,
    pub pagination: Option<String>,
    pub filters: Vec<String>,
    /// `app.Model`
    pub queryset_model: Option<String>,
    /// Dotted name.
    pub serializer: Option<String>,
    pub template: Option<String>,
    pub forms: Vec<String>,
    pub orm_calls: u32,
    pub complexity: u32,
    pub lines: u32,
    pub methods: Option<Vec<String>>,
    /// Some route leads to it.
    pub routed: bool,
}

/// A serializer class.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Serializer {
    pub qualname: String,
    /// `ModelSerializer`, `Serializer`, `HyperlinkedModelSerializer`, …
    pub kind: String,
    pub app: Option<String>,
    pub file: String,
    pub line: u32,
    /// `app.Model`
    pub model: Option<String>,
    /// Declared and from Meta, resolved; null where that is not known.
    pub fields: Option<Vec<String>>,
    pub declared_fields: Vec<SerializerField>,
    /// Methods of the framework that it replaces.
    pub overrides: Vec<String>,
    /// Made at run time.
    pub dynamic: bool,
    /// Fields of other serializers that hold one of it: `package.module.Serializer.field`.
    pub nested_in: Vec<String>,
}

/// A serializer made by a call, for the schema of one operation: `inline_serializer("Name", {…})`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InlineSerializer {
    pub name: Option<String>,
    pub app: Option<String>,
    pub file: String,
    pub line: u32,
    /// Null where they are not written as a dictionary.
    pub fields: Option<Vec<SerializerField>>,
}

/// A field written in the body of a serializer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SerializerField {
    pub name: String,
    /// Class name; dotted for first-party classes.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Dotted name of the nested serializer.
    pub nested: Option<String>,
    pub many: bool,
    pub source: Option<String>,
    pub read_only: bool,
    /// The method behind a `SerializerMethodField`.
    pub method: Option<String>,
    pub line: u32,
}

/// A registration at an admin site.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Admin {
    pub site: String,
    /// `app.Model`; null where it is not known.
    pub model: Option<String>,
    /// Dotted name of the `ModelAdmin`.
    pub admin: String,
    pub file: String,
    pub line: u32,
    pub inlines: Vec<String>,
    pub actions: Vec<String>,
    pub features: Vec<String>,
}

/// A receiver connected to a signal.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Receiver {
    /// Dotted name; null where it is not known.
    pub signal: Option<String>,
    pub receiver: Option<String>,
    /// `app.Model` or a dotted name.
    pub sender: Option<String>,
    /// `decorator` or `connect`
    pub how: String,
    pub dispatch_uid: bool,
    pub file: String,
    pub line: u32,
    pub app: Option<String>,
    /// Sender and receiver live in different modules.
    pub crosses_modules: bool,
    pub certainty: Certainty,
    /// Connected at run time.
    pub dynamic: bool,
    /// Why it can never be called; null where it can.
    pub never_fires: Option<String>,
}

/// A signal that the repository defines.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SignalDefinition {
    pub qualname: String,
    pub file: String,
    pub line: u32,
}

/// A place that sends a signal.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SignalSend {
    pub signal: String,
    /// Dotted name of the function that sends.
    pub sent_by: String,
    /// By `send_robust`.
    pub robust: bool,
    pub file: String,
    pub line: u32,
}

impl From<&found::Route> for Route {
    fn from(from: &found::Route) -> Self {
        Route {
            path: from.path_known.then(|| from.path.clone()),
            pattern: from.pattern.clone(),
            kind: match from.kind {
                found::RouteKind::Path => RouteKind::Path,
                found::RouteKind::Regex => RouteKind::Regex,
            },
            methods: from.methods.clone(),
            methods_certainty: from.methods_certainty.into(),
            view: from.view.clone(),
            actions: (!from.actions.is_empty()).then(|| from.actions.iter().cloned().collect()),
            name: from.name.clone(),
            namespace: from.namespace.clone(),
            app: from.app.clone(),
            urlconf: from.urlconf.clone(),
            root_urlconf: from.root_urlconf.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            certainty: from.certainty.into(),
            condition: from.condition.clone(),
            format_suffix: from.format_suffix,
            first_party_view: from.first_party_view,
            i18n: from.i18n,
            admin: from.admin,
            likely_methods: from.likely_methods.clone(),
            access: Access::from(&from.access),
        }
    }
}

impl From<&found::View> for View {
    fn from(from: &found::View) -> Self {
        View {
            qualname: from.qualname.clone(),
            kind: from.kind.clone(),
            app: from.app.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            is_async: from.is_async,
            decorators: from.decorators.clone(),
            permissions: from.permissions.clone(),
            authentication: from.authentication.clone(),
            throttles: from.throttles.clone(),
            pagination: from.pagination.clone(),
            filters: from.filters.clone(),
            queryset_model: from.queryset_model.clone(),
            serializer: from.serializer.clone(),
            template: from.template.clone(),
            forms: from.forms.clone(),
            orm_calls: from.orm_calls,
            complexity: from.complexity,
            lines: from.lines,
            methods: from.methods.clone(),
            routed: from.routed,
        }
    }
}

impl From<&found::Serializer> for Serializer {
    fn from(from: &found::Serializer) -> Self {
        Serializer {
            qualname: from.qualname.clone(),
            kind: from.kind.clone(),
            app: from.app.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            model: from.model.clone(),
            fields: from.fields.clone(),
            declared_fields: all(&from.declared_fields),
            overrides: from.overrides.clone(),
            dynamic: from.dynamic,
            nested_in: from.nested_in.clone(),
        }
    }
}

impl From<&found::InlineSerializer> for InlineSerializer {
    fn from(from: &found::InlineSerializer) -> Self {
        InlineSerializer {
            name: from.name.clone(),
            app: from.app.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            fields: from.fields.as_deref().map(all),
        }
    }
}

impl From<&found::SerializerField> for SerializerField {
    fn from(from: &found::SerializerField) -> Self {
        SerializerField {
            name: from.name.clone(),
            type_name: from.type_name.clone(),
            nested: from.nested.clone(),
            many: from.many,
            source: from.source.clone(),
            read_only: from.read_only,
            method: from.method.clone(),
            line: from.line,
        }
    }
}

impl From<&found::Admin> for Admin {
    fn from(from: &found::Admin) -> Self {
        Admin {
            site: from.site.clone(),
            model: from.model.clone(),
            admin: from.admin.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            inlines: from.inlines.clone(),
            actions: from.actions.clone(),
            features: from.features.clone(),
        }
    }
}

impl From<&found::Receiver> for Receiver {
    fn from(from: &found::Receiver) -> Self {
        Receiver {
            signal: from.signal.clone(),
            receiver: from.receiver.clone(),
            sender: from.sender.clone(),
            how: from.how.clone(),
            dispatch_uid: from.dispatch_uid,
            file: from.place.file.clone(),
            line: from.place.line,
            app: from.app.clone(),
            crosses_modules: from.crosses_modules,
            certainty: from.certainty.into(),
            dynamic: from.dynamic,
            never_fires: from.never_fires.clone(),
        }
    }
}

impl From<&found::SignalDefinition> for SignalDefinition {
    fn from(from: &found::SignalDefinition) -> Self {
        SignalDefinition { qualname: from.qualname.clone(), file: from.place.file.clone(), line: from.place.line }
    }
}

impl From<&found::SignalSend> for SignalSend {
    fn from(from: &found::SignalSend) -> Self {
        SignalSend {
            signal: from.signal.clone(),
            sent_by: from.sent_by.clone(),
            robust: from.robust,
            file: from.place.file.clone(),
            line: from.place.line,
        }
    }
}
