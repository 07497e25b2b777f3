//! TOML → rules, or the place of the first mistake. One loader for the built-in rules and for a team's own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::construct::{self, Kind};
use super::costs::{Class, Costs};
use super::schema::{Benefit, Condition, Literal, Match, Own, Package, Risk, Rule, Severity, Status};

/// A file of rules.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// As it is shown; `builtin` for those of the program.
    pub name: &'a str,
    pub text: &'a str,
}

/// What is wrong, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub span: Range<usize>,
    pub title: String,
    pub label: String,
    pub help: Option<String>,
}

/// A reader of TOML names the types of Rust: "expected f64".
fn in_words(label: String) -> String {
    let Some((said, kind)) = label.rsplit_once("expected ") else { return label };
    match kind {
        "f64" | "f32" => format!("{said}expected a number"),
        "u8" | "u16" | "u32" | "u64" | "usize" => format!("{said}expected a whole number, 0 or more"),
        "i32" | "i64" => format!("{said}expected a whole number"),
        _ => label,
    }
}

impl Mistake {
    pub fn new(span: Range<usize>, title: &str, label: impl Into<String>) -> Mistake {
        Mistake { span, title: title.to_owned(), label: in_words(label.into()), help: None }
    }

    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }

    /// What the TOML reader says.
    pub fn toml(error: &toml::de::Error, text: &str) -> Mistake {
        let end = text.len();
        let message = error.message();
        let title = match message {
            m if m.starts_with("unknown field") => "unknown key",
            m if m.starts_with("unknown variant") || m.starts_with("invalid") || m.starts_with("missing") => "wrong value",
            _ => "not valid TOML",
        };
        let mistake = Mistake::new(error.span().unwrap_or(end..end), title, message);
        // "unknown field `x`, expected one of `a`, `b`"
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match quoted.split_first() {
            Some((wrong, known)) if message.starts_with("unknown") && !known.is_empty() => {
                let label = if title == "unknown key" { "not a key that may stand here" } else { "not a value that may stand here" };
                let help = match crate::base::nearest::nearest(wrong, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known: {}", known.join(", ")),
                };
                Mistake::new(mistake.span, title, label).help(help)
            }
            _ => mistake,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    area: Option<String>,
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    title: String,
    #[serde(default)]
    area: Option<String>,
    #[serde(rename = "match")]
    matches: Spanned<RawMatch>,
    severity: Severity,
    #[serde(default = "low")]
    risk: Risk,
    fastapi: String,
    #[serde(default)]
    trap: Option<String>,
    recipe: String,
    #[serde(default)]
    driver: Option<Spanned<String>>,
    #[serde(default)]
    cost: Option<RawCost>,
    #[serde(default = "one")]
    units: Spanned<f64>,
    #[serde(default = "judgement")]
    status: Status,
    #[serde(default)]
    source: String,
    #[serde(default)]
    package: Option<Package>,
    #[serde(default)]
    benefit: Option<Benefit>,
    #[serde(default)]
    example: Option<String>,
}

fn low() -> Risk {
    Risk::Low
}

fn one() -> Spanned<f64> {
    Spanned::new(0..0, 1.0)
}

fn judgement() -> Status {
    Status::Judgement
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCost {
    mean: Spanned<f64>,
    class: Class,
}

impl RawCost {
    pub fn sound(self) -> Result<Own, Mistake> {
        if !(self.mean.get_ref().is_finite() && *self.mean.get_ref() >= 0.0) {
            return Err(Mistake::new(self.mean.span(), "wrong value", "a cost is a number of hours, zero or more"));
        }
        Ok(Own { mean: self.mean.into_inner(), class: self.class })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl From<Names> for Vec<String> {
    fn from(names: Names) -> Self {
        match names {
            Names::One(name) => vec![name],
            Names::Many(names) => names,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMatch {
    #[serde(default)]
    construct: Option<Spanned<String>>,
    #[serde(default, rename = "where")]
    conditions: Option<BTreeMap<Spanned<String>, Spanned<Value>>>,
    #[serde(default)]
    setting: Option<Spanned<String>>,
    #[serde(default, rename = "is")]
    value: Option<Spanned<Value>>,
    #[serde(default)]
    package: Option<Names>,
    #[serde(default)]
    call: Option<Names>,
    #[serde(default)]
    decorator: Option<Names>,
    #[serde(default)]
    subclass: Option<Names>,
    #[serde(default)]
    import: Option<Names>,
    #[serde(default)]
    any: Option<Vec<Spanned<RawMatch>>>,
    #[serde(default)]
    all: Option<Vec<Spanned<RawMatch>>>,
    #[serde(default)]
    not: Option<Box<Spanned<RawMatch>>>,
}

/// The rules of one file, in its order. `taken` are the ids that there are already.
pub fn rules(source: Source<'_>, costs: &Costs, taken: &mut BTreeSet<String>) -> Result<Vec<Rule>, Mistake> {
    let file: File = toml::from_str(source.text).map_err(|error| Mistake::toml(&error, source.text))?;
    let area = file.area;
    let mut out = Vec::new();
    for raw in file.rule {
        let place = raw.id.span();
        let rule = rule(raw, area.as_deref(), source.name, costs)?;
        if !taken.insert(rule.id.clone()) {
            return Err(Mistake::new(place, "wrong id", "there is a rule with this id already"));
        }
        out.push(rule);
    }
    Ok(out)
}

fn rule(raw: RawRule, area: Option<&str>, origin: &str, costs: &Costs) -> Result<Rule, Mistake> {
    let id = raw.id.get_ref().clone();
    let sound = id.chars().all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '-') && !id.is_empty();
    if !sound {
        return Err(
            Mistake::new(raw.id.span(), "wrong id", "an id is made of small letters, digits and -").help("id = \"model-generic-fk\"")
        );
    }
    if let Some(driver) = &raw.driver
        && costs.get(driver.get_ref()).is_none()
    {
        let known: Vec<&str> = costs.rows.keys().map(String::as_str).collect();
        return Err(unknown(driver.span(), "driver", driver.get_ref(), &known));
    }
    let cost = raw.cost.map(RawCost::sound).transpose()?;
    if !(raw.units.get_ref().is_finite() && *raw.units.get_ref() >= 0.0) {
        return Err(Mistake::new(raw.units.span(), "wrong value", "units are a number, zero or more"));
    }
    let span = raw.matches.span();
    Ok(Rule {
        title: raw.title,
        area: raw.area.or_else(|| area.map(str::to_owned)).unwrap_or_else(|| "own rules".to_owned()),
        matches: compiled(raw.matches.into_inner(), span)?,
        severity: raw.severity,
        risk: raw.risk,
        fastapi: raw.fastapi,
        trap: raw.trap,
        recipe: raw.recipe,
        driver: raw.driver.map(Spanned::into_inner),
        cost,
        units: raw.units.into_inner(),
        status: raw.status,
        source: raw.source,
        package: raw.package,
        benefit: raw.benefit,
        example: raw.example.unwrap_or_else(|| id.clone()),
        origin: origin.to_owned(),
        overridden: None,
        id,
    })
}

fn compiled(raw: RawMatch, span: Range<usize>) -> Result<Match, Mistake> {
    let verbs = [
        raw.construct.is_some(),
        raw.setting.is_some(),
        raw.package.is_some(),
        raw.call.is_some(),
        raw.decorator.is_some(),
        raw.subclass.is_some(),
        raw.import.is_some(),
        raw.any.is_some(),
        raw.all.is_some(),
        raw.not.is_some(),
    ];
    if verbs.iter().filter(|there| **there).count() != 1 {
        return Err(Mistake::new(span, "wrong match", "a match has exactly one verb")
            .help("verbs: construct, setting, package, call, decorator, subclass, import, any, all, not"));
    }
    let parts = |list: Vec<Spanned<RawMatch>>| {
        list.into_iter()
            .map(|part| {
                let span = part.span();
                compiled(part.into_inner(), span)
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let text = |name: &str, values: Vec<String>| (name.to_owned(), Condition::Is(values.into_iter().map(Literal::Text).collect()));
    if let Some(kind) = raw.construct {
        let Some(known) = construct::kind(kind.get_ref()) else {
            let names: Vec<&str> = construct::KINDS.iter().map(|k| k.name).collect();
            return Err(unknown(kind.span(), "construct", kind.get_ref(), &names));
        };
        let conditions = raw.conditions.unwrap_or_default();
        let conditions = conditions.into_iter().map(|(name, value)| condition(known, name, value)).collect::<Result<Vec<_>, _>>()?;
        return Ok(Match::Construct { kind: kind.into_inner(), conditions });
    }
    if let Some(setting) = raw.setting {
        let mut conditions = vec![text("name", vec![setting.into_inner()])];
        if let Some(value) = raw.value {
            conditions.push(("value".to_owned(), compared(value)?));
        }
        return Ok(Match::Construct { kind: "setting".to_owned(), conditions });
    }
    if let Some(names) = raw.package {
        return Ok(Match::Construct { kind: "package".to_owned(), conditions: vec![text("name", names.into())] });
    }
    if let Some(list) = raw.any {
        return Ok(Match::Any(parts(list)?));
    }
    if let Some(list) = raw.all {
        return Ok(Match::All(parts(list)?));
    }
    if let Some(part) = raw.not {
        let span = part.span();
        return Ok(Match::Not(Box::new(compiled(part.into_inner(), span)?)));
    }
    Ok(match (raw.call, raw.decorator, raw.subclass, raw.import) {
        (Some(names), ..) => Match::Call(names.into()),
        (_, Some(names), ..) => Match::Decorator(names.into()),
        (_, _, Some(names), _) => Match::Subclass(names.into()),
        (_, _, _, Some(names)) => Match::Import(names.into()),
        _ => Match::Any(Vec::new()),
    })
}

fn condition(kind: &Kind, name: Spanned<String>, value: Spanned<Value>) -> Result<(String, Condition), Mistake> {
    if !kind.attributes.iter().any(|(known, _)| known == name.get_ref()) {
        let known: Vec<&str> = kind.attributes.iter().map(|(known, _)| *known).collect();
        return Err(unknown(name.span(), &format!("attribute of {}", kind.name), name.get_ref(), &known));
    }
    Ok((name.into_inner(), compared(value)?))
}

fn literal(value: &Value) -> Option<Literal> {
    match value {
        Value::String(text) => Some(Literal::Text(text.clone())),
        Value::Boolean(truth) => Some(Literal::Bool(*truth)),
        Value::Integer(number) => Some(Literal::Int(*number)),
        _ => None,
    }
}

fn literals(value: &Value) -> Option<Vec<Literal>> {
    match value {
        Value::Array(items) => items.iter().map(literal).collect(),
        single => Some(vec![literal(single)?]),
    }
}

fn compared(value: Spanned<Value>) -> Result<Condition, Mistake> {
    let wrong = || {
        Mistake::new(value.span(), "wrong condition", "a value, a list of values, or one comparison is expected")
            .help("comparisons: { not = … }, { starts = \"…\" }, { ends = \"…\" }, { min = n }, { max = n }, { present = true }")
    };
    if let Some(values) = literals(value.get_ref()) {
        return Ok(Condition::Is(values));
    }
    let Value::Table(table) = value.get_ref() else { return Err(wrong()) };
    let mut entries = table.iter();
    let (Some((verb, operand)), None) = (entries.next(), entries.next()) else { return Err(wrong()) };
    match (verb.as_str(), operand) {
        ("not", operand) => literals(operand).map(Condition::Not).ok_or_else(wrong),
        ("starts", Value::String(text)) => Ok(Condition::Starts(text.clone())),
        ("ends", Value::String(text)) => Ok(Condition::Ends(text.clone())),
        ("min", Value::Integer(number)) => Ok(Condition::Min(*number)),
        ("max", Value::Integer(number)) => Ok(Condition::Max(*number)),
        ("present", Value::Boolean(truth)) => Ok(Condition::Present(*truth)),
        _ => Err(wrong()),
    }
}

/// A name that is not known, with the nearest that is.
pub fn unknown(span: Range<usize>, what: &str, name: &str, known: &[&str]) -> Mistake {
    let mistake = Mistake::new(span, &format!("unknown {what}"), format!("there is no {what} `{name}`"));
    match crate::base::nearest::nearest(name, known) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake.help(format!("known: {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Vec<Rule>, Mistake> {
        rules(Source { name: "own.toml", text }, &Costs::builtin().unwrap(), &mut BTreeSet::new())
    }

    fn with(line: &str) -> String {
        format!("[[rule]]\nid = \"a-b\"\ntitle = \"t\"\nseverity = \"info\"\nfastapi = \"f\"\nrecipe = \"r\"\n{line}\n")
    }

    fn wrong(line: &str) -> (String, String) {
        let text = with(line);
        let mistake = load(&text).unwrap_err();
        (text[mistake.span.clone()].to_owned(), format!("{} {}", mistake.label, mistake.help.unwrap_or_default()))
    }

    #[test]
    fn a_rule_is_read() {
        let found =
            load(&with("match = { construct = \"field\", where = { type = [\"CharField\"], null = true } }\ndriver = \"model_field\""))
                .unwrap();
        assert_eq!(found[0].driver.as_deref(), Some("model_field"));
        let Match::Construct { conditions, .. } = &found[0].matches else { panic!() };
        assert_eq!(conditions.len(), 2);
    }

    #[test]
    fn types_have_names_that_people_use() {
        let label = |text: &str| in_words(format!("invalid type: string \"three\", expected {text}"));
        assert_eq!(label("f64"), "invalid type: string \"three\", expected a number");
        assert_eq!(label("u32"), "invalid type: string \"three\", expected a whole number, 0 or more");
        assert_eq!(label("a string"), "invalid type: string \"three\", expected a string");
    }

    #[test]
    fn mistakes_have_their_place_and_the_nearest_name() {
        let (at, said) = wrong("match = { construct = \"feild\" }");
        assert!(at.contains("feild") && said.contains("did you mean `field`"), "{at} {said}");
        let (at, said) = wrong("match = { construct = \"field\", where = { typ = \"x\" } }");
        assert!(at.contains("typ") && said.contains("`type`"), "{at} {said}");
        let (at, said) = wrong("match = { call = \"x\", import = \"y\" }");
        assert!(at.starts_with('{') && said.contains("one verb"), "{at} {said}");
        let (at, said) = wrong("match = { call = \"x\" }\ndriver = \"modle\"");
        assert!(at.contains("modle") && said.contains("`model`"), "{at} {said}");
        let (at, said) = wrong("match = { call = \"x\" }\nseverty = \"info\"");
        assert!(at.contains("severty") && said.contains("did you mean `severity`"), "{at} {said}");
        let (at, said) = wrong("match = { construct = \"field\", where = { null = { about = 1 } } }");
        assert!(at.contains("about") && said.contains("comparison"), "{at} {said}");
    }
}
