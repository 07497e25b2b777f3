//! A team's numbers laid over the built-in ones. The built-in file is the schema: it says which keys there are and of what kind each is.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::load::{Mistake, unknown};

/// One value to set: the path of keys, the value, and its place in the team's file.
struct Leaf {
    path: Vec<String>,
    value: Value,
    span: Range<usize>,
}

/// `base` with every value of `own` set. `sound` reads the whole and says what is wrong with it; the value after which it first does is the
/// wrong one.
pub fn overlay<T>(mut base: Table, own: &DeTable<'_>, sound: impl Fn(&Table) -> Result<T, String>) -> Result<T, Mistake> {
    let mut leaves = Vec::new();
    collect(&base, own, &mut Vec::new(), &mut leaves)?;
    leaves.sort_by_key(|leaf| leaf.span.start);
    let nowhere = |why: String| Mistake::new(0..0, "wrong value", why);
    let Some(last) = leaves.pop() else { return sound(&base).map_err(nowhere) };
    for leaf in leaves {
        set(&mut base, &leaf.path, leaf.value);
        // Bounds that come in pairs are checked when both are set.
        if let Err(why) = sound(&base)
            && why.starts_with("unknown variant")
        {
            return Err(Mistake::new(leaf.span, "wrong value", why));
        }
    }
    set(&mut base, &last.path, last.value);
    sound(&base).map_err(|why| Mistake::new(last.span, "wrong value", why))
}

fn collect(base: &Table, own: &DeTable<'_>, path: &mut Vec<String>, out: &mut Vec<Leaf>) -> Result<(), Mistake> {
    let mut entries: Vec<_> = own.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let name = key.get_ref().as_ref();
        let Some(known) = base.get(name) else {
            let names: Vec<&str> = base.keys().map(String::as_str).collect();
            return Err(unknown(key.span(), "key", name, &names));
        };
        path.push(name.to_owned());
        match (known, value.get_ref()) {
            (Value::Table(base), DeValue::Table(own)) => collect(base, own, path, out)?,
            (known, _) => out.push(Leaf { path: path.clone(), value: like(known, value)?, span: value.span() }),
        }
        path.pop();
    }
    Ok(())
}

/// The value, if it is of the kind of the known one.
fn like(known: &Value, value: &Spanned<DeValue<'_>>) -> Result<Value, Mistake> {
    let wrong = |expected: &str| Mistake::new(value.span(), "wrong value", format!("{expected} is expected"));
    let number = |text: &str| text.replace('_', "").parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
    let found = match value.get_ref() {
        DeValue::Integer(integer) if integer.radix() == 10 => number(integer.as_str()),
        DeValue::Float(float) => number(float.as_str()),
        _ => None,
    };
    match known {
        Value::Float(_) => found.map(Value::Float).ok_or_else(|| wrong("a number, zero or more,")),
        Value::Integer(_) => {
            let whole = found.filter(|n| n.fract() == 0.0 && *n < 1e9);
            whole.map(|n| Value::Integer(n as i64)).ok_or_else(|| wrong("a whole number, zero or more,"))
        }
        Value::String(_) => value.get_ref().as_str().map(|text| Value::String(text.to_owned())).ok_or_else(|| wrong("a text")),
        Value::Boolean(_) => value.get_ref().as_bool().map(Value::Boolean).ok_or_else(|| wrong("true or false")),
        Value::Array(_) => {
            let items = value.get_ref().as_array().ok_or_else(|| wrong("a list of texts"))?;
            let texts = items.iter().map(|item| item.get_ref().as_str().map(|text| Value::String(text.to_owned())));
            texts.collect::<Option<Vec<_>>>().map(Value::Array).ok_or_else(|| wrong("a list of texts"))
        }
        Value::Table(_) => Err(wrong("a table")),
        Value::Datetime(_) => Err(wrong("a date")),
    }
}

fn set(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => drop(table.insert(last.clone(), value)),
        [first, rest @ ..] => {
            if let Some(Value::Table(inner)) = table.get_mut(first) {
                set(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "[a]\nmean = 1.0\nclass = \"A\"\n[b]\nlist = [\"x\"]\nn = 1\n";

    fn laid(own: &str) -> Result<Table, (String, String)> {
        let base: Table = toml::from_str(BASE).unwrap();
        let own_table = DeTable::parse(own).unwrap();
        let sound = |table: &Table| match table["a"]["class"].as_str() {
            Some("A" | "B") => Ok(table.clone()),
            _ => Err("unknown variant".to_owned()),
        };
        overlay(base, own_table.get_ref(), sound).map_err(|m| (own[m.span.clone()].to_owned(), m.help.unwrap_or(m.label)))
    }

    #[test]
    fn values_are_set_and_the_rest_stays() {
        let table = laid("a.mean = 2\nb = { list = [\"y\", \"z\"] }").unwrap();
        assert_eq!((table["a"]["mean"].as_float(), table["b"]["list"].as_array().unwrap().len()), (Some(2.0), 2));
        assert_eq!(table["b"]["n"].as_integer(), Some(1));
    }

    #[test]
    fn mistakes_have_their_place() {
        assert_eq!(laid("a.maen = 2"), Err(("maen".to_owned(), "did you mean `mean`?".to_owned())));
        assert_eq!(laid("a.mean = \"2\"").unwrap_err().0, "\"2\"");
        assert_eq!(laid("a.mean = -1").unwrap_err().0, "-1");
        assert_eq!(laid("a.mean = nan").unwrap_err().0, "nan");
        assert_eq!(laid("b.n = 1.5").unwrap_err().0, "1.5");
        assert_eq!(laid("a = 3").unwrap_err().0, "3");
        assert_eq!(laid("a.class = \"Z\"\na.mean = 1.0").unwrap_err().0, "\"Z\"");
    }
}
