//! The models as queries see them: relations forwards and backwards under the names that lookups and instances use, parents, heirs.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Sym, last_part, sym};
use crate::django::inventory::{Model, Relation as Found};
use crate::django::world::{MODEL, World};
use crate::eval::{Base, ClassRef};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(pub u32);

/// Parents of parents that are followed.
const DEPTH: u32 = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    One,
    Many,
    /// A `GenericForeignKey`: one of anything.
    Generic,
}

#[derive(Clone, Copy, Debug)]
pub struct Relation {
    pub to: Option<ModelId>,
    pub kind: Kind,
    /// The table between two models: the one of an explicit `through`, else the one that Django makes.
    pub link: Option<ModelId>,
    /// Seen from the other side.
    pub reverse: bool,
}

#[derive(Debug, Default)]
pub struct Known {
    pub label: String,
    /// Defined by the repository.
    pub own: bool,
    pub class: Option<ClassRef>,
    pub ext: Option<Sym>,
    /// Names of columns and relations.
    fields: FxHashMap<Sym, Option<Relation>>,
    /// What instances call the other side, and what lookups call it.
    accessors: FxHashMap<Sym, Relation>,
    lookups: FxHashMap<Sym, Relation>,
    pub parents: Vec<ModelId>,
    pub heirs: Vec<ModelId>,
    pub is_abstract: bool,
    key: Option<Sym>,
}

#[derive(Debug, Default)]
pub struct Catalogue {
    models: Vec<Known>,
    labels: FxHashMap<String, ModelId>,
    classes: FxHashMap<ClassRef, ModelId>,
    pub user: Option<ModelId>,
}

impl Catalogue {
    pub fn build(world: &mut World, models: &[Model]) -> Catalogue {
        let mut out = Catalogue::default();
        for model in models {
            let id = out.label(world, &model.label);
            if let Some(known) = out.models.get_mut(id.0 as usize) {
                known.own = true;
                known.is_abstract = model.is_abstract;
            }
        }
        let named: FxHashSet<(&str, &str)> = models.iter().map(|m| (m.label.as_str(), m.qualname.as_str())).collect();
        for class in world.class_refs() {
            if !world.interp.derives(class, MODEL) {
                continue;
            }
            let Some(label) = world.label_of_class(class) else { continue };
            let Some(id) = out.labels.get(&label).copied() else { continue };
            out.classes.insert(class, id);
            let object = world.interp.class(class);
            let dotted = object.dotted();
            let mut parents = Vec::new();
            for base in object.mro.iter().skip(1) {
                parents.extend(match base {
                    Base::First(base) => world.label_of_class(*base).map(|label| out.label(world, &label)),
                    Base::Ext(ext) => out.ext(world, *ext),
                });
            }
            let named = named.contains(&(label.as_str(), dotted.as_str()));
            if let Some(known) = out.models.get_mut(id.0 as usize)
                && (known.class.is_none() || named)
            {
                known.class = Some(class);
                known.parents = parents.into_iter().filter(|p| *p != id).collect();
            }
        }
        for model in models {
            out.describe(world, model);
        }
        // Models of packages point to models of the project, which know them by the other side's name.
        let apps: Vec<String> = world.apps.iter().filter(|a| a.installed && !a.first_party).map(|a| a.label.clone()).collect();
        for app in apps {
            for name in world.interp.project.packages.models_of(&app) {
                out.ext(world, name);
            }
        }
        for index in 0..out.models.len() {
            let id = ModelId(index as u32);
            for parent in out.models.get(index).map(|m| m.parents.clone()).unwrap_or_default() {
                if let Some(known) = out.models.get_mut(parent.0 as usize)
                    && !known.heirs.contains(&id)
                {
                    known.heirs.push(id);
                }
            }
        }
        let user = world.interp.user_model;
        out.user = Some(out.label(world, &user));
        out
    }

    pub fn get(&self, id: ModelId) -> Option<&Known> {
        self.models.get(id.0 as usize)
    }

    pub fn name(&self, id: ModelId) -> &str {
        self.get(id).map_or("", |m| m.label.as_str())
    }

    pub fn of_class(&self, class: ClassRef) -> Option<ModelId> {
        self.classes.get(&class).copied()
    }

    /// A model by `app.Model`; what the repository does not define is described by the package tables.
    pub fn label(&mut self, world: &World, label: &str) -> ModelId {
        if let Some(id) = self.labels.get(label) {
            return *id;
        }
        let id = ModelId(self.models.len() as u32);
        self.models.push(Known { label: label.to_string(), ..Known::default() });
        self.labels.insert(label.to_string(), id);
        if let Some((app, model)) = label.split_once('.')
            && let Some(name) = world.interp.project.packages.model_by_label(app, model)
        {
            self.describe_external(world, id, name);
        }
        id
    }

    /// A model class of a package.
    pub fn ext(&mut self, world: &World, name: Sym) -> Option<ModelId> {
        let facts = world.interp.project.packages.class(name)?;
        if facts.kind != "model" {
            return None;
        }
        let label = facts.label.clone()?;
        let id = self.label(world, &label);
        if self.get(id).is_some_and(|m| m.ext.is_none() && !m.own) {
            self.describe_external(world, id, name);
        }
        Some(id)
    }

    fn describe_external(&mut self, world: &World, id: ModelId, name: Sym) {
        if let Some(known) = self.models.get_mut(id.0 as usize) {
            known.ext = Some(name);
        }
        let packages = &world.interp.project.packages;
        let mut fields = Vec::new();
        for base in packages.mro(name).iter() {
            let Some(facts) = packages.class(*base) else { continue };
            for field in &facts.fields {
                let Some(field_name) = &field.name else { continue };
                let kind = packages.nearest(sym(&field.type_name), |facts| facts.relation.clone());
                let to = field.to.as_deref().map(|to| match to {
                    "self" => self.get(id).map(|m| m.label.clone()).unwrap_or_default(),
                    "settings.AUTH_USER_MODEL" => world.interp.user_model.to_string(),
                    other => other.to_string(),
                });
                let relation = kind.map(|kind| Found {
                    kind,
                    to,
                    related_name: field.related_name.clone(),
                    through: field.through.clone(),
                    ..Found::default()
                });
                fields.push((field_name.clone(), relation, field.primary_key));
            }
        }
        for (name, relation, key) in fields {
            self.add(world, id, &name, relation.as_ref(), key);
        }
    }

    fn describe(&mut self, world: &World, model: &Model) {
        let id = self.label(world, &model.label);
        for field in &model.fields {
            self.add(world, id, &field.name, field.relation.as_ref(), field.primary_key == Some(true));
        }
    }

    fn add(&mut self, world: &World, id: ModelId, name: &str, relation: Option<&Found>, key: bool) {
        let own = self.get(id).map(|m| (m.label.clone(), m.is_abstract));
        let Some((label, is_abstract)) = own else { return };
        let described = relation.map(|found| {
            let to = found.to.as_deref().map(|to| self.label(world, to));
            let kind = match found.kind.as_str() {
                "ManyToManyField" | "GenericRelation" => Kind::Many,
                "GenericForeignKey" => Kind::Generic,
                _ => Kind::One,
            };
            let link = (found.kind == "ManyToManyField").then(|| match &found.through {
                Some(through) => self.label(world, through),
                None => self.label(world, &format!("{label}_{name}")),
            });
            Relation { to, kind, link, reverse: false }
        });
        if let Some(known) = self.models.get_mut(id.0 as usize) {
            known.fields.insert(sym(name), described);
            if key {
                known.key = Some(sym(name));
            }
        }
        let (Some(found), Some(forward)) = (relation, described) else { return };
        let Some(target) = forward.to else { return };
        if is_abstract || found.kind.starts_with("Generic") || found.related_name.as_deref().is_some_and(|n| n.ends_with('+')) {
            return;
        }
        let lower = last_part(&label).to_ascii_lowercase();
        let single = found.kind == "OneToOneField";
        let back = Relation { to: Some(id), kind: if single { Kind::One } else { Kind::Many }, link: forward.link, reverse: true };
        let default = if single { lower.clone() } else { format!("{lower}_set") };
        let accessor = found.related_name.clone().unwrap_or(default);
        let lookup = found.related_name.clone().unwrap_or(lower);
        if let Some(known) = self.models.get_mut(target.0 as usize) {
            known.accessors.insert(sym(&accessor), back);
            known.lookups.insert(sym(&lookup), back);
        }
    }

    /// What `instance.name` leads to, own or inherited; the other side's names included.
    pub fn accessor(&self, id: ModelId, name: Sym) -> Option<Relation> {
        self.find(id, 0, &|known| known.fields.get(&name).copied().flatten().or_else(|| known.accessors.get(&name).copied()))
            // An abstract model's code runs on its heirs.
            .or_else(|| {
                let known = self.get(id).filter(|m| m.is_abstract)?;
                known.heirs.iter().take(SIBLINGS).find_map(|heir| self.get(*heir)?.accessors.get(&name).copied())
            })
    }

    /// What `name__…` in a lookup leads to.
    pub fn lookup(&self, id: ModelId, name: Sym) -> Option<Relation> {
        self.find(id, 0, &|known| known.fields.get(&name).copied().flatten().or_else(|| known.lookups.get(&name).copied()))
    }

    pub fn has_field(&self, id: ModelId, name: Sym) -> bool {
        self.find(id, 0, &|known| known.fields.contains_key(&name).then_some(())).is_some()
    }

    /// The name of the primary key; `id` where nothing else is said.
    pub fn is_key(&self, id: ModelId, name: Sym) -> bool {
        matches!(name.as_str(), "pk" | "id") || self.get(id).is_some_and(|m| m.key == Some(name))
    }

    fn find<T>(&self, id: ModelId, depth: u32, of: &impl Fn(&Known) -> Option<T>) -> Option<T> {
        let known = self.get(id)?;
        if let Some(found) = of(known) {
            return Some(found);
        }
        if depth > 0 {
            return None;
        }
        // Parents are the whole linearisation: one step reaches all of them.
        known.parents.iter().take(DEPTH as usize * 4).find_map(|parent| self.find(*parent, depth + 1, of))
    }

    pub fn is_ancestor(&self, ancestor: ModelId, of: ModelId) -> bool {
        self.get(of).is_some_and(|m| m.parents.contains(&ancestor))
    }

    /// The one concrete model behind an abstract one, where there is exactly one; else the model itself.
    pub fn concrete(&self, id: ModelId) -> ModelId {
        let Some(known) = self.get(id).filter(|m| m.is_abstract) else { return id };
        let concrete: FxHashSet<ModelId> =
            known.heirs.iter().copied().filter(|h| self.get(*h).is_some_and(|m| m.own && !m.is_abstract)).collect();
        let mut roots = concrete.iter().filter(|h| self.get(**h).is_some_and(|m| !m.parents.iter().any(|p| concrete.contains(p))));
        match (roots.next(), roots.next()) {
            (Some(one), None) => *one,
            _ => id,
        }
    }
}

/// Heirs of an abstract model that are asked for a relation.
const SIBLINGS: usize = 16;
