//! Names in the database that Django makes up: tables of models and of many-to-many relations, indexes without a name; shortened where the
//! database allows only so much.

use crate::base::{Loc, md5, sym};
use crate::eval::Value;

use super::world::World;

/// How long a name may be in the database that the settings name as default; none where there is no limit or no knowing.
pub fn longest_name(world: &mut World) -> Option<usize> {
    let Value::Dict(databases) = world.interp.setting(sym("DATABASES"), Loc::default()) else { return None };
    let default = world.interp.force(databases.get("default")?);
    let Value::Dict(default) = default else { return None };
    let engine = world.interp.force(default.get("ENGINE")?);
    let engine = engine.options().iter().find_map(Value::as_str)?;
    // Back ends of packages carry the name of the database that they speak to.
    [("post", 63), ("psyco", 63), ("mysql", 64), ("oracle", 30)].iter().find(|(name, _)| engine.contains(name)).map(|(_, length)| *length)
}

/// `truncate_name`: the end of a name that is too long gives way to four digits of its digest.
pub fn shortened(name: String, longest: Option<usize>) -> String {
    match longest {
        Some(longest) if name.chars().count() > longest => {
            let head: String = name.chars().take(longest - 4).collect();
            let digest: String = md5::hex(name.as_bytes()).chars().take(4).collect();
            format!("{head}{digest}")
        }
        _ => name,
    }
}

/// The table of a model whose Meta names none.
pub fn of_model(app: &str, model: &str, longest: Option<usize>) -> String {
    shortened(format!("{app}_{}", model.to_ascii_lowercase()), longest)
}

/// The table that Django makes for a many-to-many field.
pub fn of_relation(table: &str, field: &str, longest: Option<usize>) -> String {
    shortened(format!("{}_{field}", table.trim_matches('"')), longest)
}

/// The name that an index gets when its definition has none; `columns` carry a minus where they descend.
pub fn of_index(table: &str, columns: &[String], suffix: &str) -> Option<String> {
    let first = columns.first()?.trim_start_matches('-');
    let mut hashed = table.to_owned();
    for part in columns {
        hashed.push_str(part);
    }
    hashed.push_str(suffix);
    let digest: String = md5::hex(hashed.as_bytes()).chars().take(6).collect();
    let head = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let name = format!("{}_{}_{digest}_{suffix}", head(table, 11), head(first, 7));
    Some(if name.starts_with(|c: char| c == '_' || c.is_ascii_digit()) { format!("D{}", name.get(1..)?) } else { name })
}

#[cfg(test)]
mod tests {
    use super::{of_index, of_model, of_relation};

    /// What Django 5.2 answers.
    #[test]
    fn names() {
        let long = "a".repeat(70);
        assert_eq!(of_model("shop", "Order", Some(63)), "shop_order");
        assert_eq!(of_model("shop", &long, Some(63)), format!("shop_{}b327", "a".repeat(54)));
        assert_eq!(of_model("shop", &long, None), format!("shop_{long}"));
        assert_eq!(of_relation("\"shop_order\"", "tags", None), "shop_order_tags");
        assert_eq!(of_index("shop_order", &["-placed".into(), "state".into()], "idx").as_deref(), Some("shop_order_placed_faedc9_idx"));
    }
}
