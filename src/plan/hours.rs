//! The lines of the estimate, handed out to phases: none twice, none left over.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::effort::lines::{self, Line};
use crate::effort::math::Work;
use crate::effort::price::Price;

use super::data::{Moved, Task};

/// Which step of a module a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    Reads,
    Writes,
    /// To each in proportion to its operations.
    Both,
}

/// How lines go to steps and steps to tasks; a table of the wording's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Group of costs → step.
    pub group: BTreeMap<String, Step>,
    /// Driver → step, where it is not its group's.
    pub driver: BTreeMap<String, Step>,
    /// Group → title of the task, in the order in which they are done.
    pub task: Vec<TaskTitle>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskTitle {
    pub groups: Vec<String>,
    pub title: String,
}

impl Split {
    fn step(&self, line: &Line) -> Step {
        let own = self.driver.get(&line.driver).or_else(|| self.group.get(&line.group));
        own.copied().unwrap_or(Step::Both)
    }

    /// The lines of a module, in parts: what its reads take and what its writes take. `share` is that of the reads in its operations.
    pub fn parts(&self, list: &[Line], share: f64) -> (Vec<Line>, Vec<Line>) {
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        let mut both = Vec::new();
        for line in list {
            match self.step(line) {
                // Overheads follow the hours that they are taken of.
                _ if line.group == "overhead" => both.push(line.clone()),
                Step::Reads => reads.push(line.clone()),
                Step::Writes => writes.push(line.clone()),
                Step::Both => {
                    reads.push(line.clone().scaled(share));
                    writes.push(line.clone().scaled(1.0 - share));
                }
            }
        }
        let sum = |list: &[Line]| list.iter().map(|line| line.mean).sum::<f64>();
        let all = sum(&reads) + sum(&writes);
        let share = if all > 0.0 { sum(&reads) / all } else { share };
        for line in both {
            reads.push(line.clone().scaled(share));
            writes.push(line.scaled(1.0 - share));
        }
        reads.retain(|line| line.mean > 0.0);
        writes.retain(|line| line.mean > 0.0);
        (reads, writes)
    }

    /// What is done in a phase, in order, with the hours of each step.
    pub fn tasks(&self, parts: &[(usize, Vec<Line>)]) -> Vec<Task> {
        let mut out = Vec::new();
        for (module, list) in parts {
            let mut rest: f64 = list.iter().map(|line| line.mean).sum();
            for title in &self.task {
                let hours: f64 = list.iter().filter(|line| title.groups.contains(&line.group)).map(|line| line.mean).sum();
                rest -= hours;
                if hours > 0.0 {
                    out.push(Task { title: title.title.clone(), module: Some(*module), hours });
                }
            }
            if rest > 1e-9 {
                out.push(Task { title: "What else the estimate counts".to_owned(), module: Some(*module), hours: rest });
            }
        }
        out
    }
}

/// Operations of routes: those of a route that takes any method count as one.
pub fn operations(moved: &[Moved]) -> f64 {
    moved.iter().map(|m| m.methods.len().max(1) as f64).sum()
}

/// The work in lines of one module, with the doubt of that module.
pub fn work(list: &[Line], whole: Work, all: &[Line]) -> Work {
    let own = lines::work(list);
    let plain = lines::work(all);
    // The doubt that the whole module has over its lines, in proportion: its variance is that of its lines times a factor, plus a share of the
    // square of its mean.
    if plain.mean <= 0.0 {
        return own;
    }
    let extra = (whole.variance - plain.variance).max(0.0);
    let share = own.mean / plain.mean;
    Work { mean: own.mean, variance: own.variance + extra * share * share }
}

/// Hours of each module.
pub fn by_module(price: &Price) -> Vec<f64> {
    price.modules.iter().map(|m| m.lines.iter().map(|line| line.mean).sum()).collect()
}
