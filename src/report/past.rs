//! Reports of earlier runs, read back: only the keys that comparisons need, from any report of the same major schema version.
//!
//! Unknown keys are passed over, keys that an older version did not write are empty, and the file is read as a stream: what is kept in memory is
//! what is named here. Whoever opens the file puts its name before the reason of a refusal.

use std::fmt;
use std::io::Read;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, de};

use super::json::{self, Progress, Report, SCHEMA_VERSION};

/// An earlier report.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Past {
    pub schema_version: Version,
    pub tool: Tool,
    pub project: Project,
    pub coverage: Coverage,
    pub inventory: Inventory,
    pub modules: Vec<Module>,
    pub findings: Vec<Finding>,
    pub plan: Option<Plan>,
    pub summary: Summary,
    pub progress: Progress,
    pub diagnostics: Vec<Diagnostic>,
    pub skipped: Vec<Skipped>,
}

/// The version of the shape; empty where the file says none. A newer major version is refused while it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version(pub String);

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Project {
    pub name: String,
    pub dependencies: Vec<Dependency>,
    /// Set where the key is there at all: what migscan writes beside reports (a trend, a difference) has none.
    #[serde(skip, default = "there")]
    pub there: bool,
}

fn there() -> bool {
    true
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Dependency {
    pub name: String,
    pub version: Option<String>,
    pub counterpart: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Coverage {
    pub percent: f64,
    pub files: Files,
    pub unresolved: Vec<Unresolved>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Files {
    pub parsed: u64,
    pub partial: u64,
    pub skipped: u64,
}

/// A fact that could not be established; kind `files` is a file that was not read, or read around a mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Unresolved {
    pub kind: String,
    pub reason: String,
    pub file: String,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Inventory {
    pub routes: Vec<Route>,
    pub models: Vec<Model>,
    pub signals: Vec<Signal>,
    pub fastapi: FastApi,
}

/// FastAPI's half of an earlier report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FastApi {
    pub routes: Vec<FastRoute>,
    pub mounts: Vec<FastMount>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FastMount {
    pub path: String,
    pub kind: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FastRoute {
    pub path: String,
    pub methods: Option<Vec<String>>,
    pub kind: String,
    pub root_path: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Route {
    pub path: Option<String>,
    pub pattern: String,
    pub methods: Option<Vec<String>>,
    pub likely_methods: Option<Vec<String>>,
    pub view: Option<String>,
    pub app: Option<String>,
    pub urlconf: String,
    pub root_urlconf: String,
    pub file: String,
    pub line: u32,
    pub format_suffix: bool,
    pub first_party_view: bool,
    pub admin: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Model {
    pub label: String,
    pub qualname: String,
    pub name: String,
    #[serde(rename = "abstract")]
    pub is_abstract: bool,
    pub installed: bool,
    pub file: String,
    pub line: u32,
    pub bases: Vec<String>,
    pub mixed_in: Vec<String>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Field {
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Signal {
    pub signal: Option<String>,
    pub receiver: Option<String>,
    pub sender: Option<String>,
    pub file: String,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Module {
    pub name: String,
    pub kind: String,
    pub path: String,
    pub verdict: String,
    pub team: Option<String>,
    pub depends_on: Vec<DependsOn>,
    pub effort: Effort,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DependsOn {
    pub module: String,
    /// `import`, `foreign_key`, … → places.
    pub kinds: std::collections::BTreeMap<String, u64>,
    pub evidence: Vec<Evidence>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Evidence {
    pub kind: String,
    pub file: String,
    pub line: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Effort {
    pub mean: f64,
    pub p50: f64,
    pub p80: f64,
    pub items: Vec<Item>,
}

/// `mean = count × unit_mean × scale`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Item {
    pub driver: String,
    pub rule: Option<String>,
    pub group: String,
    pub unit: String,
    pub count: f64,
    pub unit_mean: f64,
    pub scale: f64,
    pub mean: f64,
    pub fingerprints: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Finding {
    pub rule: String,
    pub module: String,
    pub severity: String,
    pub message: String,
    pub file: String,
    pub line: u32,
    pub symbol: String,
    pub fingerprint: String,
    pub suppressed: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Plan {
    pub cycles: Vec<Cycle>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Cycle {
    pub modules: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub effort: Option<Whole>,
    pub verdict: Option<String>,
}

/// The estimate of the whole move.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Whole {
    pub strategy: String,
    pub mean: f64,
    pub p50: f64,
    pub p80: f64,
    pub fixed: Vec<Item>,
    /// Version of the effort model and hash of its numbers.
    pub model: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Diagnostic {
    pub severity: String,
    pub code: String,
    pub message: String,
    pub file: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Skipped {
    pub path: String,
    pub reason: String,
}

/// Why a file is not used, to stand after its name and a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// JSON of another tool, or of another command.
const OTHER: &str = "this is JSON, but not a report of migscan; `migscan PATH --json FILE` writes one";

/// Marks a refusal of the version among the errors of serde, which are text.
const NEWER: &str = "a newer migscan wrote it";

/// The number before the first dot.
fn major(version: &str) -> Option<u32> {
    version.split('.').next().and_then(|number| number.parse().ok())
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let ours = major(SCHEMA_VERSION).unwrap_or_default();
        match major(&text) {
            Some(theirs) if theirs > ours => Err(de::Error::custom(format!(
                "{NEWER}: its schema version is {}, this migscan reads versions {ours}.x; update migscan",
                text.chars().filter(|ch| ch.is_ascii_alphanumeric() || *ch == '.').take(20).collect::<String>()
            ))),
            Some(_) => Ok(Version(text)),
            None => Ok(Version::default()),
        }
    }
}

/// What is read of a report, which says by whom and in which shape it was written.
pub trait Part: DeserializeOwned {
    fn head(&self) -> (&Version, &Tool, &Project);
}

impl Part for Past {
    fn head(&self) -> (&Version, &Tool, &Project) {
        (&self.schema_version, &self.tool, &self.project)
    }
}

/// A report from its text.
pub fn read(text: impl Read) -> Result<Past, Refused> {
    read_part(text)
}

/// As much of a report as a type names.
pub fn read_part<T: Part>(text: impl Read) -> Result<T, Refused> {
    let mut from = serde_json::Deserializer::from_reader(text);
    let past = T::deserialize(&mut from).and_then(|past| from.end().map(|()| past)).map_err(|error| refusal(&error))?;
    let (version, tool, project) = past.head();
    if version.0.is_empty() || tool.name != env!("CARGO_PKG_NAME") || !project.there {
        return Err(Refused(OTHER.to_owned()));
    }
    Ok(past)
}

fn refusal(error: &serde_json::Error) -> Refused {
    let place = format!("line {}, column {}", error.line(), error.column());
    let text = error.to_string();
    Refused(match error.classify() {
        serde_json::error::Category::Io => format!("it cannot be read: {text}"),
        serde_json::error::Category::Eof if error.line() <= 1 && error.column() == 0 => "it is empty".to_owned(),
        serde_json::error::Category::Eof => format!("it ends in the middle, at {place}: a report is written whole or not at all"),
        serde_json::error::Category::Syntax => {
            format!("this is no JSON, as a report of migscan is: mistake at {place}; `migscan PATH --json FILE` writes one")
        }
        serde_json::error::Category::Data => match text.find(NEWER) {
            Some(at) => text.get(at..).unwrap_or_default().split(" at line ").next().unwrap_or_default().to_owned(),
            None => format!("{OTHER}; something else stands at {place}"),
        },
    })
}

impl Past {
    /// The same from a report that has just been made.
    pub fn of(report: &Report) -> Past {
        Past {
            schema_version: Version(report.schema_version.clone()),
            tool: Tool { name: report.tool.name.clone(), version: report.tool.version.clone() },
            project: Project {
                name: report.project.name.clone(),
                dependencies: report.project.dependencies.iter().map(dependency).collect(),
                there: true,
            },
            coverage: coverage(&report.coverage),
            inventory: Inventory {
                routes: report.inventory.routes.iter().map(route).collect(),
                models: report.inventory.models.iter().map(model).collect(),
                signals: report.inventory.signals.iter().map(signal).collect(),
                fastapi: FastApi {
                    routes: report.inventory.fastapi.routes.iter().map(fast_route).collect(),
                    mounts: report.inventory.fastapi.mounts.iter().map(fast_mount).collect(),
                },
            },
            modules: report.modules.iter().map(module).collect(),
            findings: report.findings.iter().map(finding).collect(),
            plan: report
                .plan
                .as_ref()
                .map(|plan| Plan { cycles: plan.cycles.iter().map(|cycle| Cycle { modules: cycle.modules.clone() }).collect() }),
            summary: Summary { effort: report.summary.effort.as_ref().map(whole), verdict: report.summary.verdict.clone() },
            progress: report.progress.clone(),
            diagnostics: report.diagnostics.iter().map(diagnostic).collect(),
            skipped: report.skipped.iter().map(|s| Skipped { path: s.path.clone(), reason: s.reason.clone() }).collect(),
        }
    }
}

fn dependency(from: &json::Dependency) -> Dependency {
    Dependency { name: from.name.clone(), version: from.version.clone(), counterpart: from.counterpart.clone() }
}

fn coverage(from: &json::Coverage) -> Coverage {
    let unresolved =
        |u: &json::Unresolved| Unresolved { kind: u.kind.clone(), reason: u.reason.clone(), file: u.file.clone(), text: u.text.clone() };
    Coverage {
        percent: from.percent,
        files: Files { parsed: from.files.parsed, partial: from.files.partial, skipped: from.files.skipped },
        unresolved: from.unresolved.iter().map(unresolved).collect(),
    }
}

fn route(from: &json::Route) -> Route {
    Route {
        path: from.path.clone(),
        pattern: from.pattern.clone(),
        methods: from.methods.clone(),
        likely_methods: from.likely_methods.clone(),
        view: from.view.clone(),
        app: from.app.clone(),
        urlconf: from.urlconf.clone(),
        root_urlconf: from.root_urlconf.clone(),
        file: from.file.clone(),
        line: from.line,
        format_suffix: from.format_suffix,
        first_party_view: from.first_party_view,
        admin: from.admin,
    }
}

fn fast_route(from: &json::FastRoute) -> FastRoute {
    FastRoute { path: from.path.clone(), methods: from.methods.clone(), kind: from.kind.clone(), root_path: from.root_path.clone() }
}

fn fast_mount(from: &json::FastMount) -> FastMount {
    FastMount { path: from.path.clone(), kind: from.kind.clone() }
}

fn model(from: &json::Model) -> Model {
    Model {
        label: from.label.clone(),
        qualname: from.qualname.clone(),
        name: from.name.clone(),
        is_abstract: from.is_abstract,
        installed: from.installed,
        file: from.file.clone(),
        line: from.line,
        bases: from.bases.clone(),
        mixed_in: from.mixed_in.clone(),
        fields: from.fields.iter().map(|field| Field { name: field.name.clone() }).collect(),
    }
}

fn signal(from: &json::Receiver) -> Signal {
    Signal {
        signal: from.signal.clone(),
        receiver: from.receiver.clone(),
        sender: from.sender.clone(),
        file: from.file.clone(),
        line: from.line,
    }
}

fn module(from: &json::Module) -> Module {
    let evidence = |e: &json::Evidence| Evidence { kind: e.kind.clone(), file: e.file.clone(), line: e.line };
    let depends_on = |d: &json::DependsOn| DependsOn {
        module: d.module.clone(),
        kinds: d.kinds.clone(),
        evidence: d.evidence.iter().map(evidence).collect(),
    };
    Module {
        name: from.name.clone(),
        kind: from.kind.clone(),
        path: from.path.clone(),
        verdict: from.verdict.clone(),
        team: from.team.clone(),
        depends_on: from.depends_on.iter().map(depends_on).collect(),
        effort: Effort {
            mean: from.effort.mean,
            p50: from.effort.p50,
            p80: from.effort.p80,
            items: from.effort.items.iter().map(item).collect(),
        },
    }
}

fn item(from: &json::Item) -> Item {
    Item {
        driver: from.driver.clone(),
        rule: from.rule.clone(),
        group: from.group.clone(),
        unit: from.unit.clone(),
        count: from.count,
        unit_mean: from.unit_mean,
        scale: from.scale,
        mean: from.mean,
        fingerprints: from.fingerprints.clone(),
    }
}

fn finding(from: &json::Finding) -> Finding {
    Finding {
        rule: from.rule.clone(),
        module: from.module.clone(),
        severity: from.severity.clone(),
        message: from.message.clone(),
        file: from.file.clone(),
        line: from.line,
        symbol: from.symbol.clone(),
        fingerprint: from.fingerprint.clone(),
        suppressed: from.suppressed.clone(),
    }
}

fn whole(from: &json::Effort) -> Whole {
    Whole {
        strategy: from.strategy.clone(),
        mean: from.mean,
        p50: from.p50,
        p80: from.p80,
        fixed: from.fixed.iter().map(item).collect(),
        model: from.model.clone(),
    }
}

fn diagnostic(from: &json::Diagnostic) -> Diagnostic {
    Diagnostic { severity: from.severity.clone(), code: from.code.clone(), message: from.message.clone(), file: from.file.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn text() -> String {
        String::from_utf8(json::write(&sample::analysis(sample::inventory()))).unwrap()
    }

    fn why(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().0
    }

    #[test]
    fn read_back_it_is_what_the_report_in_memory_gives() {
        let report = Report::from(&sample::analysis(sample::inventory()));
        let read = read(text().as_bytes()).unwrap();
        assert_eq!(read, Past::of(&report));
        assert!(!read.inventory.models.is_empty() && !read.modules.is_empty() && read.summary.effort.is_some());
    }

    #[test]
    fn unknown_keys_and_missing_ones_are_no_matter_within_a_major_version() {
        let small =
            r#"{"schema_version": "1.7", "later": [{"a": {}}], "tool": {"name": "migscan", "version": "9", "x": 1}, "project": {}}"#;
        let past = read(small.as_bytes()).unwrap();
        assert_eq!((past.tool.version.as_str(), past.findings.len()), ("9", 0));
        let mut value: serde_json::Value = serde_json::from_str(&text()).unwrap();
        value["schema_version"] = "1.9".into();
        value["modules"][0]["novelty"] = serde_json::json!({"deep": [1, null]});
        value["inventory"].as_object_mut().unwrap().remove("signals");
        assert!(read(value.to_string().as_bytes()).unwrap().inventory.signals.is_empty());
    }

    #[test]
    fn what_is_no_report_of_ours_is_refused_with_the_reason() {
        let newer = text().replacen("\"1.0\"", "\"2.0\"", 1);
        assert_eq!(why(&newer), "a newer migscan wrote it: its schema version is 2.0, this migscan reads versions 1.x; update migscan");
        let other = "this is JSON, but not a report of migscan";
        for text in ["{}", "[1]", "3", r#"{"version": "2.1.0", "runs": []}"#, r#"{"schema_version": "1.0", "tool": {"name": "other"}}"#] {
            assert!(why(text).starts_with(other), "{text}: {}", why(text));
        }
        assert!(why(r#"{"schema_version": "1.0", "modules": 3}"#).starts_with(other));
        // A trend, a portfolio, a difference: of ours, but not of a scan.
        let own = r#"{"schema_version": "1.0", "tool": {"name": "migscan", "version": "1"}, "reports": [], "modules": []}"#;
        assert_eq!(why(own), OTHER);
        assert!(why(&own.replace("\"reports\": []", "\"project\": \"shop\"")).starts_with(OTHER));
        assert_eq!(why(""), "it is empty");
        assert!(why("hello").starts_with("this is no JSON"));
        assert!(why(&format!("{}x", text())).starts_with("this is no JSON"));
    }

    #[test]
    fn cut_anywhere_it_is_refused() {
        let text = text();
        for part in 1..50 {
            let cut = text.len() * part / 50;
            if text.is_char_boundary(cut) {
                let why = why(&text[..cut]);
                assert!(why.starts_with("it ends in the middle") || why.starts_with("this is no JSON"), "{cut}: {why}");
            }
        }
        let deep = format!("{{\"schema_version\": \"1.0\", \"x\": {}", "[".repeat(100_000));
        assert!(read(deep.as_bytes()).is_err());
    }
}
