//! What a job may fail on: the conditions of `--fail-on`, read from text and held against a report.

use std::collections::BTreeMap;

use super::changes::Earlier;
use super::changes::words::things;
use super::frozen;
use super::json::{Changes, Gate, GatePlace};
use super::past::Past;
use crate::base::nearest::nearest;
use crate::effort::Analysis;
use crate::rules::Mistake;
use crate::rules::schema::Severity;

/// Places of each gate that are listed.
const PLACES: usize = 50;
const KINDS: [&str; 9] = ["new-findings", "blockers", "effort", "effort-p50", "effort-p80", "coverage", "cycles", "new-cycles", "frozen"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Than {
    More,
    AtLeast,
    Less,
    AtMost,
}

/// One condition, with the text that asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub text: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// At least this severe.
    NewFindings(Severity),
    Blockers(Than, f64),
    /// The whole, or what the code has added since.
    Effort {
        p80: bool,
        amount: Amount,
        than: Than,
        growth: bool,
    },
    Coverage(Than, f64),
    Cycles(Than, f64),
    NewCycles,
    Frozen,
}

/// An amount of work in the unit in which it was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Amount {
    number: f64,
    unit: char,
}

/// What the conditions are held against.
pub struct Held<'a> {
    pub analysis: &'a Analysis,
    pub now: &'a Past,
    pub earlier: Option<&'a Earlier>,
    pub changes: Option<&'a Changes>,
}

impl Condition {
    /// From text like `effort>120d`; the mistake's place is within the text.
    pub fn read(text: &str) -> Result<Condition, Mistake> {
        if text.is_empty() {
            let mistake = Mistake::new(0..0, "empty condition", "");
            return Err(mistake.help(format!("a condition stands on each side of a comma; known: {}", KINDS.join(", "))));
        }
        Condition::parse(text).map_err(|mistake| match mistake.span.is_empty() {
            // What is missing has no place: all of it is shown.
            true => Mistake { span: 0..text.len(), ..mistake },
            false => mistake,
        })
    }

    fn parse(text: &str) -> Result<Condition, Mistake> {
        let word_end = text.find(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '-')).unwrap_or(text.len());
        let (word, rest) = text.split_at(word_end);
        let wrong = |label: &str| Mistake::new(word_end.min(text.len())..text.len(), "wrong condition", label);
        let no_number = |kind: Kind, label: &str| if rest.trim().is_empty() { Ok(kind) } else { Err(wrong(label)) };
        let compared = |of: &str| compare(text, word_end, of);
        let kind = match word {
            "new-findings" => Kind::NewFindings(match rest.strip_prefix(':') {
                None if rest.trim().is_empty() => Severity::Info,
                None => return Err(wrong("a severity stands behind a colon").help("new-findings:mandatory")),
                Some(name) => severity(text, name)?,
            }),
            "blockers" if rest.is_empty() => Kind::Blockers(Than::More, 0.0),
            "blockers" => compared("blockers>0").and_then(|(than, rest)| Ok(Kind::Blockers(than, number(text, rest, "blockers>0")?)))?,
            "effort" | "effort-p50" | "effort-p80" => {
                let (than, rest) = compared("effort>120d")?;
                let growth = rest.starts_with('+');
                let amount = amount(text, rest.strip_prefix('+').unwrap_or(rest))?;
                Kind::Effort { p80: word == "effort-p80", amount, than, growth }
            }
            "coverage" => compared("coverage<95")
                .and_then(|(than, rest)| Ok(Kind::Coverage(than, number(text, rest.trim_end_matches('%').trim_end(), "coverage<95")?)))?,
            "cycles" if rest.is_empty() => Kind::Cycles(Than::More, 0.0),
            "cycles" => compared("cycles>2").and_then(|(than, rest)| Ok(Kind::Cycles(than, number(text, rest, "cycles>2")?)))?,
            "new-cycles" => no_number(Kind::NewCycles, "new-cycles stands alone")?,
            "frozen" => no_number(Kind::Frozen, "frozen stands alone: migscan.toml says which modules")?,
            _ => {
                let mistake =
                    Mistake::new(0..word_end.max(1).min(text.len()), "unknown condition", "not a condition that a job can fail on");
                return Err(match nearest(word, &KINDS) {
                    Some(near) => mistake.help(format!("did you mean `{near}`?")),
                    None => mistake.help(format!("known: {}", KINDS.join(", "))),
                });
            }
        };
        Ok(Condition { text: text.to_owned(), kind })
    }

    /// What it needs and does not have, told before the scan.
    pub fn lacks(&self, earlier: Option<&Earlier>) -> Option<&'static str> {
        let report = earlier.is_some_and(|earlier| earlier.report().is_some());
        match self.kind {
            Kind::NewFindings(_) if earlier.is_none() => Some("it compares with something: --baseline names a report or a baseline file"),
            Kind::NewCycles if !report => Some("it compares with a report: --baseline names one, as JSON"),
            Kind::Effort { growth: true, .. } if !report => Some("it compares with a report: --baseline names one, as JSON"),
            _ => None,
        }
    }

    pub fn is_frozen(&self) -> bool {
        self.kind == Kind::Frozen
    }

    /// What it comes to: one result, and of `frozen` one for each module.
    pub fn hold(&self, held: &Held<'_>) -> Vec<Gate> {
        let gate = |kind: &str, fails: bool, message: String, places: Vec<GatePlace>| {
            vec![Gate { expression: self.text.clone(), kind: kind.to_owned(), module: None, passed: !fails, message, places: cut(places) }]
        };
        match &self.kind {
            Kind::NewFindings(least) => {
                let (fails, message, places) = new_findings(held, *least);
                gate("new-findings", fails, message, places)
            }
            Kind::Blockers(than, limit) => {
                let found: Vec<_> = held.now.findings.iter().filter(|f| f.severity == "blocker" && f.suppressed.is_none()).collect();
                let places = found.iter().map(|f| GatePlace { what: f.message.clone(), file: f.file.clone(), line: f.line });
                let fails = than.holds(found.len() as f64, *limit);
                gate("blockers", fails, than.says(fails, &things(found.len(), "blocker"), *limit, &limit.to_string()), places.collect())
            }
            Kind::Effort { p80, amount, than, growth } => {
                let (fails, message) = effort(held, *p80, *amount, *than, *growth);
                gate(if *p80 { "effort-p80" } else { "effort" }, fails, message, Vec::new())
            }
            Kind::Coverage(than, limit) => {
                let percent = held.now.coverage.percent;
                let fails = than.holds(percent, *limit);
                let places = held.now.coverage.unresolved.iter().map(|u| GatePlace {
                    what: format!("{}: {}", u.kind, u.reason),
                    file: u.file.clone(),
                    line: 0,
                });
                gate(
                    "coverage",
                    fails,
                    than.says(fails, &format!("coverage {percent:.1} %"), *limit, &format!("{limit} %")),
                    places.collect(),
                )
            }
            Kind::Cycles(than, limit) => {
                let cycles: Vec<&Vec<String>> = held.now.plan.iter().flat_map(|plan| &plan.cycles).map(|cycle| &cycle.modules).collect();
                let fails = than.holds(cycles.len() as f64, *limit);
                let message = than.says(fails, &things(cycles.len(), "cycle"), *limit, &limit.to_string());
                gate("cycles", fails, message, cycles.into_iter().map(|modules| cycle(modules)).collect())
            }
            Kind::NewCycles => {
                let new = held.changes.map_or(&[][..], |changes| &changes.new_cycles);
                gate("new-cycles", !new.is_empty(), things(new.len(), "new cycle"), new.iter().map(|modules| cycle(modules)).collect())
            }
            Kind::Frozen => frozen::held(held.analysis, held.now, held.earlier)
                .into_iter()
                .map(|module| Gate {
                    expression: self.text.clone(),
                    kind: "frozen".to_owned(),
                    module: Some(module.module),
                    passed: module.passed,
                    message: module.message,
                    places: cut(module.places),
                })
                .collect(),
        }
    }
}

impl Than {
    fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Than::More => number > limit,
            Than::AtLeast => number >= limit,
            Than::Less => number < limit,
            Than::AtMost => number <= limit,
        }
    }

    /// The number beside its limit, with the sign that is true of them.
    fn says(self, fails: bool, number: &str, _limit: f64, limit: &str) -> String {
        let sign = match (self, fails) {
            (Than::More, true) | (Than::AtMost, false) => ">",
            (Than::AtLeast, true) | (Than::Less, false) => ">=",
            (Than::Less, true) | (Than::AtLeast, false) => "<",
            (Than::AtMost, true) | (Than::More, false) => "<=",
        };
        format!("{number} {sign} {limit}")
    }
}

fn cut(mut places: Vec<GatePlace>) -> Vec<GatePlace> {
    places.truncate(PLACES);
    places
}

fn cycle(modules: &[String]) -> GatePlace {
    GatePlace { what: modules.join(" <-> "), file: String::new(), line: 0 }
}

fn new_findings(held: &Held<'_>, least: Severity) -> (bool, String, Vec<GatePlace>) {
    let weight = |name: &str| Severity::ALL.into_iter().find(|severity| severity.name() == name).unwrap_or(Severity::Info);
    let all = held.changes.map_or(&[][..], |changes| &changes.new_findings);
    let counted: Vec<_> = all.iter().filter(|f| weight(f.severity.as_deref().unwrap_or_default()) <= least).collect();
    let mut by: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in &counted {
        *by.entry(weight(finding.severity.as_deref().unwrap_or_default())).or_default() += 1;
    }
    let of: Vec<String> = by
        .iter()
        .map(|(severity, count)| match severity {
            Severity::Blocker => things(*count, "blocker"),
            _ => format!("{count} {}", severity.name()),
        })
        .collect();
    let mut message = things(counted.len(), "new finding");
    if !of.is_empty() {
        message.push_str(&format!(" ({})", of.join(", ")));
    }
    let not_code = counted.iter().filter(|f| f.cause != "code").count();
    if not_code > 0 {
        message.push_str(&format!(", {not_code} of them not from the code: see changes"));
    }
    let places = counted.iter().map(|f| GatePlace { what: f.message.clone(), file: f.file.clone(), line: f.line }).collect();
    (!counted.is_empty(), message, places)
}

fn effort(held: &Held<'_>, p80: bool, amount: Amount, than: Than, growth: bool) -> (bool, String) {
    let time = &held.analysis.model.time;
    let per = match amount.unit {
        'd' => time.day,
        'w' => time.week,
        _ => 1.0,
    };
    let in_unit = |hours: f64| format!("{:.1} {}", hours / per, amount.unit);
    let limit = format!("{} {}", amount.number, amount.unit);
    if growth {
        // Percentiles have no causes: what the code has added is known of the expected value.
        let added = held.changes.and_then(|changes| changes.effort_delta.as_ref()).map_or(0.0, |delta| delta.by_cause.code);
        let fails = than.holds(added / per, amount.number);
        return (fails, than.says(fails, &format!("effort that the code has added {}", in_unit(added)), amount.number, &limit));
    }
    let whole = held.now.summary.effort.as_ref();
    let hours = whole.map_or(0.0, |whole| if p80 { whole.p80 } else { whole.p50 });
    let fails = than.holds(hours / per, amount.number);
    (fails, than.says(fails, &format!("effort {} {}", if p80 { "P80" } else { "P50" }, in_unit(hours)), amount.number, &limit))
}

/// The comparison behind the word, and what stands behind it.
fn compare<'a>(text: &'a str, at: usize, example: &str) -> Result<(Than, &'a str), Mistake> {
    let rest = text.get(at..).unwrap_or_default().trim_start();
    let signs = [(">=", Than::AtLeast), ("<=", Than::AtMost), (">", Than::More), ("<", Than::Less)];
    let found = signs.iter().find_map(|(sign, than)| Some((*than, rest.strip_prefix(sign)?.trim_start())));
    found.ok_or_else(|| {
        Mistake::new(at..text.len(), "wrong condition", "a comparison belongs here: >, >=, < or <=").help(example.to_owned())
    })
}

fn place(text: &str, part: &str) -> std::ops::Range<usize> {
    let start = text.rfind(part).unwrap_or(text.len());
    start..start + part.len()
}

fn number(text: &str, rest: &str, example: &str) -> Result<f64, Mistake> {
    let sound = rest.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    sound.ok_or_else(|| Mistake::new(place(text, rest), "wrong condition", "a number belongs here, zero or more").help(example.to_owned()))
}

fn amount(text: &str, rest: &str) -> Result<Amount, Mistake> {
    let help = "effort>120d: h are focus-hours, d days, w weeks of one engineer";
    let unit = rest.trim_end().chars().last().filter(|ch| matches!(ch, 'h' | 'd' | 'w'));
    let Some(unit) = unit else {
        return Err(Mistake::new(place(text, rest), "wrong condition", "an amount of work has a unit: h, d or w").help(help));
    };
    let digits = rest.trim_end().trim_end_matches(unit);
    Ok(Amount { number: number(text, digits, help)?, unit })
}

fn severity(text: &str, name: &str) -> Result<Severity, Mistake> {
    let name = name.trim();
    let names: Vec<&str> = Severity::ALL.iter().map(|severity| severity.name()).collect();
    Severity::ALL.into_iter().find(|severity| severity.name() == name).ok_or_else(|| {
        let mistake = Mistake::new(place(text, name), "wrong condition", "not a severity");
        match nearest(name, &names) {
            Some(near) => mistake.help(format!("did you mean `{near}`?")),
            None => mistake.help(format!("known: {}", names.join(", "))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        Condition::read(text).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}")).kind
    }

    #[test]
    fn conditions_as_people_write_them() {
        assert_eq!(kind("new-findings"), Kind::NewFindings(Severity::Info));
        assert_eq!(kind("new-findings:mandatory"), Kind::NewFindings(Severity::Mandatory));
        assert_eq!(kind("blockers"), Kind::Blockers(Than::More, 0.0));
        assert_eq!(kind("blockers >= 3"), Kind::Blockers(Than::AtLeast, 3.0));
        assert_eq!(kind("coverage<95"), kind("coverage < 95 %"));
        assert_eq!(kind("cycles>2"), Kind::Cycles(Than::More, 2.0));
        let amount = |number, unit| Amount { number, unit };
        assert_eq!(kind("effort>120d"), Kind::Effort { p80: false, amount: amount(120.0, 'd'), than: Than::More, growth: false });
        assert_eq!(kind("effort-p80>1.5w"), Kind::Effort { p80: true, amount: amount(1.5, 'w'), than: Than::More, growth: false });
        assert_eq!(kind("effort>+5h"), Kind::Effort { p80: false, amount: amount(5.0, 'h'), than: Than::More, growth: true });
        assert_eq!((kind("frozen"), kind("new-cycles")), (Kind::Frozen, Kind::NewCycles));
    }

    #[test]
    fn a_wrong_condition_is_marked_with_what_would_do() {
        for (text, marked, help) in [
            ("covrage<95", "covrage", "did you mean `coverage`?"),
            ("whatever", "whatever", "known: new-findings"),
            ("", "", "a condition stands on each side"),
            ("coverage", "coverage", "coverage<95"),
            ("blockers>", "blockers>", "blockers>0"),
            ("coverage=95", "=95", "coverage<95"),
            ("coverage<x", "x", "coverage<95"),
            ("coverage<-1", "-1", "coverage<95"),
            ("coverage<NaN", "NaN", "coverage<95"),
            ("effort>120", "120", "effort>120d"),
            ("effort>xd", "x", "effort>120d"),
            ("effort>5ä", "5ä", "effort>120d"),
            ("new-findings:blokker", "blokker", "did you mean `blocker`?"),
            ("new-findings>3", ">3", "new-findings:mandatory"),
        ] {
            let mistake = Condition::read(text).unwrap_err();
            let found = text.get(mistake.span.clone()).unwrap_or("?");
            assert!(
                found.starts_with(marked) && mistake.help.as_deref().unwrap_or_default().starts_with(help),
                "{text}: {found} {mistake:?}"
            );
        }
        assert!(Condition::read("frozen>1").is_err());
    }

    #[test]
    fn the_sign_is_true_of_the_numbers() {
        assert_eq!(Than::Less.says(true, "93.1 %", 95.0, "95 %"), "93.1 % < 95 %");
        assert_eq!(Than::Less.says(false, "99.3 %", 95.0, "95 %"), "99.3 % >= 95 %");
        assert_eq!(Than::More.says(false, "0 blockers", 0.0, "0"), "0 blockers <= 0");
        for than in [Than::More, Than::AtLeast, Than::Less, Than::AtMost] {
            for number in [1.0, 2.0, 3.0] {
                let says = than.says(than.holds(number, 2.0), "n", 2.0, "2");
                let holds = match says.split(' ').nth(1).unwrap() {
                    ">" => number > 2.0,
                    ">=" => number >= 2.0,
                    "<" => number < 2.0,
                    _ => number <= 2.0,
                };
                assert!(holds, "{than:?} {number} {says}");
            }
        }
    }
}
