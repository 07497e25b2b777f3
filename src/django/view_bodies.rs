//! What the code of a view class says: its kind, who wrote which method, which attributes its body sets, whether it makes a page.
//!
//! Rules read it. It must not know routes: a body counts where it is written, however many routes lead to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::eval::{Base, ClassObj, ClassRef, Value};

use super::inventory::View;
use super::views::{VIEW, VIEWSET};
use super::world::World;

const API_VIEW: &str = "rest_framework.views.APIView";

#[derive(Clone, Debug, Default)]
pub struct ViewBody {
    /// Answers with a rendered template.
    pub page: bool,
    pub parsers: Vec<String>,
    pub renderers: Vec<String>,
    /// Attributes that its own class body sets, sorted; methods are none.
    pub sets: Vec<String>,
    /// Method → the class of the project that defines it, the nearest in the order of resolution.
    pub methods: BTreeMap<String, String>,
    /// Those of `methods` that are written here: in its own body, or in a mixin that no earlier view derives from. Sorted.
    pub defines: Vec<String>,
    /// Handlers and actions by which its bases from packages write its model, and that model or those: `app.Model`.
    pub saves: Vec<String>,
    pub models: Vec<String>,
    /// It is no view class, but a package's object that answers a GET: a feed.
    pub feed: bool,
    /// The base from a package that makes it begin or end a session or a token.
    pub login: Option<String>,
}

/// The kind by the nearest external base that is a view.
pub fn kind(world: &World, class: ClassRef) -> &'static str {
    let object = world.interp.class(class);
    let packages = &world.interp.project.packages;
    let nearest = object.mro.iter().find_map(|b| match b {
        Base::Ext(name) if packages.mro(*name).iter().any(|c| c.as_str() == VIEW || c.as_str() == VIEWSET) => Some(*name),
        _ => None,
    });
    let Some(nearest) = nearest else { return "class" };
    let top = nearest.split('.').next().unwrap_or("");
    if matches!(top, "graphene_django" | "strawberry" | "ariadne") {
        return "graphql";
    }
    if world.interp.derives(class, VIEWSET) {
        return if world.interp.derives(class, "rest_framework.viewsets.ModelViewSet") { "model_viewset" } else { "viewset" };
    }
    if world.interp.derives(class, API_VIEW) {
        return if nearest.as_str() == API_VIEW { "apiview" } else { "generic_apiview" };
    }
    if nearest.as_str() == VIEW { "class" } else { "generic" }
}

/// `pages` names the functions that render a template.
pub fn body(world: &mut World, class: ClassRef, object: &ClassObj, pages: &BTreeSet<String>) -> ViewBody {
    let mut names = |attribute: &str| match world.interp.find_first_party(class, attribute) {
        Some((value, _)) => world.dotted_list(&value),
        None => Vec::new(),
    };
    let (parsers, renderers) = (names("parser_classes"), names("renderer_classes"));
    let vars = object.frame.vars.borrow();
    let mut sets: Vec<String> = vars.iter().filter(|(_, v)| !matches!(v, Value::Func(_))).map(|(name, _)| name.to_string()).collect();
    sets.sort();
    let (saves, login) = inherited(world, object);
    ViewBody {
        page: is_page(world, object, pages),
        parsers,
        renderers,
        sets,
        methods: methods(world, object),
        saves,
        login,
        feed: is_feed(world, object),
        ..ViewBody::default()
    }
}

fn is_feed(world: &World, object: &ClassObj) -> bool {
    object.mro.iter().any(|base| match base {
        Base::First(_) => false,
        Base::Ext(name) => world.interp.project.packages.class(*name).is_some_and(|facts| facts.role.as_deref() == Some("syndication")),
    })
}

/// What the tables say of its bases: the handlers that write its model, and the first that logs in or out.
fn inherited(world: &World, object: &ClassObj) -> (Vec<String>, Option<String>) {
    let (mut saves, mut login) = (BTreeSet::new(), None);
    for base in &object.mro {
        let Base::Ext(name) = base else { continue };
        let Some(facts) = world.interp.project.packages.class(*name) else { continue };
        saves.extend(facts.saves.iter().cloned());
        if facts.login {
            login.get_or_insert_with(|| name.to_string());
        }
    }
    (saves.into_iter().collect(), login)
}

/// Whether it has a template of its own, or a method of it or of a base renders one.
fn is_page(world: &World, object: &ClassObj, pages: &BTreeSet<String>) -> bool {
    object.mro.iter().any(|base| match base {
        Base::First(base) => {
            let methods = format!("{}.", world.interp.class(*base).dotted());
            pages.range(methods.clone()..).next().is_some_and(|page| page.starts_with(&methods))
        }
        Base::Ext(name) => name.as_str() == "django.views.generic.base.TemplateResponseMixin",
    })
}

fn methods(world: &World, object: &ClassObj) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for base in object.mro.iter().copied() {
        let Base::First(base) = base else { continue };
        let class = world.interp.class(base);
        for (name, value) in class.frame.vars.borrow().iter() {
            if matches!(value, Value::Func(_)) {
                out.entry(name.to_string()).or_insert_with(|| class.dotted());
            }
        }
    }
    out
}

/// Says of each method at which of the views it counts.
pub fn attribute(views: &mut BTreeMap<String, View>) {
    let names: BTreeSet<String> = views.keys().cloned().collect();
    let mut mixed_in: BTreeSet<(String, String)> = BTreeSet::new();
    for (qualname, view) in views.iter_mut() {
        for (name, by) in &view.body.methods {
            if by == qualname || (!names.contains(by) && mixed_in.insert((by.clone(), name.clone()))) {
                view.body.defines.push(name.clone());
            }
        }
    }
}
