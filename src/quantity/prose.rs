//! Numbers and lists as people write them.

use super::{DAY, MONTH, YEAR};

/// A whole number with commas between thousands: `38,000`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A count with its noun: `1 file`, `12 files`.
pub fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// `a`, `a and b`, `a, b and c`, with the given last joint (`and`, `or`).
pub fn list<S: AsRef<str>>(items: &[S], joint: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} {joint} {}", rest.join(", "), last.as_ref())
        }
    }
}

/// With a capital first letter.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A duration in the unit that reads best: `36 hours`, `14 days`, `3 months`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return if seconds > 0.0 { "never".to_string() } else { "unknown".to_string() };
    }
    let size = seconds.abs();
    let whole = |unit: f64| size >= unit && (seconds / unit).fract() == 0.0;
    let (unit, name) = if size == 0.0 || (whole(DAY) && size < YEAR) {
        (DAY, "day")
    } else if whole(YEAR) {
        (YEAR, "year")
    } else if whole(MONTH) {
        (MONTH, "month")
    } else if size >= 2.0 * DAY {
        (DAY, "day")
    } else if size >= 3_600.0 {
        (3_600.0, "hour")
    } else if size >= 60.0 {
        (60.0, "minute")
    } else {
        (1.0, "second")
    };
    let n = number(seconds / unit);
    format!("{n} {name}{}", if n == "1" { "" } else { "s" })
}

/// Names as they are typed, the first dozen of many: `` `a`, `b` and 12 more ``.
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    const FEW: usize = 12;
    let mut words: Vec<String> = names.iter().take(FEW).map(|name| format!("`{}`", name.as_ref())).collect();
    if names.len() > FEW {
        words.push(format!("{} more", names.len() - FEW));
    }
    list(&words, "and")
}

/// A number with about four significant figures and no needless zeros.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let size = value.abs();
    if !(1e-4..1e7).contains(&size) {
        return format!("{value:.3e}");
    }
    let decimals = (3 - libm::log10(size).floor() as i32).clamp(0, 8) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

/// A probability as a percentage with one decimal, honest at the ends: `<0.05%` where it is not 0.
pub fn percent(p: f64) -> String {
    match p {
        _ if p.is_nan() => "unknown".to_string(),
        _ if p > 0.0 && p < 5e-4 => "<0.05%".to_string(),
        _ if p < 1.0 && p > 1.0 - 5e-4 => ">99.95%".to_string(),
        _ => format!("{:.1}%", 100.0 * p),
    }
}

/// Words as one argument of a command line: quoted where a shell would take them apart.
pub fn argument(words: &str) -> String {
    let apart = |c: char| c.is_whitespace() || "\"'`$&|;<>()*?[]{}!#".contains(c);
    if words.contains(apart) { format!("'{}'", words.replace('\'', r"'\''")) } else { words.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_reads_well() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
        assert_eq!(counted(1, "path"), "1 path");
        assert_eq!(list(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(listed(&["a", "b"]), "`a` and `b`");
        assert!(listed(&["x"; 20]).ends_with("`x` and 8 more"));
        assert_eq!(duration(14.0 * DAY), "14 days");
        assert_eq!(duration(129_600.0), "36 hours");
        assert_eq!(duration(YEAR), "1 year");
        assert_eq!(number(0.1), "0.1");
        assert_eq!(number(123_456.0), "123456");
        assert_eq!(percent(1e-5), "<0.05%");
        assert_eq!(percent(0.0), "0.0%");
    }
}
