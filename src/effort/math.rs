//! Means add; ranges do not. The closed form that turns lines with a mean and a spread into quantiles of a module and of the project.

/// The 10th, 50th, 80th and 90th percentile of the standard normal distribution.
const Z: [f64; 4] = [-1.281_551_565_545, 0.0, 0.841_621_233_573, 1.281_551_565_545];

/// An amount of work: its expected value and its variance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    pub mean: f64,
    pub variance: f64,
}

/// A range in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    pub mean: f64,
    pub sd: f64,
    pub p10: f64,
    pub p50: f64,
    pub p80: f64,
    pub p90: f64,
}

/// Squared coefficient of variation of a lognormal with this standard deviation of the logarithm.
pub fn cv2(log_sd: f64) -> f64 {
    (log_sd * log_sd).exp() - 1.0
}

impl Work {
    /// One line: a lognormal with this mean and standard deviation of the logarithm.
    pub fn line(mean: f64, log_sd: f64) -> Work {
        Work { mean, variance: mean * mean * cv2(log_sd) }
    }

    pub fn plus(self, other: Work) -> Work {
        Work { mean: self.mean + other.mean, variance: self.variance + other.variance }
    }

    pub fn sum(parts: impl IntoIterator<Item = Work>) -> Work {
        parts.into_iter().fold(Work::default(), Work::plus)
    }

    /// All of it times one uncertain factor with expected value 1: what its parts share.
    pub fn shared(self, log_sd: f64) -> Work {
        let v = cv2(log_sd);
        Work { mean: self.mean, variance: self.variance * (1.0 + v) + self.mean * self.mean * v }
    }

    /// Quantiles of the lognormal with this mean and variance.
    pub fn range(self) -> Range {
        if self.mean <= 0.0 {
            return Range::default();
        }
        let s2 = (1.0 + self.variance / (self.mean * self.mean)).ln();
        let at = |z: f64| self.mean * (z * s2.sqrt() - s2 / 2.0).exp();
        let [p10, p50, p80, p90] = Z.map(at);
        Range { mean: self.mean, sd: self.variance.sqrt(), p10, p50, p80, p90 }
    }

    /// Probability that it takes no more than `hours`.
    pub fn within(self, hours: f64) -> f64 {
        if self.mean <= 0.0 {
            return 1.0;
        }
        if hours <= 0.0 {
            return 0.0;
        }
        let s2 = (1.0 + self.variance / (self.mean * self.mean)).ln();
        if s2 <= 0.0 {
            return if hours >= self.mean { 1.0 } else { 0.0 };
        }
        normal_cdf(((hours / self.mean).ln() + s2 / 2.0) / s2.sqrt())
    }
}

/// Abramowitz and Stegun 26.2.17; the error stays below 1e-7.
fn normal_cdf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

/// What an average unit costs when there are `n` of a kind: each doubling makes a unit `rate` times as dear, with a floor.
pub fn learning(n: f64, rate: f64, floor: f64) -> f64 {
    if n <= 1.0 {
        return 1.0;
    }
    let b = rate.log2();
    let whole = n.floor();
    // Sum of i^b for i = 1..n: exact for the first hundred, the integral with its midpoint correction beyond.
    let head = whole.min(100.0);
    let mut sum = 0.0;
    let mut i = 1.0;
    while i <= head {
        sum += i.powf(b);
        i += 1.0;
    }
    if whole > head {
        sum += ((whole + 0.5).powf(b + 1.0) - (head + 0.5).powf(b + 1.0)) / (b + 1.0);
    }
    sum += (n - whole) * (whole + 1.0).powf(b);
    (sum / n).max(floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_ordered_and_the_mean_is_kept() {
        let range = Work::sum([Work::line(10.0, 0.5), Work::line(20.0, 1.0)]).shared(0.35).shared(0.45).range();
        assert!((range.mean - 30.0).abs() < 1e-9);
        assert!(0.0 < range.p10 && range.p10 < range.p50 && range.p50 < range.mean && range.mean < range.p80 && range.p80 < range.p90);
    }

    #[test]
    fn one_line_is_its_class() {
        // A class A line: 0.60, 0.94, 1.47 times its mean.
        let range = Work::line(1.0, 0.35).range();
        assert!((range.p10 - 0.60).abs() < 0.005 && (range.p50 - 0.94).abs() < 0.005 && (range.p90 - 1.47).abs() < 0.01, "{range:?}");
    }

    #[test]
    fn probability_of_a_budget() {
        let work = Work::line(100.0, 0.5);
        let range = work.range();
        assert!((work.within(range.p50) - 0.5).abs() < 1e-6 && (work.within(range.p80) - 0.8).abs() < 1e-6);
        assert_eq!((work.within(0.0), Work::default().within(0.0)), (0.0, 1.0));
    }

    #[test]
    fn learning_falls_and_total_hours_rise() {
        let mut last = (1.0, 0.0);
        for n in 1..3000 {
            let a = learning(f64::from(n), 0.92, 0.65);
            assert!(a <= last.0 + 1e-12 && f64::from(n) * a > last.1, "{n}");
            last = (a, f64::from(n) * a);
        }
        assert!((learning(2.0, 0.92, 0.65) - 0.96).abs() < 1e-9);
        assert_eq!(learning(1e9, 0.92, 0.65), 0.65);
    }

    /// Numbers between 0 and 1, the same on every machine (xorshift64*).
    struct Draws(u64);

    impl Draws {
        fn uniform(&mut self) -> f64 {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
        }

        /// A lognormal with mean 1.
        fn factor(&mut self, log_sd: f64) -> f64 {
            let normal = (-2.0 * self.uniform().ln()).sqrt() * (2.0 * std::f64::consts::PI * self.uniform()).cos();
            (normal * log_sd - log_sd * log_sd / 2.0).exp()
        }
    }

    #[test]
    fn a_simulation_agrees_with_the_closed_form() {
        // Eight modules of five lines, each with a factor of its own, one for all.
        let lines: Vec<(f64, f64)> =
            [0.35, 0.50, 0.75, 1.00, 0.50].into_iter().zip([9.0, 14.0, 8.0, 4.0, 20.0]).map(|(s, m)| (m, s)).collect();
        let module = Work::sum(lines.iter().map(|(m, s)| Work::line(*m, *s))).shared(0.40);
        let closed = Work::sum(std::iter::repeat_n(module, 8)).shared(0.45).range();
        let mut draws = Draws(20_261_121);
        let mut totals: Vec<f64> = (0..40_000)
            .map(|_| {
                let project = draws.factor(0.45);
                let modules: f64 = (0..8)
                    .map(|_| {
                        let own = draws.factor(0.40);
                        lines.iter().map(|(mean, sd)| mean * draws.factor(*sd)).sum::<f64>() * own
                    })
                    .sum();
                modules * project
            })
            .collect();
        totals.sort_by(f64::total_cmp);
        for (share, expected) in [(0.1, closed.p10), (0.5, closed.p50), (0.8, closed.p80), (0.9, closed.p90)] {
            let drawn = totals[(share * totals.len() as f64) as usize];
            assert!((drawn / expected - 1.0).abs() < 0.03, "{share}: {drawn} {expected}");
        }
    }
}
