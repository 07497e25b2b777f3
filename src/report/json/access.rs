//! Who may call a route, and how it answers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Place;
use super::inventory::Certainty;
use crate::django::inventory as found;

/// Who may call a route, and how it answers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Access {
    /// Whether an anonymous request is turned away; null where only code of the project knows.
    pub login_required: Option<bool>,
    /// Django's CSRF check does not apply. DRF's views are exempt; its SessionAuthentication checks on its own.
    pub csrf_exempt: bool,
    /// The first places where code of the view decides by itself who may go on: `PermissionDenied`, `has_perm`, `check_object_permissions` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_checks: Vec<Place>,
    /// Decorators and access mixins on the way to the view, the outermost first.
    pub decorators: Vec<String>,
    /// What DRF applies; null for views that are not DRF's.
    pub policies: Option<Policies>,
    /// Dotted names of the serializers that it uses: the class attribute, or what `get_serializer_class` gives for its actions, and those made
    /// by hand.
    pub serializers: Vec<String>,
    pub serializers_certainty: Certainty,
}

/// DRF's policies of one route.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Policies {
    pub permissions: Policy,
    pub authentication: Policy,
    pub throttles: Policy,
    pub parsers: Policy,
    pub renderers: Policy,
    /// Empty where the view is not generic.
    pub pagination: Policy,
    /// Empty where the view is not generic.
    pub filters: Policy,
}

/// Classes and where they are given.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// Dotted names, in order.
    pub classes: Vec<String>,
    /// Where `&`, `|` and `~` combine them, how: `IsAuthenticated & (IsOwner | ~IsGuest)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// Those of each action of the route, where a method gives them different ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_action: BTreeMap<String, Vec<String>>,
    /// `action` (arguments of `@action`), `as_view` (its arguments), `method` (an overridden `get_…`), `class`, `package` (a base outside the
    /// project), `decorator`, `settings` (REST_FRAMEWORK), `default` (DRF's own); empty where DRF has no say.
    pub from: String,
    pub certainty: Certainty,
}

impl From<&found::Access> for Access {
    fn from(from: &found::Access) -> Self {
        Access {
            login_required: from.login_required,
            csrf_exempt: from.csrf_exempt,
            own_checks: from.own_checks.iter().map(|at| Place { file: at.file.clone(), line: at.line }).collect(),
            decorators: from.decorators.clone(),
            policies: (!from.permissions.from.is_empty()).then(|| Policies {
                permissions: Policy::from(&from.permissions),
                authentication: Policy::from(&from.authentication),
                throttles: Policy::from(&from.throttles),
                parsers: Policy::from(&from.parsers),
                renderers: Policy::from(&from.renderers),
                pagination: Policy::from(&from.pagination),
                filters: Policy::from(&from.filters),
            }),
            serializers: from.serializers.clone(),
            serializers_certainty: from.serializers_certainty.into(),
        }
    }
}

impl From<&found::Policy> for Policy {
    fn from(from: &found::Policy) -> Self {
        Policy {
            classes: from.names.clone(),
            expression: from.expression.clone(),
            by_action: from.by_action.iter().cloned().collect(),
            from: from.from.to_owned(),
            certainty: from.certainty.into(),
        }
    }
}
