//! What only people know or decide: targets, team, and what they know of single modules. Every value that is not given counts nothing.

use serde::Deserialize;
use toml::Spanned;

use super::strategy::Strategy;
use super::verdict::Verdict;

/// All of it, as `migscan.toml` says it.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub strategy: Strategy,
    pub team: Team,
    pub modules: Vec<Known>,
    pub plan: PlanChoices,
}

/// What the plan is to be for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanChoices {
    pub scope: Aim,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aim {
    /// Modules with the verdict migrate or hybrid.
    #[default]
    Recommended,
    /// All that can move.
    Everything,
}

impl Aim {
    pub fn name(self) -> &'static str {
        match self {
            Aim::Recommended => "recommended",
            Aim::Everything => "everything",
        }
    }
}

/// Where in the order a module goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pin {
    /// Its reads are the pilot.
    Pilot,
    /// Before all that is not pinned so; what it needs goes with it.
    First,
    Last,
}

/// A module of which nothing new may come to Django; `--fail-on frozen` holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It may not grow while it moves, or while it waits.
    Frozen,
    /// It has moved: what is left of it on Django may only shrink.
    Migrated,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Frozen => "frozen",
            State::Migrated => "migrated",
        }
    }
}

/// Who is to own a module's tables in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnedBy {
    Django,
    FastApi,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Team {
    /// Engineers who work on the move; unknown counts as one where a calendar is shown.
    pub engineers: Option<f64>,
    /// Share of their week that the move gets.
    pub allocation: f64,
    /// What they know of FastAPI, Pydantic and SQLAlchemy.
    pub stack: Stack,
    pub assistance: Assistance,
    /// Engineers who learn the stack on the way.
    pub newcomers: f64,
    /// Focus-hours that may be spent.
    pub budget_hours: Option<f64>,
    /// Months in which old and new code run beside each other: what changes in the old one is ported again.
    pub parallel_months: f64,
}

impl Default for Team {
    fn default() -> Self {
        Team {
            engineers: None,
            allocation: 1.0,
            stack: Stack::Knows,
            assistance: Assistance::Off,
            newcomers: 0.0,
            budget_hours: None,
            parallel_months: 0.0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stack {
    Knows,
    Some,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assistance {
    Off,
    /// With coding assistants: cheaper on average, and much less sure.
    Assisted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Traffic {
    Low,
    Normal,
    High,
}

/// What is known of one module, or how it is cut out of the others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub name: Spanned<String>,
    /// Globs of the files that make it; without them the name is one that the report shows.
    #[serde(default)]
    pub paths: Vec<Spanned<String>>,
    #[serde(default)]
    pub traffic: Option<Traffic>,
    /// Whether clients outside the team read its API.
    #[serde(default)]
    pub clients: Option<bool>,
    /// Pains that the move is to end, in the team's words.
    #[serde(default)]
    pub pains: Vec<String>,
    /// Share of its lines that changes in a month, 0 to 1.
    #[serde(default)]
    pub monthly_change: Option<f64>,
    /// The team's own verdict; it needs a reason.
    #[serde(default)]
    pub verdict: Option<Spanned<Verdict>>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub pin: Option<Spanned<Pin>>,
    /// It goes when everything else has gone.
    #[serde(default)]
    pub defer: Option<Spanned<bool>>,
    /// The module that it moves together with.
    #[serde(default)]
    pub merge: Option<Spanned<String>>,
    /// It does not move together with others, even where they need each other.
    #[serde(default)]
    pub split: Option<Spanned<bool>>,
    #[serde(default)]
    pub owner: Option<Spanned<OwnedBy>>,
    /// Nothing of it moves, and nobody touches it.
    #[serde(default)]
    pub freeze: Option<Spanned<bool>>,
    /// What `--fail-on frozen` holds it to.
    #[serde(default)]
    pub state: Option<State>,
    /// The people who look after it, as the burn-down is to name them.
    #[serde(default)]
    pub team: Option<Spanned<String>>,
}

/// A range that a value has to keep, and how to say so.
fn within(value: f64, low: f64, high: f64) -> bool {
    value.is_finite() && (low..=high).contains(&value)
}

impl Team {
    /// The name of a value that makes no sense, with what would.
    pub fn mistake(&self) -> Option<(&'static str, &'static str)> {
        if self.engineers.is_some_and(|n| !within(n, 0.1, 1000.0)) {
            return Some(("engineers", "a number of people above zero"));
        }
        if !within(self.allocation, 0.01, 1.0) {
            return Some(("allocation", "a share of the week above 0 and up to 1"));
        }
        if !within(self.newcomers, 0.0, 1000.0) {
            return Some(("newcomers", "a number of people"));
        }
        if self.budget_hours.is_some_and(|h| !within(h, 0.0, 1e7)) {
            return Some(("budget_hours", "a number of focus-hours"));
        }
        (!within(self.parallel_months, 0.0, 240.0)).then_some(("parallel_months", "a number of months"))
    }
}

impl Known {
    /// The state that the ratchet holds; a module that the plan freezes is frozen for it too.
    pub fn state(&self) -> Option<State> {
        self.state.or_else(|| self.freeze.as_ref().filter(|freeze| *freeze.get_ref()).map(|_| State::Frozen))
    }

    /// All that is said stays true when the last of the module has gone: whose it was, and that it has moved.
    pub fn outlasts(&self) -> bool {
        let Known {
            name: _,
            team: _,
            state,
            paths,
            traffic: None,
            clients: None,
            pains,
            monthly_change: None,
            verdict: None,
            reason: _,
            pin: None,
            defer: None,
            merge: None,
            split: None,
            owner: None,
            freeze: None,
        } = self
        else {
            return false;
        };
        *state != Some(State::Frozen) && paths.is_empty() && pains.is_empty() && (state.is_some() || self.team.is_some())
    }

    /// Two wishes of which only one can be had.
    fn against_itself(&self) -> Option<(std::ops::Range<usize>, &'static str)> {
        let set = |wish: &Option<Spanned<bool>>| wish.as_ref().filter(|wish| *wish.get_ref()).map(Spanned::span);
        let (defer, split, freeze) = (set(&self.defer), set(&self.split), set(&self.freeze));
        let pin = self.pin.as_ref().map(|pin| (pin.span(), *pin.get_ref()));
        let merge = self.merge.as_ref().map(Spanned::span);
        let owned = self.owner.as_ref().filter(|owner| *owner.get_ref() == OwnedBy::FastApi).map(Spanned::span);
        let moves = [pin.as_ref().map(|(span, _)| span.clone()), defer.clone(), merge.clone(), split.clone(), owned];
        if let (Some(_), Some(span)) = (&freeze, moves.iter().flatten().next()) {
            return Some((span.clone(), "the module is frozen: it stays where it is, so nothing can be said of its move"));
        }
        if let (Some((span, pin)), Some(_)) = (&pin, &defer)
            && *pin != Pin::Last
        {
            return Some((span.clone(), "the module is deferred: it cannot go early as well"));
        }
        if let (Some(span), Some(_)) = (merge, split) {
            return Some((span, "the module is to be split from others: it cannot be merged with one as well"));
        }
        let keeps = self.verdict.as_ref().filter(|verdict| !matches!(verdict.get_ref(), Verdict::Migrate | Verdict::Hybrid));
        if let (Some(_), Some(span)) = (keeps, moves.into_iter().flatten().next()) {
            return Some((span, "the verdict says that the module stays, so nothing can be said of its move"));
        }
        let goes = self.verdict.as_ref().filter(|verdict| matches!(verdict.get_ref(), Verdict::Migrate | Verdict::Hybrid));
        match (goes, freeze) {
            (Some(_), Some(span)) => Some((span, "the verdict says that the module moves: it cannot be frozen as well")),
            _ => None,
        }
    }

    /// Where a value makes no sense, and what would.
    pub fn mistake(&self) -> Option<(std::ops::Range<usize>, &'static str)> {
        if let Some(verdict) = &self.verdict
            && self.reason.as_deref().is_none_or(|r| r.trim().is_empty())
        {
            return Some((verdict.span(), "a verdict of the team's own needs a reason: reason = \"…\""));
        }
        if let Some(wrong) = self.against_itself() {
            return Some(wrong);
        }
        if let Some(team) = self.team.as_ref().filter(|team| team.get_ref().trim().is_empty()) {
            return Some((team.span(), "a team has a name: team = \"@orders\""));
        }
        self.monthly_change.is_some_and(|r| !within(r, 0.0, 1.0)).then(|| (self.name.span(), "monthly_change is a share from 0 to 1"))
    }
}
