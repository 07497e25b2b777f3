//! The methods of managers, querysets and instances: what they return, whether they write, and how hard they are to carry over.
//!
//! | class | what puts a query there |
//! |---|---|
//! | `simple` | `filter`, `get`, `create`, `save`, `delete`, `exists`, `count`, `first`, `order_by`, … |
//! | `moderate` | joins across `__`, `select_related`, `prefetch_related`, `values`, bulk operations, `get_or_create`, set operations, `Q`, `F`, … |
//! | `complex` | `annotate`, `aggregate`, subqueries, window and conditional expressions, database functions, full text search, SQL text |

use rustc_hash::FxHashMap;

use crate::base::{Sym, last_part, sym};
use crate::project::Packages;

/// How hard a query is to carry over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Simple,
    Moderate,
    Complex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    QuerySet,
    /// A queryset of rows, not instances.
    Rows,
    Instance,
    /// An instance and a flag.
    Pair,
    Many,
    /// Instances by key.
    Map,
    Plain,
}

/// What the arguments of a method are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Keywords are lookups, positions are conditions.
    Lookups,
    /// Texts are paths of fields.
    Paths,
    /// Texts are relations to load with it.
    Relations,
    /// Keywords and positions are expressions.
    Expressions,
    /// Nothing that reaches another model.
    Values,
}

#[derive(Clone, Copy, Debug)]
pub struct Method {
    pub returns: Returns,
    pub level: Level,
    pub write: bool,
    pub takes: Takes,
    /// Called as an `a…` variant.
    pub is_async: bool,
}

const QUERYSET: &[(&str, Returns, Level, bool, Takes)] = {
    use Level::{Complex, Moderate, Simple};
    use Returns::*;
    use Takes::*;
    &[
        ("all", QuerySet, Simple, false, Values),
        ("none", QuerySet, Simple, false, Values),
        ("filter", QuerySet, Simple, false, Lookups),
        ("exclude", QuerySet, Simple, false, Lookups),
        ("complex_filter", QuerySet, Moderate, false, Lookups),
        ("order_by", QuerySet, Simple, false, Paths),
        ("reverse", QuerySet, Simple, false, Values),
        ("distinct", QuerySet, Simple, false, Paths),
        ("using", QuerySet, Simple, false, Values),
        ("select_for_update", QuerySet, Simple, false, Values),
        ("select_related", QuerySet, Moderate, false, Relations),
        ("prefetch_related", QuerySet, Moderate, false, Relations),
        ("only", QuerySet, Moderate, false, Paths),
        ("defer", QuerySet, Moderate, false, Paths),
        ("union", QuerySet, Moderate, false, Expressions),
        ("intersection", QuerySet, Moderate, false, Expressions),
        ("difference", QuerySet, Moderate, false, Expressions),
        ("annotate", QuerySet, Complex, false, Expressions),
        ("alias", QuerySet, Complex, false, Expressions),
        ("extra", QuerySet, Complex, false, Values),
        ("raw", QuerySet, Complex, false, Values),
        ("values", Rows, Moderate, false, Paths),
        ("values_list", Rows, Moderate, false, Paths),
        ("dates", Rows, Moderate, false, Paths),
        ("datetimes", Rows, Moderate, false, Paths),
        ("get", Instance, Simple, false, Lookups),
        ("first", Instance, Simple, false, Values),
        ("last", Instance, Simple, false, Values),
        ("latest", Instance, Simple, false, Paths),
        ("earliest", Instance, Simple, false, Paths),
        ("count", Plain, Simple, false, Values),
        ("exists", Plain, Simple, false, Values),
        ("contains", Plain, Simple, false, Values),
        ("explain", Plain, Simple, false, Values),
        ("aggregate", Plain, Complex, false, Expressions),
        ("iterator", QuerySet, Moderate, false, Values),
        ("in_bulk", Map, Moderate, false, Values),
        ("create", Instance, Simple, true, Values),
        ("update", Plain, Simple, true, Expressions),
        ("delete", Plain, Simple, true, Values),
        ("get_or_create", Pair, Moderate, true, Lookups),
        ("update_or_create", Pair, Moderate, true, Lookups),
        ("bulk_create", Many, Moderate, true, Values),
        ("bulk_update", Plain, Moderate, true, Values),
    ]
};

/// Those that only the manager of a relation has.
const RELATED: &[&str] = &["add", "clear", "remove", "set"];

/// Methods that managers of packages, Django's own included, have beyond those; whether they write.
const PACKAGED: &[(&str, Returns, bool)] = &[
    ("create_superuser", Returns::Instance, true),
    ("create_user", Returns::Instance, true),
    ("get_by_natural_key", Returns::Instance, false),
    ("get_current", Returns::Instance, false),
    ("get_for_id", Returns::Instance, false),
    ("get_for_model", Returns::Instance, false),
    ("get_for_models", Returns::Plain, false),
];

/// Methods of managers and querysets that ask the database nothing.
const HELPERS: &[&str] = &[
    "as_manager",
    "check",
    "contribute_to_class",
    "deconstruct",
    "from_queryset",
    "make_random_password",
    "normalize_email",
    "resolve_expression",
];

const INSTANCE: &[(&str, bool)] = &[("save", true), ("delete", true), ("refresh_from_db", false), ("save_base", true)];

/// Lookups and transforms behind the last field of a path; no join.
const LOOKUPS: &[&str] = &[
    "exact",
    "iexact",
    "contains",
    "icontains",
    "in",
    "gt",
    "gte",
    "lt",
    "lte",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "range",
    "date",
    "year",
    "iso_year",
    "month",
    "day",
    "week",
    "week_day",
    "iso_week_day",
    "quarter",
    "time",
    "hour",
    "minute",
    "second",
    "isnull",
    "regex",
    "iregex",
    "has_key",
    "has_keys",
    "has_any_keys",
    "contained_by",
    "overlap",
    "len",
    "lower",
    "upper",
    "length",
];

/// Lookups of full text search.
const SEARCH: &[&str] = &["search", "trigram_similar", "trigram_word_similar", "trigram_strict_word_similar", "unaccent"];

/// The tables above by name, in both spellings.
#[derive(Debug)]
pub struct Methods {
    queryset: FxHashMap<Sym, Method>,
    instance: FxHashMap<Sym, Method>,
    lookups: FxHashMap<Sym, Level>,
    helpers: Vec<Sym>,
    related: Vec<Sym>,
}

impl Default for Methods {
    fn default() -> Methods {
        let mut queryset = FxHashMap::default();
        let mut put = |name: &str, method: Method| {
            queryset.insert(sym(name), method);
            queryset.insert(sym(&format!("a{name}")), Method { is_async: true, ..method });
        };
        for (name, returns, level, write, takes) in QUERYSET {
            put(name, Method { returns: *returns, level: *level, write: *write, takes: *takes, is_async: false });
        }
        for name in RELATED {
            put(name, Method { returns: Returns::Plain, level: Level::Simple, write: true, takes: Takes::Values, is_async: false });
        }
        for (name, returns, write) in PACKAGED {
            put(name, Method { returns: *returns, level: Level::Simple, write: *write, takes: Takes::Values, is_async: false });
        }
        // `a` + `ll` and the like are other words.
        for name in ["aall", "afilter", "alias"] {
            queryset.remove(&sym(name));
        }
        queryset.insert(
            sym("alias"),
            Method { returns: Returns::QuerySet, level: Level::Complex, write: false, takes: Takes::Expressions, is_async: false },
        );
        let mut instance = FxHashMap::default();
        for (name, write) in INSTANCE {
            let method = Method { returns: Returns::Plain, level: Level::Simple, write: *write, takes: Takes::Values, is_async: false };
            instance.insert(sym(name), method);
            instance.insert(sym(&format!("a{name}")), Method { is_async: true, ..method });
        }
        let related = RELATED.iter().flat_map(|name| [sym(name), sym(&format!("a{name}"))]).collect();
        let lookups =
            LOOKUPS.iter().map(|name| (sym(name), Level::Simple)).chain(SEARCH.iter().map(|name| (sym(name), Level::Complex))).collect();
        Methods { queryset, instance, lookups, helpers: HELPERS.iter().map(|h| sym(h)).collect(), related }
    }
}

impl Methods {
    pub fn of_queryset(&self, name: Sym) -> Option<Method> {
        self.queryset.get(&name).copied()
    }

    pub fn of_instance(&self, name: Sym) -> Option<Method> {
        self.instance.get(&name).copied().or_else(|| {
            // `get_next_by_created()`
            (name.starts_with("get_next_by_") || name.starts_with("get_previous_by_")).then_some(Method {
                returns: Returns::Instance,
                level: Level::Simple,
                write: false,
                takes: Takes::Lookups,
                is_async: false,
            })
        })
    }

    /// `add`, `remove`, `set`, `clear` of a related manager.
    pub fn is_related(&self, name: Sym) -> bool {
        self.related.contains(&name)
    }

    pub fn is_helper(&self, name: Sym) -> bool {
        self.helpers.contains(&name) || name.starts_with('_')
    }

    /// The level that a lookup or transform gives a condition; none for what is no lookup.
    pub fn lookup(&self, name: Sym) -> Option<Level> {
        self.lookups.get(&name).copied()
    }
}

/// Modules whose classes are expressions, also where the tables know them under another name.
const EXPRESSIONS: &[&str] = &[
    "django.contrib.gis.db.models.aggregates.",
    "django.contrib.gis.db.models.functions.",
    "django.contrib.postgres.aggregates.",
    "django.contrib.postgres.expressions.",
    "django.contrib.postgres.functions.",
    "django.contrib.postgres.search.",
    "django.db.models.aggregates.",
    "django.db.models.expressions.",
    "django.db.models.functions.",
];

/// The level of an expression class outside the repository, by canonical name; none for what is no expression.
pub fn expression(packages: &Packages, name: Sym) -> Option<Level> {
    let last = last_part(&name);
    if !last.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let known = packages.class(name).is_some_and(|c| c.role.as_deref() == Some("expression"));
    if !known && !EXPRESSIONS.iter().any(|module| name.starts_with(module)) {
        return None;
    }
    Some(match last {
        "F" | "FilteredRelation" | "GenericPrefetch" | "Prefetch" | "Q" => Level::Moderate,
        "Col" | "OrderBy" | "Value" => Level::Simple,
        _ => Level::Complex,
    })
}
