//! Fields that no class body writes: the primary key, parent links, and what packages and other fields add.

use crate::base::{Loc, Sym, sym};
use crate::eval::{ClassObj, Value};

use super::inventory::{DefaultKind, Field, Relation};
use super::world::World;

/// `id` by the app's config, then DEFAULT_AUTO_FIELD, then Django's own default.
pub fn auto_field(world: &mut World, object: &ClassObj) -> String {
    let app = world.app_of(&object.module).and_then(|a| a.default_auto_field.clone());
    let name = app.or_else(|| world.interp.setting(sym("DEFAULT_AUTO_FIELD"), Loc::default()).as_str().map(|s| s.to_string()));
    crate::base::last_part(name.as_deref().unwrap_or("AutoField")).to_string()
}

pub fn implied(world: &World, name: &str, kind: &str, object: &ClassObj, target: Option<String>) -> Field {
    let relation = target.map(|to| Relation {
        kind: "OneToOneField".into(),
        to: Some(to),
        on_delete: Some("CASCADE".into()),
        related_name: None,
        through: None,
    });
    Field {
        name: name.to_string(),
        type_name: kind.to_string(),
        type_qualname: if relation.is_some() {
            "django.db.models.fields.related.OneToOneField".into()
        } else {
            format!("django.db.models.fields.{kind}")
        },
        internal_type: Some(kind.to_string()),
        column: Some(if relation.is_some() { format!("{name}_id") } else { name.to_string() }),
        null: Some(false),
        blank: Some(relation.is_none()),
        unique: Some(true),
        primary_key: Some(true),
        db_index: Some(relation.is_some()),
        declared_in: object.dotted(),
        place: world.class_place(object),
        relation,
        implied: true,
        ..Field::default()
    }
}

/// The target of a relation as a table names it: the model itself, a label, or what a setting says.
fn target(world: &mut World, to: &str, label: &str) -> String {
    match to.strip_prefix("settings.") {
        Some(setting) => world.setting_text(setting).unwrap_or_else(|| to.to_owned()),
        None if to == "self" => label.to_owned(),
        None => to.to_owned(),
    }
}

pub fn external_field(world: &mut World, field: &crate::project::packages::ExtField, name: &str, owner: &str, label: &str) -> Field {
    let to = field.to.as_deref().map(|to| target(world, to, label));
    let packages = &world.interp.project.packages;
    let kind = packages.nearest(sym(&field.type_name), |facts| facts.relation.clone());
    let (app, model) = label.split_once('.').unwrap_or(("", label));
    let class = model.to_ascii_lowercase();
    let relation = kind.clone().map(|kind| Relation {
        kind,
        to,
        on_delete: field.on_delete.clone(),
        related_name: field
            .related_name
            .clone()
            .map(|n| n.replace("%(class)s", &class).replace("%(model_name)s", &class).replace("%(app_label)s", &app.to_ascii_lowercase())),
        through: field.through.clone(),
    });
    let single = matches!(kind.as_deref(), Some("ForeignKey" | "OneToOneField"));
    let generic = matches!(kind.as_deref(), Some("GenericForeignKey" | "GenericRelation"));
    Field {
        name: name.to_string(),
        type_name: crate::base::last_part(&field.type_name).to_string(),
        type_qualname: field.type_name.clone(),
        internal_type: Some(crate::base::last_part(&field.type_name).to_string()),
        column: if generic {
            None
        } else {
            Some(field.column.clone().unwrap_or_else(|| if single { format!("{name}_id") } else { name.to_string() }))
        },
        null: Some(field.null),
        blank: Some(field.blank),
        unique: Some(field.unique || field.primary_key || kind.as_deref() == Some("OneToOneField")),
        primary_key: Some(field.primary_key),
        db_index: Some(field.db_index.unwrap_or(single)),
        max_length: field.max_length,
        default: match field.default.as_deref() {
            Some("callable") => DefaultKind::Callable,
            Some(_) => DefaultKind::Literal,
            None => DefaultKind::None,
        },
        choices: field.choices,
        declared_in: owner.to_string(),
        relation,
        implied: true,
        ..Field::default()
    }
}

/// Fields that a field adds beside itself (`MarkupField` → `…_markup_type`).
pub fn added(world: &mut World, kind: Sym, described: &Field, label: &str) -> Vec<Field> {
    let packages = &world.interp.project.packages;
    let adds = packages
        .mro(kind)
        .iter()
        .find_map(|c| packages.class(*c).filter(|c| !c.adds.is_empty()).map(|c| c.adds.clone()))
        .unwrap_or_default();
    let through = described.relation.as_ref().and_then(|relation| relation.through.as_deref()).and_then(|label| label.split_once('.'));
    let through = through.and_then(|(app, name)| world.interp.model(app, name));
    let built_on = |base: &str| match &through {
        Some(Value::Class(class)) => world.interp.derives(*class, base),
        Some(Value::Ext(name)) => world.interp.project.packages.mro(*name).iter().any(|c| c.as_str() == base),
        _ => true,
    };
    let adds: Vec<_> = adds.iter().filter(|add| add.through_base.as_deref().is_none_or(built_on)).collect();
    adds.into_iter()
        .filter_map(|add| {
            let name = match (&add.name, &add.suffix) {
                (Some(name), _) => name.replace("{name}", &described.name),
                (None, None) if add.prefix.is_none() => return None,
                (None, suffix) => format!("{}{}{}", add.prefix.as_deref().unwrap_or(""), described.name, suffix.as_deref().unwrap_or("")),
            };
            let mut made = external_field(world, add, &name, &described.declared_in, label);
            made.place = described.place.clone();
            if let (Some(relation), Some(own)) = (&mut made.relation, &described.relation)
                && relation.to.as_deref() == Some("{through}")
            {
                relation.to.clone_from(&own.through);
            }
            Some(made)
        })
        .collect()
}
