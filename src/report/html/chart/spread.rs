//! How sure the estimate is: the density of the whole, with P10 to P90 shaded and P50 and P80 named.
//!
//! The same log-normal distribution from which the percentiles come, so that area and numbers cannot disagree.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::range::Percentiles;
use super::{share, ticks};
use crate::report::numbers::rounded;

const WIDE: f64 = 1000.0;
const HIGH: f64 = 100.0;
const STEPS: u32 = 160;
/// Standard deviations from the median to P90.
const Z90: f64 = 1.281_551_565_5;

/// The curve; `week` is how many focus-hours a week has.
pub fn spread(effort: Percentiles, week: f64) -> Markup {
    if effort.p50 <= 0.0 || effort.p90 <= effort.p50 {
        return html! {};
    }
    let most = effort.p90 * 1.3;
    let text = format!(
        "Distribution of the effort in focus-hours. One chance in ten that it takes less than {}, even chances at {}, four in five at {}, nine in ten at {}.",
        rounded(effort.p10),
        rounded(effort.p50),
        rounded(effort.p80),
        rounded(effort.p90)
    );
    let curve = Curve::of(effort.p50, effort.p90);
    let marks = [("P10", effort.p10, "low"), ("P50", effort.p50, "mid"), ("P80", effort.p80, "mid"), ("P90", effort.p90, "low")];
    html! {
        svg.spread role="img" aria-label=(text) width="100%" height="150" {
            svg y="30" width="100%" height="84" viewBox={ "0 0 " (WIDE) " " (HIGH) } preserveAspectRatio="none" {
                path.all d=(curve.area(0.0, most, most)) {}
                path.shade d=(curve.area(effort.p10, effort.p90, most)) {}
                path.core d=(curve.area(effort.p50, effort.p80, most)) {}
            }
            line.axis x1="0" x2="100%" y1="114" y2="114" {}
            @for (name, at, class) in marks {
                line class={ "mark " (class) } x1=(share(at, most)) x2=(share(at, most)) y1="24" y2="114" {}
                text class={ "name " (class) } x=(share(at, most)) y="17" { (name) " · " (rounded(at)) }
            }
            @for tick in ticks(most) {
                line.axis x1=(share(tick, most)) x2=(share(tick, most)) y1="114" y2="119" {}
                text class={ "tick" @if tick == 0.0 { " first" } } x=(share(tick, most)) y="132" { @if tick == 0.0 { "hours" } @else { (rounded(tick)) } }
                @if tick > 0.0 { text.tick.weeks x=(share(tick, most)) y="146" { (rounded(tick / week)) " wk" } }
            }
        }
    }
}

/// A log-normal density, scaled so that its top is 1.
struct Curve {
    mu: f64,
    sigma: f64,
    top: f64,
}

impl Curve {
    fn of(p50: f64, p90: f64) -> Curve {
        let curve = Curve { mu: p50.ln(), sigma: (p90 / p50).ln() / Z90, top: 1.0 };
        let mode = (curve.mu - curve.sigma.powi(2)).exp();
        Curve { top: curve.at(mode).max(1e-12), ..curve }
    }

    fn at(&self, hours: f64) -> f64 {
        if hours <= 0.0 {
            return 0.0;
        }
        let z = (hours.ln() - self.mu) / self.sigma;
        (-z * z / 2.0).exp() / (hours * self.sigma) / self.top
    }

    /// The area below it from one number of hours to another, as a path.
    fn area(&self, from: f64, to: f64, most: f64) -> String {
        let x = |hours: f64| hours / most * WIDE;
        let mut path = format!("M{:.0} {HIGH}", x(from));
        for step in 0..=STEPS {
            let hours = from + (to - from) * f64::from(step) / f64::from(STEPS);
            let _ = write!(path, "L{:.0} {:.1}", x(hours), HIGH - self.at(hours) * (HIGH - 2.0));
        }
        let _ = write!(path, "L{:.0} {HIGH}Z", x(to));
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_distribution_that_the_percentiles_come_from() {
        let curve = Curve::of(577.241, 1_076.241);
        // Sum of the area up to P50 and P80 of the model, as shares of all of it.
        let sum = |to: f64| (1..=40_000).map(|n| curve.at(f64::from(n) * to / 40_000.0) * to / 40_000.0).sum::<f64>();
        let all = sum(12_000.0);
        assert!((sum(577.241) / all - 0.5).abs() < 0.005, "{}", sum(577.241) / all);
        assert!((sum(869.03) / all - 0.8).abs() < 0.005, "{}", sum(869.03) / all);
        assert!(curve.at(0.0) == 0.0 && curve.area(0.0, 1000.0, 1000.0).starts_with("M0 100L0 100"));
    }
}
