//! The configuration file: where it is looked for, what may stand in it, and a refusal that points at the wrong word.
//!
//! A file found in the scanned tree is a stranger's: it is opened like any scanned file, its text is escaped before it is quoted, and it can
//! only choose the settings module and leave paths out. Nothing in it names an output, a program, or a file outside the tree.

use std::fmt;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::args::dotted;
use super::walk;
use crate::base::nearest::nearest;
use crate::report::escape::escape;

/// Bytes of a configuration file.
const MAX_BYTES: u64 = 1024 * 1024;
/// Name of the file and of the table in pyproject.toml.
const FILE: &str = "migscan.toml";
const PYPROJECT: &str = "pyproject.toml";
/// Every key that may stand in it.
const KEYS: [&str; 2] = ["exclude", "settings"];

/// What the configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The settings module to use where several exist.
    pub settings: Option<String>,
    /// Paths to leave out, in the patterns of `.gitignore`.
    pub exclude: Vec<String>,
    /// A file that was there and not read, with the reason.
    pub ignored: Option<(String, String)>,
}

/// The configuration is wrong.
#[derive(Debug)]
pub struct BadConfig {
    /// The file as it is shown.
    pub file: String,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

/// One line of the file, escaped; what stands around it is nobody's business.
#[derive(Debug)]
struct Excerpt {
    file: String,
    line: String,
    /// Counted from 0, as miette does.
    number: usize,
    /// The wrong part of the line.
    span: Range<usize>,
    /// What is to be said about it.
    label: String,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(&'a self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Asked for a place without surroundings, miette wants to know its column; otherwise, what to show.
        let (from, length) = if before + after == 0 { (span.offset(), span.len()) } else { (0, self.line.len()) };
        let text = self.line.get(from..from + length).ok_or(MietteError::OutOfBounds)?;
        let span = SourceSpan::from((from, length));
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), text.as_bytes(), span, self.number, from, 1)))
    }
}

impl fmt::Display for BadConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadConfig {}

impl Diagnostic for BadConfig {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let excerpt = self.excerpt.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new(Some(excerpt.label.clone()), excerpt.span.start, excerpt.span.len()))))
    }
}

/// The configuration from the named file, or from the one that lies at `root`.
pub fn load(named: Option<&Path>, root: &Path) -> Result<Config, Box<BadConfig>> {
    if let Some(path) = named {
        let file = escape(&path.to_string_lossy()).into_owned();
        let plain = |message: String| Box::new(BadConfig { file: file.clone(), message, help: None, excerpt: None });
        let bytes = read_named(path).map_err(|error| plain(format!("{file} cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|_| plain(format!("{file} is not UTF-8 text")))?;
        let is_pyproject = path.file_name().is_some_and(|name| name == PYPROJECT);
        return Text { file: &file, text: &text }.parse(is_pyproject);
    }
    match walk::read(root, FILE, MAX_BYTES) {
        Ok(bytes) => {
            let plain = |message: String| Box::new(BadConfig { file: FILE.to_owned(), message, help: None, excerpt: None });
            let text = String::from_utf8(bytes).map_err(|_| plain(format!("{FILE} is not UTF-8 text")))?;
            return Text { file: FILE, text: &text }.parse(false);
        }
        Err(walk::Reason::Missing) => {}
        Err(reason) => return Ok(Config { ignored: Some((FILE.to_owned(), reason.to_string())), ..Config::default() }),
    }
    // pyproject.toml belongs to the project: one that is broken, or not there, is no mistake in the use of migscan.
    let text = match walk::read(root, PYPROJECT, MAX_BYTES).map(String::from_utf8) {
        Ok(Ok(text)) if text.contains("migscan") => text,
        _ => return Ok(Config::default()),
    };
    if DeTable::parse(&text).is_err() {
        return Ok(Config { ignored: Some((PYPROJECT.to_owned(), "not valid TOML".to_owned())), ..Config::default() });
    }
    Text { file: PYPROJECT, text: &text }.parse(true)
}

fn read_named(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "too large for a configuration"));
    }
    Ok(bytes)
}

struct Text<'a> {
    file: &'a str,
    text: &'a str,
}

impl Text<'_> {
    fn parse(&self, is_pyproject: bool) -> Result<Config, Box<BadConfig>> {
        let document = DeTable::parse(self.text).map_err(|error| {
            let end = self.text.len();
            self.bad("not valid TOML", error.span().unwrap_or(end..end), error.message(), None)
        })?;
        let document = document.into_inner();
        if !is_pyproject {
            return self.table(&document);
        }
        let Some(tool) = document.get("tool").and_then(|tool| tool.get_ref().as_table()) else { return Ok(Config::default()) };
        let Some(own) = tool.get("migscan") else { return Ok(Config::default()) };
        match own.get_ref().as_table() {
            Some(table) => self.table(table),
            None => Err(self.bad("wrong value", own.span(), "[tool.migscan] is a table", None)),
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Result<Config, Box<BadConfig>> {
        let mut config = Config::default();
        // In the order of the file, so that the first mistake is the one that is shown.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            match key.get_ref().as_ref() {
                "settings" => config.settings = Some(self.settings(value)?),
                "exclude" => config.exclude = self.exclude(value)?,
                other => {
                    let help = match nearest(other, &KEYS) {
                        Some(name) => format!("did you mean `{name}`?"),
                        None => format!("known keys: {}", KEYS.join(", ")),
                    };
                    return Err(self.bad("unknown key", key.span(), "not a key of migscan", Some(help)));
                }
            }
        }
        Ok(config)
    }

    fn settings(&self, value: &Spanned<DeValue<'_>>) -> Result<String, Box<BadConfig>> {
        let help = Some("settings = \"shop.settings.production\"".to_owned());
        match value.get_ref() {
            DeValue::String(text) => {
                dotted(text).map_err(|_| self.bad("wrong value", value.span(), "not the dotted name of a module", help))
            }
            _ => Err(self.bad("wrong value", value.span(), "a text is expected", help)),
        }
    }

    fn exclude(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Box<BadConfig>> {
        let help = || Some("exclude = [\"legacy/\", \"**/generated/*.py\"]".to_owned());
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.bad("wrong value", value.span(), "a list of patterns is expected", help()));
        };
        let mut out = Vec::new();
        for item in items {
            let DeValue::String(pattern) = item.get_ref() else {
                return Err(self.bad("wrong value", item.span(), "a text is expected", help()));
            };
            let mut builder = ignore::gitignore::GitignoreBuilder::new("");
            // A pattern is checked by itself: one that only fails among others would show up in the walk.
            let sound = builder.add_line(None, pattern).is_ok() && builder.build().is_ok_and(|built| built.num_ignores() == 1);
            if !sound {
                return Err(self.bad("wrong value", item.span(), "not a pattern of paths to leave out", help()));
            }
            out.push(pattern.clone().into_owned());
        }
        Ok(out)
    }

    fn bad(&self, what: &str, span: Range<usize>, label: &str, help: Option<String>) -> Box<BadConfig> {
        let (before, after) = self.text.split_at_checked(span.start).unwrap_or((self.text, ""));
        let number = before.matches('\n').count();
        let head = before.rsplit('\n').next().unwrap_or_default();
        let rest = after.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let (marked, tail) = rest.split_at_checked(span.len().min(rest.len())).unwrap_or((rest, ""));
        let column = head.chars().count() + 1;
        let (head, marked, tail) = (escape(head), escape(marked), escape(tail));
        Box::new(BadConfig {
            file: self.file.to_owned(),
            message: format!("{what} in {}:{}:{column}", self.file, number + 1),
            help,
            excerpt: Some(Excerpt {
                file: self.file.to_owned(),
                line: format!("{head}{marked}{tail}"),
                number,
                span: head.len()..head.len() + marked.len(),
                label: escape(label).into_owned(),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Box<BadConfig>> {
        Text { file: FILE, text }.parse(false)
    }

    fn marked(text: &str) -> (String, String, Option<String>) {
        let bad = parse(text).unwrap_err();
        let excerpt = bad.excerpt.as_ref().unwrap();
        (bad.message.clone(), excerpt.line[excerpt.span.clone()].to_owned(), bad.help.clone())
    }

    #[test]
    fn the_known_keys() {
        let config = parse("settings = \"shop.settings\"\nexclude = [\"legacy/\", \"**/gen/*.py\"]\n").unwrap();
        assert_eq!(config.settings.as_deref(), Some("shop.settings"));
        assert_eq!(config.exclude, ["legacy/", "**/gen/*.py"]);
        assert_eq!(parse("").unwrap(), Config::default());
    }

    #[test]
    fn a_wrong_key_is_marked_and_the_nearest_named() {
        let (message, word, help) = marked("# x\nexclud = []\n");
        assert_eq!((message.as_str(), word.as_str()), ("unknown key in migscan.toml:2:1", "exclud"));
        assert_eq!(help.as_deref(), Some("did you mean `exclude`?"));
        assert_eq!(marked("output = 1").2.as_deref(), Some("known keys: exclude, settings"));
    }

    #[test]
    fn wrong_values_are_marked() {
        assert_eq!(marked("settings = 3").1, "3");
        assert_eq!(marked("settings = \"a/b.py\"").1, "\"a/b.py\"");
        assert_eq!(marked("exclude = \"x\"").1, "\"x\"");
        assert_eq!(marked("exclude = [\"ok\", 5]").1, "5");
        assert_eq!(marked("exclude = [\"a{b\", \"[\"]").0, "wrong value in migscan.toml:1:12");
        assert_eq!(marked("exclude = [\"\"]").1, "\"\"");
        assert_eq!(marked("exclude = [\"!keep\"]").1, "\"!keep\"");
    }

    #[test]
    fn broken_toml_has_a_place_and_no_neighbours() {
        let bad = parse("token = \"hunter2\"\nsettings = \nother = \"hunter3\"\n").unwrap_err();
        assert!(bad.message.contains("migscan.toml:2:"), "{}", bad.message);
        assert!(!bad.excerpt.as_ref().unwrap().line.contains("hunter"));
    }

    #[test]
    fn hostile_text_is_escaped_where_it_is_quoted() {
        let (_, word, _) = marked("\"a\\u202e\u{202e}::x\" = \u{20}1");
        assert_eq!(word, "\"a\\u202e\\u{202e}:\\x3ax\"");
    }

    #[test]
    fn the_whole_line_is_shown_and_the_place_marked() {
        let bad = parse("# x\nexclude = [\"ok\", 5]\n# y\n").unwrap_err();
        insta::assert_snapshot!(crate::cli::terminal::diagnostic(&*bad, false), @r#"
         × wrong value in migscan.toml:2:18
          ╭─[migscan.toml:2:18]
        2 │ exclude = ["ok", 5]
          ·                  ┬
          ·                  ╰── a text is expected
          ╰────
         help: exclude = ["legacy/", "**/generated/*.py"]
        "#);
    }

    #[test]
    fn the_table_in_pyproject() {
        let parse = |text: &str| Text { file: PYPROJECT, text }.parse(true);
        assert_eq!(parse("[tool.migscan]\nsettings = \"a.b\"\n").unwrap().settings.as_deref(), Some("a.b"));
        assert_eq!(parse("[tool.other]\nmigscan = 1\n").unwrap(), Config::default());
        assert_eq!(parse("tool.migscan = 1").unwrap_err().message, "wrong value in pyproject.toml:1:16");
    }
}
