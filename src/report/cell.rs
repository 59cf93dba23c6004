//! One cell: text that no spreadsheet runs, numbers that all of them read alike.

use crate::quantity::Date;
use std::borrow::Cow;

/// Significant digits of numbers in tables.
const DIGITS: usize = 9;

/// The power of ten below which a number is 0 in every table, since spreadsheets read it so.
const SMALLEST: i32 = -300;

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
    let mut cell = Vec::with_capacity(20);
    push_number(&mut cell, value);
    // It is ASCII.
    String::from_utf8_lossy(&cell).into_owned()
}

/// Adds a number as [`number`] writes it.
pub fn push_number(to: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        return;
    }
    if value.is_infinite() {
        to.extend_from_slice(if value > 0.0 { b"inf" } else { b"-inf" });
        return;
    }
    let (digits, exponent) = nine_digits(value.abs());
    if digits == 0 || exponent < SMALLEST {
        to.push(b'0');
        return;
    }
    if value < 0.0 {
        to.push(b'-');
    }
    let mut text = [0; DIGITS];
    let mut rest = digits;
    for place in text.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let shown = DIGITS - text.iter().rev().take_while(|digit| **digit == b'0').count();
    let whole = exponent + 1;
    if whole <= 0 {
        to.extend_from_slice(b"0.");
        to.extend(std::iter::repeat_n(b'0', whole.unsigned_abs() as usize));
        to.extend_from_slice(&text[..shown]);
    } else if shown <= whole as usize {
        to.extend_from_slice(&text[..shown]);
        to.extend(std::iter::repeat_n(b'0', whole as usize - shown));
    } else {
        to.extend_from_slice(&text[..whole as usize]);
        to.push(b'.');
        to.extend_from_slice(&text[whole as usize..shown]);
    }
}

/// The nine leading digits of a number of at least 0, rounded half to even on its exact value, and the power of ten of
/// the first of them.
fn nine_digits(value: f64) -> (u64, i32) {
    // In between, mantissa times power of ten fits in 128 bits and is exact.
    if (1e-12..999_999_999.0).contains(&value) { by_integers(value) } else { by_text(value) }
}

/// Ten to the eighth and the ninth: between them lie numbers of nine digits.
const LOW: u64 = 100_000_000;
const HIGH: u64 = 1_000_000_000;

fn by_integers(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    // Normal numbers only, below 2^30, so that the shift is above 0.
    let mantissa = u128::from((bits & ((1 << 52) - 1)) | (1 << 52));
    let binary = (bits >> 52) as i32 - 1023;
    let shift = (52 - binary) as u32;
    // floor(binary * log10(2)), which is the power of ten or one less.
    let mut exponent = (binary * 1233) >> 12;
    loop {
        let scaled = mantissa * 10_u128.pow((DIGITS as i32 - 1 - exponent) as u32);
        let whole = (scaled >> shift) as u64;
        let (rest, half) = (scaled & ((1 << shift) - 1), 1_u128 << (shift - 1));
        let digits = whole + u64::from(rest > half || (rest == half && whole & 1 == 1));
        if digits >= HIGH {
            exponent += 1;
        } else {
            debug_assert!(digits >= LOW, "{value}");
            return (digits, exponent);
        }
    }
}

fn by_text(value: f64) -> (u64, i32) {
    let scientific = format!("{value:.*e}", DIGITS - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).fold(0, |n, d| 10 * n + u64::from(d - b'0'));
    (digits, exponent.parse().unwrap_or(0))
}

/// Adds a whole number.
pub fn push_whole(to: &mut Vec<u8>, value: u64) {
    let mut text = [0; 20];
    let mut first = text.len();
    let mut rest = value;
    loop {
        first -= 1;
        text[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    to.extend_from_slice(&text[first..]);
}

/// Adds the calendar day of a date, as its `Display` writes it.
pub fn push_day(to: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.civil();
    let Some(year) = u16::try_from(year).ok().filter(|year| *year <= 9999) else {
        to.extend_from_slice(date.midnight().to_string().as_bytes());
        return;
    };
    let digit = |n: u16| b'0' + (n % 10) as u8;
    let two = |n: u8| [digit(u16::from(n) / 10), digit(n.into())];
    to.extend_from_slice(&[digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), b'-']);
    to.extend_from_slice(&two(month));
    to.push(b'-');
    to.extend_from_slice(&two(day));
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
            (1.003e-33, "0.000000000000000000000000000000001003"),
            (1e-301, "0"),
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

    /// By the standard library's exact printing of nine digits.
    fn by_the_library(value: f64) -> String {
        let (digits, exponent) = by_text(value.abs());
        let point = format!(
            "{:.*}",
            (8 - exponent).max(0) as usize,
            digits as f64 * libm::pow(10.0, f64::from(exponent - 8))
        );
        let point =
            if point.contains('.') { point.trim_end_matches('0').trim_end_matches('.') } else { &point };
        format!("{}{point}", if value < 0.0 { "-" } else { "" })
    }

    #[test]
    fn digits_are_those_of_the_library() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        let check = |value: f64| assert_eq!(by_integers(value), by_text(value), "{value:e}");
        for power in -12..9 {
            let ten = libm::pow(10.0, f64::from(power));
            for x in [1.0, 9.999_999_995, 9.999_999_994_999, 1.000_000_005] {
                check((x * ten).clamp(1e-12, 999_999_998.9));
            }
            for _ in 0..5_000 {
                check(((1.0 + 9.0 * next() as f64 / (1_u64 << 53) as f64) * ten).clamp(1e-12, 999_999_998.9));
            }
        }
        // Ties: nine digits, and a half of the last.
        for n in 0..2_000_u64 {
            let whole = LOW + next() % (HIGH - LOW - 2);
            check(whole as f64 + 0.5);
            check((whole >> 4) as f64 + 0.062_5 * (n % 16) as f64);
        }
        for value in [365.0, 12.345_678_9, -0.001_234_5, 7e8] {
            assert_eq!(number(value), by_the_library(value));
        }
    }

    #[test]
    fn whole_numbers_and_days() {
        let cell = |push: &dyn Fn(&mut Vec<u8>)| {
            let mut to = b"x".to_vec();
            push(&mut to);
            String::from_utf8(to).unwrap()
        };
        for n in [0, 7, 10, 99, 12_345, u64::MAX] {
            assert_eq!(cell(&|to| push_whole(to, n)), format!("x{n}"));
        }
        let start = Date::new(2025, 1, 20).unwrap();
        for seconds in [0.0, 86_400.0, 1e7, 3.3e8, -7e10, -7e11, 4e11] {
            let date = start.plus(seconds);
            assert_eq!(cell(&|to| push_day(to, date)), format!("x{}", date.midnight()));
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
