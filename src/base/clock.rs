//! How long the steps of a run take, for `--timings`: the only clock there is besides the budgets, and no output knows of it.

use std::time::{Duration, Instant};

/// Names of steps with their times, in order.
pub type Laps = Vec<(&'static str, Duration)>;

#[derive(Debug)]
pub struct Clock {
    at: Instant,
    pub laps: Laps,
}

impl Default for Clock {
    fn default() -> Self {
        Clock { at: Instant::now(), laps: Vec::new() }
    }
}

impl Clock {
    /// What was done since the last lap bears `name`; a name that comes again is added to.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        let took = now.duration_since(self.at);
        self.at = now;
        match self.laps.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += took,
            None => self.laps.push((name, took)),
        }
    }
}
