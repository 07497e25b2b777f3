//! The configuration: where it is looked for, and what the program works with after it was read.
//!
//! A file found in the scanned tree is a stranger's: it is opened like any scanned file, its text is escaped before it is quoted, and all it can
//! do is to choose among settings, leave paths out, set numbers, and name rule files within the tree. Nothing in it names an output, a program,
//! or a file outside the tree. A file named on the command line speaks for the user: its rule files lie beside it.

mod bad;
mod file;
mod own;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::walk;
use crate::base::nearest::nearest;
use crate::effort::calibrate::Profile;
use crate::effort::{Choices, Model, NoSuchModule};
use crate::plan::overrides::Contradiction;
use crate::report::escape::escape;
use crate::rules::costs::Costs;
use crate::rules::{Catalogue, Mistake, builtin};

pub use bad::BadConfig;
use file::{File, Pyproject};

/// Bytes of a configuration file, and of one with rules.
const MAX_BYTES: u64 = 1024 * 1024;
/// Name of the file and of the table in pyproject.toml.
const FILE: &str = "migscan.toml";
const PYPROJECT: &str = "pyproject.toml";

/// What the program works with: its own tables with what the configuration changes in them.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The settings module to use where several exist.
    pub settings: Option<String>,
    /// Variables of the environment that the project is to be seen with.
    pub environment: BTreeMap<String, String>,
    /// Paths to leave out, in the patterns of `.gitignore`.
    pub exclude: Vec<String>,
    /// Where the configuration changes something of them.
    own: Option<Tables>,
    pub choices: Choices,
    /// A file that was there and not read, with the reason.
    pub ignored: Option<(String, String)>,
    /// The file with its text, for what only the scan can tell about it.
    source: Text,
}

/// Rules and numbers.
#[derive(Clone, Debug)]
pub struct Tables {
    pub catalogue: Catalogue,
    pub model: Model,
}

impl Setup {
    /// Without any configuration.
    fn builtin() -> Result<Setup, Box<BadConfig>> {
        Text::new(FILE, String::new(), None).setup(File::default(), None)
    }

    /// All of it that decides what a report says, beside the program's own tables, as text.
    pub fn given(&self) -> String {
        format!("{:?}", (&self.settings, &self.environment, &self.exclude, &self.own, &self.choices))
    }

    /// The rules and numbers that count. The program's own are read when they are asked for: a run that remembers its outputs needs none.
    pub fn tables(&self) -> Result<Tables, Box<BadConfig>> {
        self.own.clone().map_or_else(|| self.source.tables(&DeTable::default()), Ok)
    }

    /// With a profile that the command line names, or without any.
    pub fn with_profile(mut self, path: Option<&Path>) -> Result<Setup, Box<BadConfig>> {
        let mut tables = self.tables()?;
        tables.model.profile = path.map(|path| Text::named(path)?.profile()).transpose()?;
        self.own = Some(tables);
        Ok(self)
    }

    /// The configuration names a module that the scan did not find.
    pub fn no_such_module(&self, wrong: &NoSuchModule) -> BadConfig {
        let known: Vec<&str> = wrong.known.iter().map(String::as_str).collect();
        let mistake = Mistake::new(wrong.span.clone(), "unknown module", "the project has no module of this name");
        let mistake = match nearest(&wrong.name, &known) {
            Some(near) => mistake.help(format!("did you mean `{near}`? With `paths`, the entry makes a module of its own")),
            None => mistake.help("migscan . --verbose shows the modules; with `paths`, the entry makes one of its own"),
        };
        *self.source.bad(&mistake)
    }
}

impl Setup {
    /// The configuration wants something of the plan that the project does not allow.
    pub fn contradiction(&self, wrong: &Contradiction) -> BadConfig {
        *self.source.bad(&Mistake::new(wrong.span.clone(), "a plan that cannot be", escape(&wrong.reason).into_owned()))
    }
}

/// The configuration from the named file, or from the one that lies at `root`.
pub fn load(named: Option<&Path>, root: &Path) -> Result<Setup, Box<BadConfig>> {
    if let Some(path) = named {
        let is_pyproject = path.file_name().is_some_and(|name| name == PYPROJECT);
        return Text::named(path)?.parse(is_pyproject);
    }
    match walk::read(root, FILE, MAX_BYTES) {
        Ok(bytes) => return Text::new(FILE, utf8(FILE, bytes)?, Some(root)).parse(false),
        Err(walk::Reason::Missing) => {}
        Err(reason) => return Ok(Setup { ignored: Some((FILE.to_owned(), reason.to_string())), ..Setup::builtin()? }),
    }
    // pyproject.toml belongs to the project: one that is broken, or not there, is no mistake in the use of migscan.
    let text = match walk::read(root, PYPROJECT, MAX_BYTES).map(String::from_utf8) {
        Ok(Ok(text)) if text.contains("migscan") => text,
        _ => return Setup::builtin(),
    };
    if DeTable::parse(&text).is_err() {
        return Ok(Setup { ignored: Some((PYPROJECT.to_owned(), "not valid TOML".to_owned())), ..Setup::builtin()? });
    }
    Text::new(PYPROJECT, text, Some(root)).parse(true)
}

fn utf8(file: &str, bytes: Vec<u8>) -> Result<String, Box<BadConfig>> {
    String::from_utf8(bytes).map_err(|_| Box::new(BadConfig::plain(file, format!("{file} is not UTF-8 text"))))
}

fn read_named(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "too large for a configuration"));
    }
    Ok(bytes)
}

/// A file of the user's that is being read.
#[derive(Clone, Debug)]
pub struct Text {
    /// As it is shown.
    pub file: String,
    pub text: String,
    /// Where the files that it names are looked for.
    base: Option<PathBuf>,
}

/// A configuration by its text alone; the files that it names are not looked at.
pub fn read(text: &str) -> Result<Setup, Box<BadConfig>> {
    Text::new(FILE, text.to_owned(), None).parse(false)
}

impl Text {
    fn new(file: &str, text: String, base: Option<&Path>) -> Text {
        Text { file: file.to_owned(), text, base: base.map(Path::to_owned) }
    }

    /// A file that the command line names.
    pub fn named(path: &Path) -> Result<Text, Box<BadConfig>> {
        let file = escape(&path.to_string_lossy()).into_owned();
        let bytes = read_named(path).map_err(|error| Box::new(BadConfig::plain(&file, format!("{file} cannot be read: {error}"))))?;
        let beside = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Text::new(&file, utf8(&file, bytes)?, Some(beside)))
    }

    pub fn bad(&self, mistake: &Mistake) -> Box<BadConfig> {
        Box::new(BadConfig::at(&self.file, &self.text, mistake))
    }

    /// A profile that `calibrate` wrote.
    fn profile(&self) -> Result<Profile, Box<BadConfig>> {
        let profile: Profile = toml::from_str(&self.text).map_err(|error| self.bad(&Mistake::toml(&error, &self.text)))?;
        match profile.sound() {
            true => Ok(profile),
            false => Err(self.bad(&Mistake::new(0..0, "wrong value", "factors lie above 0, the doubt between 0 and 2"))),
        }
    }

    fn parse(&self, is_pyproject: bool) -> Result<Setup, Box<BadConfig>> {
        let read = |error: toml::de::Error| self.bad(&Mistake::toml(&error, &self.text));
        let document = DeTable::parse(&self.text).map_err(read)?;
        let mut table = document.get_ref();
        let file: File = if is_pyproject {
            let own = |table: &DeTable<'_>| Some(table.get("tool")?.get_ref().as_table()?.get("migscan")?.get_ref().is_table());
            if own(table) == Some(true) {
                toml::from_str::<Pyproject>(&self.text).map_err(read)?.tool.migscan.unwrap_or_default()
            } else if let Some(value) = table.get("tool").and_then(|t| t.get_ref().as_table()).and_then(|t| t.get("migscan")) {
                return Err(self.bad(&Mistake::new(value.span(), "wrong value", "[tool.migscan] is a table")));
            } else {
                File::default()
            }
        } else {
            toml::from_str(&self.text).map_err(read)?
        };
        for key in if is_pyproject { &["tool", "migscan"][..] } else { &[] } {
            match table.get(*key).map(|value| value.get_ref()) {
                Some(DeValue::Table(inner)) => table = inner,
                _ => return self.setup(file, None),
            }
        }
        let effort = table.get("effort").and_then(|value| value.get_ref().as_table());
        self.setup(file, effort)
    }

    fn setup(&self, file: File, effort: Option<&DeTable<'_>>) -> Result<Setup, Box<BadConfig>> {
        file.check().map_err(|mistake| self.bad(&mistake))?;
        let changes = effort.is_some() || !file.overrides.is_empty() || !file.rules.is_empty() || file.profile.is_some();
        let mut own = changes.then(|| self.tables(effort.unwrap_or(&DeTable::default()))).transpose()?;
        if let Some(Tables { catalogue, model }) = &mut own {
            for change in file.overrides {
                change.apply(catalogue).map_err(|mistake| self.bad(&mistake))?;
            }
            if let Some(base) = &self.base {
                for pattern in &file.rules {
                    own::rules(base, pattern, catalogue).map_err(|wrong| match wrong {
                        own::Wrong::Pattern(mistake) => self.bad(&mistake),
                        own::Wrong::File(bad) => bad,
                    })?;
                }
                if let Some(name) = &file.profile {
                    let bytes = walk::read_named(base, name.get_ref(), MAX_BYTES)
                        .map_err(|reason| self.bad(&Mistake::new(name.span(), "wrong value", format!("cannot be read: {reason}"))))?;
                    let shown = escape(name.get_ref()).into_owned();
                    model.profile = Some(Text::new(&shown, utf8(&shown, bytes)?, None).profile()?);
                }
            }
        }
        Ok(Setup {
            settings: file.settings.map(toml::Spanned::into_inner),
            environment: file.environment.into_iter().map(|(name, value)| (name.into_inner(), value.text())).collect(),
            exclude: file.exclude.into_iter().map(toml::Spanned::into_inner).collect(),
            own,
            choices: Choices {
                strategy: file.target,
                team: file.team.map(toml::Spanned::into_inner).unwrap_or_default(),
                modules: file.module,
                plan: file.plan,
            },
            ignored: None,
            source: self.clone(),
        })
    }

    /// The program's tables with a team's numbers in place of some.
    fn tables(&self, numbers: &DeTable<'_>) -> Result<Tables, Box<BadConfig>> {
        let (costs, model) = split(numbers.clone());
        let costs = Costs::with(&costs).map_err(|mistake| self.bad(&mistake))?;
        let model = Model::with(&model).map_err(|mistake| self.bad(&mistake))?;
        let wrong =
            |(file, mistake): (String, Mistake)| BadConfig::plain(&file, format!("{file} of the program is wrong: {}", mistake.label));
        Ok(Tables { catalogue: builtin::with(costs).map_err(wrong)?, model })
    }
}

/// The table of costs, and the rest, which is the model's.
fn split<'i>(mut numbers: DeTable<'i>) -> (DeTable<'i>, DeTable<'i>) {
    let costs = match numbers.remove("costs").map(toml::Spanned::into_inner) {
        Some(DeValue::Table(costs)) => costs,
        _ => DeTable::default(),
    };
    (costs, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Setup, Box<BadConfig>> {
        super::read(text)
    }

    fn marked(text: &str) -> (String, String, Option<String>) {
        let bad = parse(text).unwrap_err();
        (bad.message.clone(), bad.marked().to_owned(), bad.help.clone())
    }

    #[test]
    fn the_known_keys() {
        let config = parse("settings = \"shop.settings\"\nexclude = [\"legacy/\", \"**/gen/*.py\"]\n").unwrap();
        assert_eq!(config.settings.as_deref(), Some("shop.settings"));
        let told = parse("environment = { MORE = true, TIMES = 3, WHERE = \"eu\" }\n").unwrap().environment;
        assert_eq!(told.into_values().collect::<Vec<_>>(), ["true", "3", "eu"]);
        assert_eq!(config.exclude, ["legacy/", "**/gen/*.py"]);
        assert_eq!(parse("").unwrap().exclude, Vec::<String>::new());
    }

    #[test]
    fn a_wrong_key_is_marked_and_the_nearest_named() {
        let (message, word, help) = marked("# x\nexclud = []\n");
        assert_eq!((message.as_str(), word.as_str()), ("unknown key in migscan.toml:2:1", "exclud"));
        assert_eq!(help.as_deref(), Some("did you mean `exclude`?"));
        assert!(marked("qqqqqqqq = 1").2.unwrap().starts_with("known: settings, environment, exclude"));
    }

    #[test]
    fn wrong_values_are_marked() {
        assert_eq!(marked("settings = 3").1, "3");
        assert_eq!(marked("settings = \"a/b.py\"").1, "\"a/b.py\"");
        assert_eq!(marked("exclude = \"x\"").1, "\"x\"");
        assert_eq!(marked("environment = { \"A=B\" = 1 }").1, "\"A=B\"");
        assert_eq!(marked("environment = { A = [1] }").1, "[1]");
        assert_eq!(marked("exclude = [\"ok\", 5]").1, "5");
        assert_eq!(marked("exclude = [\"a{b\", \"[\"]").0, "wrong value in migscan.toml:1:12");
        assert_eq!(marked("exclude = [\"\"]").1, "\"\"");
        assert_eq!(marked("exclude = [\"!keep\"]").1, "\"!keep\"");
    }

    #[test]
    fn broken_toml_has_a_place_and_no_neighbours() {
        let bad = parse("token = \"hunter2\"\nsettings = \nother = \"hunter3\"\n").unwrap_err();
        assert!(bad.message.contains("migscan.toml:2:"), "{}", bad.message);
        assert!(!bad.line().contains("hunter"));
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
          ·                  ╰── invalid type: integer `5`, expected a string
          ╰────
        "#);
    }

    #[test]
    fn the_table_in_pyproject() {
        let parse = |text: &str| Text::new(PYPROJECT, text.to_owned(), None).parse(true);
        assert_eq!(parse("[tool.migscan]\nsettings = \"a.b\"\n").unwrap().settings.as_deref(), Some("a.b"));
        assert_eq!(parse("[tool.other]\nmigscan = 1\n").unwrap().settings, None);
        assert_eq!(parse("tool.migscan = 1").unwrap_err().message, "wrong value in pyproject.toml:1:16");
    }

    #[test]
    fn numbers_of_the_model_and_the_costs() {
        let setup = parse("[effort.doubt]\nproject = 0.3\n[effort.costs.op_custom]\nmean = 2\n").unwrap().tables().unwrap();
        assert_eq!((setup.model.doubt.project, setup.catalogue.costs.get("op_custom").unwrap().mean), (0.3, 2.0));
        assert_eq!(marked("[effort.costs.op_costum]\nmean = 2\n").2.as_deref(), Some("did you mean `op_custom`?"));
        assert_eq!(marked("[effort.costs.op_custom]\nclass = \"Z\"\n").1, "\"Z\"");
        assert_eq!(marked("[effort.learning]\nrate = 1.5\n").1, "1.5");
        assert_eq!(marked("[effort]\ndoubt = 1\n").1, "1");
    }

    #[test]
    fn targets_team_and_modules() {
        let text =
            "[target]\norm = \"django\"\n[team]\nengineers = 3\nstack = \"some\"\n[[module]]\nname = \"orders\"\ntraffic = \"high\"\n";
        let choices = parse(text).unwrap().choices;
        assert_eq!((choices.strategy.orm.name(), choices.team.engineers), ("django", Some(3.0)));
        assert_eq!(choices.modules[0].name.get_ref(), "orders");
        assert_eq!(marked("[target]\norm = \"sqlalchmy\"\n").2.as_deref(), Some("did you mean `sqlalchemy`?"));
        assert!(marked("[team]\nallocation = 3\n").0.starts_with("wrong value"));
        assert_eq!(marked("[[module]]\nname = \"a\"\nverdict = \"keep\"\n").1, "\"keep\"");
        assert_eq!(marked("[[module]]\nname = \"a\"\n[[module]]\nname = \"a\"\n").0, "wrong value in migscan.toml:4:8");
        assert_eq!(marked("[[module]]\nname = \"a\"\npaths = [\"a[\"]\n").1, "\"a[\"");
    }

    #[test]
    fn a_changed_rule_says_why() {
        let setup = parse("[[override]]\nrule = \"field-datetime\"\nreason = \"all UTC\"\nseverity = \"info\"\n").unwrap();
        let tables = setup.tables().unwrap();
        let rule = tables.catalogue.rule("field-datetime").unwrap();
        assert_eq!((rule.severity.name(), rule.overridden.as_deref()), ("info", Some("all UTC")));
        let off = parse("[[override]]\nrule = \"field-datetime\"\nreason = \"no dates\"\nenabled = false\n").unwrap();
        assert!(off.tables().unwrap().catalogue.rule("field-datetime").is_none());
        assert_eq!(marked("[[override]]\nrule = \"field-datetme\"\nreason = \"x\"\n").2.as_deref(), Some("did you mean `field-datetime`?"));
        assert!(marked("[[override]]\nrule = \"field-datetime\"\n").0.starts_with("wrong value"));
        assert_eq!(marked("[[override]]\nrule = \"field-datetime\"\nreason = \" \"\n").1, "\" \"");
    }

    const OWN: &str = "[[rule]]\nid = \"house-audit\"\ntitle = \"audit\"\nseverity = \"info\"\nfastapi = \"f\"\nrecipe = \"r\"\nmatch = { call = \"house.audit\" }\n";

    #[test]
    fn own_rules_are_read_from_below_the_folder_only() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("tools")).unwrap();
        std::fs::write(dir.path().join("tools/own.toml"), OWN).unwrap();
        let load = |text: &str| Text::new(FILE, text.to_owned(), Some(dir.path())).parse(false);
        let rule = load("rules = [\"tools/*.toml\"]").unwrap().tables().unwrap().catalogue.rule("house-audit").cloned().unwrap();
        assert_eq!(rule.origin, "tools/own.toml");
        for outside in ["../x.toml", "/etc/x.toml", "", "tools/none-*.toml"] {
            assert!(
                load(&format!("rules = [{outside:?}]")).unwrap_err().message.starts_with("wrong value in migscan.toml:1:"),
                "{outside}"
            );
        }
        std::fs::write(dir.path().join("tools/own.toml"), OWN.replace("call", "cal")).unwrap();
        let bad = load("rules = [\"tools/*.toml\"]").unwrap_err();
        assert_eq!((bad.file.as_str(), bad.help.as_deref()), ("tools/own.toml", Some("did you mean `call`?")));
        std::fs::write(dir.path().join("tools/own.toml"), OWN.replace("house-audit", "field-datetime")).unwrap();
        assert!(load("rules = [\"tools/*.toml\"]").unwrap_err().message.starts_with("wrong id in tools/own.toml:2:6"));
    }
}
