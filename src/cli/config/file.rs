//! What may stand in `migscan.toml`: keys and their kinds. Wrong keys and values are refused by the reader, with their place.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Table};

use crate::cli::args::dotted;
use crate::effort::choices::{Known, Pin, PlanChoices, Team};
use crate::effort::strategy::Strategy;
use crate::rules::load::{RawCost, unknown};
use crate::rules::schema::{Own, Risk, Severity};
use crate::rules::{Catalogue, Mistake};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// The settings module to use where several exist.
    pub settings: Option<Spanned<String>>,
    /// Variables of the environment that the project is to be seen with.
    pub environment: BTreeMap<Spanned<String>, Variable>,
    /// Paths to leave out, in the patterns of `.gitignore`.
    pub exclude: Vec<Spanned<String>>,
    /// Files with rules of the team's own.
    pub rules: Vec<Spanned<String>>,
    /// What `migscan calibrate` learnt from finished modules.
    pub profile: Option<Spanned<String>>,
    pub target: Strategy,
    pub team: Option<Spanned<Team>>,
    pub plan: PlanChoices,
    pub module: Vec<Known>,
    #[serde(rename = "override")]
    pub overrides: Vec<Override>,
    /// Numbers of the model; their keys are those of the model's own files, which check them.
    pub effort: Option<Table>,
}

/// What a variable of the environment holds: a text, however it is written down.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Variable {
    Text(String),
    Switch(bool),
    Number(i64),
}

impl Variable {
    pub fn text(self) -> String {
        match self {
            Variable::Text(text) => text,
            Variable::Switch(on) => on.to_string(),
            Variable::Number(number) => number.to_string(),
        }
    }
}

/// A built-in rule, changed. The reason is shown wherever the rule is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub rule: Spanned<String>,
    pub reason: Spanned<String>,
    /// `false`: the rule never fires.
    #[serde(default)]
    pub enabled: Option<bool>,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default)]
    pub risk: Option<Risk>,
    #[serde(default)]
    pub driver: Option<Spanned<String>>,
    #[serde(default)]
    pub units: Option<Spanned<f64>>,
    #[serde(default)]
    pub cost: Option<RawCost>,
}

/// The table of migscan in pyproject.toml; what else stands there is none of its business.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pyproject {
    pub tool: Tool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tool {
    pub migscan: Option<File>,
}

fn wrong(span: Range<usize>, label: &str) -> Mistake {
    Mistake::new(span, "wrong value", label)
}

impl File {
    /// What the kinds of the values do not say by themselves.
    pub fn check(&self) -> Result<(), Mistake> {
        if let Some(settings) = &self.settings {
            dotted(settings.get_ref())
                .map_err(|_| wrong(settings.span(), "not the dotted name of a module").help("settings = \"shop.settings.production\""))?;
        }
        if let Some(name) = self.environment.keys().find(|name| name.get_ref().is_empty() || name.get_ref().contains(['=', '\0'])) {
            return Err(wrong(name.span(), "not the name of a variable").help("environment = { REPORTS_ENABLED = true }"));
        }
        for pattern in &self.exclude {
            let mut builder = ignore::gitignore::GitignoreBuilder::new("");
            // A pattern is checked by itself: one that only fails among others would show up in the walk.
            let sound = builder.add_line(None, pattern.get_ref()).is_ok() && builder.build().is_ok_and(|built| built.num_ignores() == 1);
            if !sound {
                let help = "exclude = [\"legacy/\", \"**/generated/*.py\"]";
                return Err(wrong(pattern.span(), "not a pattern of paths to leave out").help(help));
            }
        }
        if let Some(team) = &self.team
            && let Some((name, expected)) = team.get_ref().mistake()
        {
            return Err(wrong(team.span(), &format!("{name} is {expected}")));
        }
        let pilots = self.module.iter().filter_map(|module| module.pin.as_ref()).filter(|pin| *pin.get_ref() == Pin::Pilot);
        if let Some(second) = pilots.into_iter().nth(1) {
            return Err(wrong(second.span(), "there is one pilot, and another module is it"));
        }
        let mut names: Vec<&str> = Vec::new();
        for module in &self.module {
            if let Some((span, expected)) = module.mistake() {
                return Err(wrong(span, expected));
            }
            if names.contains(&module.name.get_ref().as_str()) {
                return Err(wrong(module.name.span(), "this module has an entry already"));
            }
            names.push(module.name.get_ref());
            for pattern in &module.paths {
                if let Err(error) = globset::Glob::new(pattern.get_ref()) {
                    return Err(wrong(pattern.span(), &error.kind().to_string()).help("paths = [\"shop/checkout/**\"]"));
                }
            }
        }
        Ok(())
    }
}

impl Override {
    /// Change the rule, or say what is wrong.
    pub fn apply(self, catalogue: &mut Catalogue) -> Result<(), Mistake> {
        let id = self.rule.get_ref();
        let Some(at) = catalogue.rules.iter().position(|r| r.id == *id) else {
            let known: Vec<&str> = catalogue.rules.iter().map(|r| r.id.as_str()).collect();
            let nearest = crate::base::nearest::nearest(id, &known);
            let mistake = unknown(self.rule.span(), "rule", id, nearest.as_slice());
            return Err(if nearest.is_some() { mistake } else { mistake.help("migscan rules lists them all") });
        };
        if self.reason.get_ref().trim().is_empty() {
            return Err(wrong(self.reason.span(), "a change of a rule needs a reason"));
        }
        if self.enabled == Some(false) {
            catalogue.rules.remove(at);
            return Ok(());
        }
        let Catalogue { rules, costs, .. } = catalogue;
        let Some(rule) = rules.get_mut(at) else { return Ok(()) };
        rule.severity = self.severity.unwrap_or(rule.severity);
        rule.risk = self.risk.unwrap_or(rule.risk);
        if let Some(driver) = self.driver {
            if costs.get(driver.get_ref()).is_none() {
                let known: Vec<&str> = costs.rows.keys().map(String::as_str).collect();
                return Err(unknown(driver.span(), "driver", driver.get_ref(), &known));
            }
            rule.driver = Some(driver.into_inner());
        }
        if let Some(units) = self.units {
            if !(units.get_ref().is_finite() && *units.get_ref() >= 0.0) {
                return Err(wrong(units.span(), "units are a number, zero or more"));
            }
            rule.units = units.into_inner();
        }
        if let Some(cost) = self.cost {
            let cost: Own = cost.sound()?;
            (rule.cost, rule.driver) = (Some(cost), None);
        }
        rule.overridden = Some(self.reason.into_inner());
        Ok(())
    }
}
