//! Pictures as inline SVG: each a function of numbers, with a text that says the same. Positions are shares of the width, so that text keeps its
//! size whatever the page's width is; colours are classes of the style sheet, so that dark and print have their own.

pub mod burndown;
pub mod concerns;
pub mod matrix;
pub mod range;
pub mod spread;
pub mod timeline;

/// A share of a width as SVG writes it, with no more digits than a screen has dots.
pub fn share(part: f64, whole: f64) -> String {
    let value = if whole > 0.0 { (part / whole * 100.0).clamp(0.0, 100.0) } else { 0.0 };
    format!("{}%", super::text::exact((value * 100.0).round() / 100.0))
}

/// Steps for an axis up to `most`: round numbers, four to nine of them.
pub fn ticks(most: f64) -> Vec<f64> {
    if most <= 0.0 {
        return Vec::new();
    }
    let raw = most / 9.0;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= raw).unwrap_or(raw);
    (0..=20).map(|n| f64::from(n) * step).take_while(|tick| *tick <= most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_steps() {
        for most in [0.3, 1.0, 7.0, 97.0, 1_076.0, 250_000.0] {
            let steps = ticks(most);
            assert!((4..=10).contains(&steps.len()), "{most}: {steps:?}");
        }
        assert_eq!(ticks(1_400.0), [0.0, 200.0, 400.0, 600.0, 800.0, 1_000.0, 1_200.0, 1_400.0]);
        assert!(ticks(0.0).is_empty());
    }

    #[test]
    fn shares_stay_inside() {
        assert_eq!((share(1.0, 3.0), share(5.0, 3.0), share(1.0, 0.0)), ("33.33%".to_owned(), "100%".to_owned(), "0%".to_owned()));
    }
}
