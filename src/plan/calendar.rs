//! Weeks: who works on what at the same time, and how long the longest chain is.

use std::collections::BTreeMap;

use crate::effort::Analysis;
use crate::effort::math::Work;

use super::data::{Crew, Phase, PhaseKind, Weeks};

pub fn crew(analysis: &Analysis) -> Crew {
    let team = &analysis.choices.team;
    let engineers = team.engineers.unwrap_or(1.0);
    let lost = 1.0 + analysis.model.time.communication * (engineers - 1.0).max(0.0);
    Crew { engineers, assumed: team.engineers.is_none(), allocation: team.allocation, effective: engineers / lost }
}

/// Engineers that a phase has use for at a time.
fn hands(phase: &Phase, analysis: &Analysis, crew: Crew) -> f64 {
    let rollout = &analysis.model.rollout;
    match phase.kind {
        PhaseKind::Foundations => crew.effective.min(rollout.foundation_crew),
        PhaseKind::End => crew.effective.min(1.0),
        _ => crew.effective.min((phase.work.mean / rollout.solo).floor().max(1.0)),
    }
}

/// Sets waves and weeks of every phase; gives the weeks of the whole. All parts share what makes the whole uncertain, so each takes the same
/// factor: the quantile of the whole over its mean.
pub fn fill(phases: &mut [Phase], analysis: &Analysis, crew: Crew, whole: Work) -> Weeks {
    let week = analysis.model.time.week * crew.allocation;
    let range = whole.range();
    let mut waves: BTreeMap<usize, usize> = BTreeMap::new();
    // Hours of the longest chain that ends with a phase, at the pace of those who work on it.
    let mut chains: BTreeMap<usize, f64> = BTreeMap::new();
    let (mut first, mut middle, mut last, mut longest) = (0.0, 0.0, 0.0, 0.0f64);
    for phase in phases.iter_mut() {
        let hands = hands(phase, analysis, crew);
        phase.weeks = Weeks { p50: phase.range.p50 / hands / week, p80: phase.range.p80 / hands / week };
        let before = phase.waits_for.iter().filter_map(|n| waves.get(n)).max();
        phase.wave = before.map_or(0, |wave| wave + 1);
        waves.insert(phase.number, phase.wave);
        match phase.kind {
            PhaseKind::Foundations => first += phase.work.mean / hands,
            PhaseKind::End => last += phase.work.mean / hands,
            _ => {
                let before = phase.waits_for.iter().filter_map(|n| chains.get(n)).fold(0.0f64, |a, b| a.max(*b));
                let chain = before + phase.work.mean / hands;
                chains.insert(phase.number, chain);
                longest = longest.max(chain);
                middle += phase.work.mean;
            }
        }
    }
    let mean = first + (middle / crew.effective).max(longest) + last;
    let at = |quantile: f64| if whole.mean > 0.0 { mean * quantile / whole.mean / week } else { 0.0 };
    Weeks { p50: at(range.p50), p80: at(range.p80) }
}
