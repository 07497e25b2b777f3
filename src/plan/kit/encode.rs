//! Scanned text on its way into a generated file: encoded for the file's language, or refused.
//!
//! Names of tables, cookies and routes come from somebody else's repository. None of them is ever joined to code as it is.

use std::fmt::Write as _;

/// A value as Python writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Py {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    Tuple(Vec<String>),
}

impl Py {
    pub fn text(text: &str) -> Py {
        Py::Text(text.to_owned())
    }

    pub fn optional(text: Option<&str>) -> Py {
        text.map_or(Py::None, Py::text)
    }

    fn literal(&self) -> String {
        match self {
            Py::None => "None".to_owned(),
            Py::Bool(true) => "True".to_owned(),
            Py::Bool(false) => "False".to_owned(),
            Py::Int(number) => number.to_string(),
            Py::Text(text) => quoted(text),
            Py::Tuple(items) => {
                let inside: Vec<String> = items.iter().map(|item| quoted(item)).collect();
                let comma = if items.len() == 1 { "," } else { "" };
                format!("({}{comma})", inside.join(", "))
            }
        }
    }
}

/// A string literal of ASCII only: what a reader sees is what it says.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(ch),
            _ => {
                let code = u32::from(ch);
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push('"');
    out
}

const MARK: &str = "  # fitted";

/// A template with its values. A line `name=value,  # fitted` or `NAME: Final = value  # fitted` takes the value of that name; the template itself is Python
/// that runs, with the values of a new project. None where a marked line has no value or a value no line.
pub fn fill(template: &str, values: &[(&str, Py)]) -> Option<String> {
    let mut out = String::with_capacity(template.len() + 256);
    let mut used = 0;
    for line in template.lines() {
        let Some(code) = line.strip_suffix(MARK) else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let (before, comma) = match code.strip_suffix(',') {
            Some(code) => (code, ","),
            None => (code, ""),
        };
        let (left, _) = before.split_once('=')?;
        let name = left.trim().split(':').next().unwrap_or("").trim();
        let (_, value) = values.iter().find(|(wanted, _)| *wanted == name)?;
        let space = if left.ends_with(' ') { " " } else { "" };
        let _ = writeln!(out, "{left}={space}{}{comma}", value.literal());
        used += 1;
    }
    (used == values.len()).then_some(out)
}

/// A field of a CSV file. Spreadsheets take some first characters for a formula: those get an apostrophe, which only they understand.
pub fn csv(text: &str) -> String {
    let text: String = text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
    let formula = text.starts_with(['=', '+', '-', '@']);
    let text = if formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', ';', '\'']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Inline code of Markdown: one line, no way out of it, nothing that a reader cannot see.
pub fn code(text: &str) -> String {
    let mut inside = String::new();
    for ch in text.chars() {
        match ch {
            '`' => inside.push('\''),
            // A runner that reads a log looks for `##[`.
            '#' if inside.ends_with('#') => inside.push_str("\\u{23}"),
            // The arrow is ours.
            ' '..='~' | '→' => inside.push(ch),
            _ if ch.is_alphanumeric() => inside.push(ch),
            _ => {
                let _ = write!(inside, "\\u{{{:x}}}", u32::from(ch));
            }
        }
    }
    format!("`{inside}`")
}

/// Whether it is a cookie's name by RFC 6265.
pub fn is_cookie_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 128 && text.chars().all(|ch| ch.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(ch))
}

/// Whether it names one table or column: SQLAlchemy quotes the name, but a name with quotes of its own means more than one thing.
pub fn is_sql_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 128 && text.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '-' | '$' | ' '))
}

/// Whether it is a dotted name of Python.
pub fn is_dotted(text: &str) -> bool {
    text.len() <= 300
        && text.split('.').all(|part| {
            part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
                && part.chars().all(|ch| ch.is_alphanumeric() || ch == '_')
        })
}

/// Whether it has the form of a name of the time zone database.
pub fn is_time_zone(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.split('/').all(|part| {
            part.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
                && part.chars().all(|ch| ch.is_ascii_alphanumeric() || "_+-".contains(ch))
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;
    use crate::facts::{ExprKind, StmtKind};

    /// Any text, with a liking for what means something to some language.
    fn text() -> impl Strategy<Value = String> {
        let hostile = "[\\x00-\\x7f\u{85}\u{2028}\u{202e}\u{feff}é商]{0,12}";
        prop_oneof![hostile, "\\PC{0,12}", any::<String>(), "[=+@'\",;|`*\\\\\n\r<>&\\[\\]()!_~#-]{0,12}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Read back by a reader of CSV: the same fields, none of them a formula, each on one line.
        #[test]
        fn csv_is_read_back(fields in prop::collection::vec(text(), 1..5)) {
            let line: Vec<String> = fields.iter().map(|field| csv(field)).collect();
            // A line of one empty field is an empty line.
            let written = format!("first,{}\r\n", line.join(","));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(written.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(rows.len(), 1);
            let read: Vec<&str> = rows[0].iter().skip(1).collect();
            let wanted: Vec<String> = fields
                .iter()
                .map(|field| field.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect::<String>())
                .map(|field| if field.starts_with(['=', '+', '-', '@']) { format!("'{field}") } else { field })
                .collect();
            prop_assert_eq!(read, wanted);
        }

        /// Read by a parser of Markdown: one piece of code and nothing else, without what a reader cannot see.
        #[test]
        fn code_is_code(text in text()) {
            prop_assert!(!code(&text).contains("##"));
            let events: Vec<Event<'_>> = Vec::from_iter(Parser::new_ext(&format!("a {} b", code(&text)), Options::all()).map(Event::into_static));
            let codes: Vec<&Event<'_>> = events.iter().filter(|event| matches!(event, Event::Code(_))).collect();
            let others = events.iter().filter(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::SoftBreak | Event::HardBreak)).count();
            if !text.trim_matches(' ').is_empty() {
                prop_assert_eq!((codes.len(), others, events.len()), (1, 0, 5), "{:?}", events);
                if let Event::Code(inside) = codes[0] {
                    prop_assert!(inside.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, ' '..='~' | '→')));
                    let plain = text.chars().all(|ch| ch.is_ascii_graphic() && ch != '`') && !text.contains("##");
                    prop_assert!(!plain || **inside == *text);
                }
            }
        }

        /// A literal of Python, read back by the rules of its reference.
        #[test]
        fn python_is_read_back(text in text()) {
            let literal = Py::text(&text).literal();
            prop_assert!(literal.is_ascii() && !literal.chars().any(|ch| ch.is_control()));
            // The same bytes under our own reader of Python's literals, which the fixtures under CPython judge.
            let facts = crate::facts::python(format!("x = {literal}\n").as_bytes());
            prop_assert!(facts.trouble.is_none());
            let Some(StmtKind::Assign(_, value)) = facts.ast.body.first().map(|id| facts.ast.stmt(*id)) else { panic!("{literal}") };
            let (ExprKind::Str(read) | ExprKind::LongStr(read)) = facts.ast.expr(*value) else { panic!("{literal}") };
            prop_assert_eq!(read.as_str(), text);
        }
    }

    #[test]
    fn python_literals() {
        for (text, literal) in [
            ("plain", "\"plain\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("a\nimport os", "\"a\\x0aimport os\""),
            ("größe\u{202e}", "\"gr\\xf6\\xdfe\\u202e\""),
            ("\u{1f600}", "\"\\U0001f600\""),
        ] {
            assert_eq!(Py::text(text).literal(), literal);
        }
        assert_eq!(Py::Tuple(vec!["a".into()]).literal(), "(\"a\",)");
        assert_eq!(Py::Tuple(vec![]).literal(), "()");
        assert_eq!(Py::optional(None).literal(), "None");
    }

    #[test]
    fn every_mark_is_filled_and_every_value_used() {
        let template = "x = 1\n    name=\"a\",  # fitted\nNAME: Final = 2  # fitted\n";
        let values = [("name", Py::text("b=,  # fitted")), ("NAME", Py::Bool(true))];
        assert_eq!(fill(template, &values).unwrap(), "x = 1\n    name=\"b=,  # fitted\",\nNAME: Final = True\n");
        assert_eq!(fill(template, &values[..1]), None);
        assert_eq!(fill(template, &[values.to_vec(), vec![("more", Py::None)]].concat()), None);
    }

    #[test]
    fn names_are_judged_by_allow_lists() {
        assert!(is_cookie_name("__Host-session.id") && !is_cookie_name("a b") && !is_cookie_name("a;b") && !is_cookie_name(""));
        assert!(is_sql_name("accounts_user") && !is_sql_name("s\".\"t") && !is_sql_name("a;b") && !is_sql_name("a\nb"));
        assert!(is_dotted("a.b.C") && !is_dotted("a..b") && !is_dotted("a b") && !is_dotted(""));
        assert!(is_time_zone("America/Argentina/Buenos_Aires") && !is_time_zone("../etc") && !is_time_zone("A B"));
    }

    #[test]
    fn csv_and_markdown_stay_one_field_and_one_line() {
        assert_eq!(csv("a,b"), "\"a,b\"");
        assert_eq!(csv("{\"pk\": 1}"), "\"{\"\"pk\"\": 1}\"");
        assert_eq!(csv("=cmd()"), "\"'=cmd()\"");
        assert_eq!(csv("a\nb"), "a b");
        assert_eq!(code("a → größe"), "`a → größe`");
        assert_eq!(code("a`b\n# c"), "`a'b\\u{a}# c`");
    }
}
