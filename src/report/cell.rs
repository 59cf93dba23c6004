//! One cell: text that no spreadsheet runs, numbers that all of them read alike.

use std::borrow::Cow;

/// Significant digits of numbers in tables.
const DIGITS: usize = 9;

/// A text. One that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV injection", and the full-width
/// signs that some programs take for them). One that is a plain number, such as `-1`, is one to a spreadsheet too, and
/// stays as it is.
pub fn text(words: &str) -> Cow<'_, str> {
    match words.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
            if !plain_number(words) =>
        {
            Cow::Owned(format!("'{words}"))
        }
        _ => Cow::Borrowed(words),
    }
}

/// A sign, digits, and digits after a point: nothing that a spreadsheet could run.
fn plain_number(words: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match words.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (words, None),
    };
    digits(whole.strip_prefix(['-', '+']).unwrap_or(whole)) && fraction.is_none_or(digits)
}

/// A number: up to nine significant digits, as short as they allow, never with an exponent. Not a number is empty; never
/// is `inf`, which R and pandas read as a number.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return String::new();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let scientific = format!("{:.*e}", DIGITS - 1, value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let digits = digits.trim_end_matches('0');
    // Below 10^-30 a number is none in any table.
    if digits.is_empty() || exponent < -30 {
        return "0".into();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        format!("{sign}{digits}{}", "0".repeat(whole - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
    }
}

/// A field as it stands in a file: quoted where it must be (RFC 4180).
pub fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_plain() {
        for (value, cell) in [
            (0.1 + 0.2, "0.3"),
            (0.0, "0"),
            (-0.0, "0"),
            (1.0 / 3.0, "0.333333333"),
            (-2.0 / 3.0, "-0.666666667"),
            (365.0, "365"),
            (1e9, "1000000000"),
            (123_456_789_012.0, "123456789000"),
            (1.5e-7, "0.00000015"),
            (99.999_999_999_9, "100"),
            (1e-40, "0"),
            (f64::NAN, ""),
            (f64::INFINITY, "inf"),
            (12.5, "12.5"),
        ] {
            assert_eq!(number(value), cell);
        }
    }

    #[test]
    fn numbers_come_back() {
        let mut x = 1.234_567_89e-12;
        while x < 1e15 {
            let back: f64 = number(x).parse().unwrap();
            assert!((back - x).abs() <= 5e-9 * x, "{x} {}", number(x));
            x *= 3.7;
        }
    }

    #[test]
    fn no_text_is_a_formula() {
        for bad in [
            "=1+1", "+a", "-a", "@SUM(A1)", "\tx", "\rx", "\n=x", "＝1", "-", "-1+1", "--1", "-1e5", "+.5",
            "-inf", "-1 ",
        ] {
            assert!(text(bad).starts_with('\''), "{bad}");
        }
        for good in ["ceasefire", "a=b", "1 - 2", "", "'x", "ä", "-1", "-0.25", "+2", "12"] {
            assert_eq!(text(good), good);
        }
    }

    #[test]
    fn quotes_where_they_must_be() {
        assert_eq!(quoted("a b"), "a b");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"no\""), "\"say \"\"no\"\"\"");
    }
}
