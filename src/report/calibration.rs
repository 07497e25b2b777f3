//! What a calibration found, as a table, and the profile that it writes.

use std::fmt::Write as _;

use crate::effort::calibrate::{Calibration, Profile};

use super::escape::escape;

/// Errors of a prediction: mean magnitude of relative error, share within 25 %, share within a factor of two.
fn errors(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let n = pairs.len().max(1) as f64;
    let off = |(predicted, actual): &(f64, f64)| (actual - predicted).abs() / actual;
    let share = |holds: &dyn Fn(&(f64, f64)) -> bool| pairs.iter().filter(|p| holds(p)).count() as f64 / n;
    let factor_two = |(predicted, actual): &(f64, f64)| (0.5..=2.0).contains(&(actual / predicted));
    (pairs.iter().map(off).sum::<f64>() / n, share(&|p| off(p) <= 0.25), share(&factor_two))
}

pub fn table(found: &Calibration) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "module                              expected     took   took/expected   from the others");
    for (seen, left_out) in found.seen.iter().zip(&found.left_out) {
        let _ = writeln!(
            out,
            "{:<34} {:>7.1} h {:>7.1} h {:>12.2}  {:>12.1} h",
            escape(&seen.module),
            seen.mean,
            seen.actual,
            seen.actual / seen.mean,
            left_out
        );
    }
    let before: Vec<(f64, f64)> = found.seen.iter().map(|s| (s.mean, s.actual)).collect();
    let after: Vec<(f64, f64)> = found.seen.iter().zip(&found.left_out).map(|(s, p)| (*p, s.actual)).collect();
    let _ = writeln!(out, "\n                               before    after");
    let _ = writeln!(out, "factor on every line           {:>6.2}   {:>6.2}", found.before.factor, found.after.factor);
    let _ = writeln!(out, "doubt about it (log-sd)        {:>6.2}   {:>6.2}", found.before.doubt, found.after.doubt);
    for (group, factor) in &found.after.groups {
        let _ = writeln!(out, "  {:<29}{:>6.2}   {factor:>6.2}", escape(group), 1.0);
    }
    let ((mmre, pred, two), (loo_mmre, loo_pred, loo_two)) = (errors(&before), errors(&after));
    let _ = writeln!(
        out,
        "mean relative error            {:>5.0} %  {:>5.0} %   (after: each predicted from the others)",
        mmre * 100.0,
        loo_mmre * 100.0
    );
    let _ = writeln!(out, "within 25 %                    {:>5.0} %  {:>5.0} %", pred * 100.0, loo_pred * 100.0);
    let _ = writeln!(out, "within a factor of two         {:>5.0} %  {:>5.0} %", two * 100.0, loo_two * 100.0);
    for module in &found.outliers {
        let _ = writeln!(out, "\nwarning: {} is further off than its own spread explains; it counts all the same", escape(module));
    }
    if let Some((finished, rest)) = found.biased {
        let _ = writeln!(
            out,
            "\nwarning: the finished modules are simpler than the rest (cyclomatic complexity {finished:.1} against {rest:.1}): the factor may be too low"
        );
    }
    if found.seen.len() < 3 {
        let _ = writeln!(out, "\nwarning: {} finished modules say little; the prior still decides", found.seen.len());
    }
    out
}

/// The file that later estimates use.
pub fn profile(profile: &Profile) -> String {
    let head =
        "# What finished modules taught migscan: written by `migscan calibrate`, used by `--profile` and by `profile` in migscan.toml.\n";
    format!("{head}{}", toml::to_string(profile).unwrap_or_default())
}
