//! The burn-down by owner: whom the configuration names for a module, else whom CODEOWNERS names for the file.
//!
//! Both are taken as they are today, for the old reports too: otherwise a module that changes hands would look like work that was done. So what is
//! counted is kept by module and by owner of the file until the last report has said who looks after what.

use std::collections::BTreeMap;

use crate::report::codeowners::Owners;
use crate::report::past::Past;

use super::follow::{Follow, State};
use super::{Series, SeriesPoint, extend};

/// Stands for what has no owner.
const NOBODY: &str = "nobody";

/// A module, and the owner of the file as CODEOWNERS has it.
type Key = (String, String);

#[derive(Debug)]
pub struct ByOwner<'a> {
    owners: Option<&'a Owners>,
    /// Module → team, from the newest report that has the module.
    teams: BTreeMap<String, String>,
    /// Of each report.
    points: Vec<BTreeMap<Key, SeriesPoint>>,
    lost: Vec<bool>,
}

impl<'a> ByOwner<'a> {
    pub fn new(owners: Option<&'a Owners>) -> Self {
        ByOwner { owners, teams: BTreeMap::new(), points: Vec::new(), lost: Vec::new() }
    }

    /// One more report, after its routes and models were followed.
    pub fn add(&mut self, follow: &Follow, past: &Past, lost: bool) {
        for module in &past.modules {
            match &module.team {
                Some(team) => self.teams.insert(module.name.clone(), team.clone()),
                None => self.teams.remove(&module.name),
            };
        }
        let mut now: BTreeMap<Key, SeriesPoint> = BTreeMap::new();
        let key = |module: &str, file: &str| {
            let owner = self.owners.and_then(|owners| owners.of(file)).unwrap_or(NOBODY);
            (module.to_owned(), owner.to_owned())
        };
        for (module, file, state) in follow.routes() {
            let point = now.entry(key(module, file)).or_default();
            point.routes += u64::from(state.left());
            point.live_twice += u64::from(state == State::Twice);
            *point.moved.get_or_insert(0) += u64::from(state == State::Moved);
        }
        for (module, file, left) in follow.models() {
            now.entry(key(module, file)).or_default().models += u64::from(left);
        }
        for module in &past.modules {
            let inside = if module.path.is_empty() { "manage.py".to_owned() } else { format!("{}/__init__.py", module.path) };
            now.entry(key(&module.name, &inside)).or_default().hours += module.effort.p50;
        }
        self.points.push(now);
        self.lost.push(lost);
    }

    /// A series for each owner, sorted by name; none where nobody said who owns what.
    pub fn finish(self) -> Vec<Series> {
        if self.owners.is_none() && self.teams.is_empty() {
            return Vec::new();
        }
        let mut out: BTreeMap<String, Vec<SeriesPoint>> = BTreeMap::new();
        for (at, (now, lost)) in self.points.iter().zip(&self.lost).enumerate() {
            let mut sums: BTreeMap<String, SeriesPoint> = BTreeMap::new();
            for ((module, owner), point) in now {
                let sum = sums.entry(self.teams.get(module).unwrap_or(owner).clone()).or_default();
                sum.routes += point.routes;
                sum.live_twice += point.live_twice;
                sum.models += point.models;
                sum.hours += point.hours;
                if let Some(moved) = point.moved {
                    *sum.moved.get_or_insert(0) += moved;
                }
            }
            extend(&mut out, sums, at, *lost);
        }
        out.into_iter().map(|(name, points)| Series { name, points }).collect()
    }
}
