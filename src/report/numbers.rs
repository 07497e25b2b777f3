//! Numbers as people read them, the same in every format for people.

/// Two significant digits: more would claim more than is known.
pub fn rounded(number: f64) -> String {
    let step = if number < 10.0 { 1.0 } else { 10f64.powf(number.log10().floor() - 1.0) };
    grouped(((number / step).round() * step) as u64)
}

/// 1234567 as 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub fn many(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { several })
}

/// The same for the length of a list.
pub fn plural(count: usize, one: &str, several: &str) -> String {
    many(u64::try_from(count).unwrap_or(u64::MAX), one, several)
}

/// Weeks of the calendar; less than one is not claimed to be none.
pub fn weeks(number: f64) -> String {
    if number < 0.95 { "<1".to_owned() } else { rounded(number) }
}

/// A count without needless decimals.
pub fn trimmed(count: f64) -> String {
    if count.fract().abs() < 1e-9 { format!("{count:.0}") } else { format!("{count:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 12, 123, 1234, 123_456, 1_234_567].map(grouped), ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
    }

    #[test]
    fn two_digits_say_enough() {
        assert_eq!(
            [0.0, 0.4, 7.6, 12.4, 577.2, 869.0, 1_234.5, 25_499.0].map(rounded),
            ["0", "0", "8", "12", "580", "870", "1,200", "25,000"]
        );
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!((many(1, "day", "days"), plural(2_000, "day", "days")), ("1 day".to_owned(), "2,000 days".to_owned()));
        assert_eq!((trimmed(3.0), trimmed(0.25)), ("3".to_owned(), "0.2".to_owned()));
    }
}
