//! Numbers of the command line. One that may be meant in two ways is not guessed at: the message tells both.

/// A count above 0: `20000`, `20_000`, `20,000`, `1e6`, `1.5e6`. A comma stands between thousands; a point stands nowhere else than
/// before a power of ten.
pub(super) fn count(words: &str) -> Result<u64, String> {
    let plain = words.trim().replace('_', "");
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits(&plain) || in_thousands(&plain, ',') {
        plain.replace(',', "").parse::<u64>().ok()
    } else if plain.split(['.', ',']).all(digits) && plain.contains(['.', ',']) {
        return Err(separated(words.trim(), &plain));
    } else {
        let value = plain.parse::<f64>().ok().filter(|_| plain.contains(['e', 'E']));
        value.filter(|v| v.fract() == 0.0 && (0.0..=1e18).contains(v)).map(|v| v as u64)
    };
    match number {
        Some(0) => Err("must be at least 1".into()),
        Some(n) => Ok(n),
        None => Err("expected a whole number, such as 20000 or 1e6".into()),
    }
}

/// `1,000,000`: at most three digits, then groups of three.
fn in_thousands(text: &str, mark: char) -> bool {
    let mut groups = text.split(mark);
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().is_some_and(|g| (1..=3).contains(&g.len()) && digits(g) && !g.starts_with('0'));
    first && groups.all(|g| g.len() == 3 && digits(g))
}

/// What is said of digits with points or commas that do not surely stand between thousands: what they may be read as.
fn separated(words: &str, plain: &str) -> String {
    let joined = plain.replace(['.', ','], "");
    let joined = joined.trim_start_matches('0');
    let marks = plain.matches(['.', ',']).count();
    let Some((whole, part)) = plain.rsplit_once(['.', ',']).filter(|_| marks == 1) else {
        return format!(
            "`{words}` has points or commas in odd places: write digits alone, such as `{joined}`"
        );
    };
    let kept = match whole.trim_start_matches('0') {
        "" => "0",
        kept => kept,
    };
    match part.trim_end_matches('0') {
        "" => format!("`{words}` may be read as {joined} or as {kept}: write `{joined}` or `{kept}`"),
        part => format!(
            "`{words}` may be read as {joined} or as {kept}.{part}, and a count is whole: write `{joined}`, or a whole number near {kept}.{part}"
        ),
    }
}

/// Threads: as many as a machine may have; thousands would only stand in each other's way.
pub(super) fn threads(words: &str) -> Result<usize, String> {
    match words.parse::<usize>() {
        Ok(n) if n <= 1024 => Ok(n),
        _ => Err("expected a whole number up to 1024, or 0 for one thread a core".into()),
    }
}

/// A seed.
pub(super) fn seed(words: &str) -> Result<u64, String> {
    words.parse::<u64>().map_err(|_| {
        format!(
            "a seed is a whole number from 0 to {}, in digits alone: the same seed gives the same random numbers, another one others",
            u64::MAX
        )
    })
}

/// The number of a world, or of a path in it.
pub(super) fn place(words: &str) -> Result<u64, String> {
    words.parse::<u64>().map_err(|_| "expected a whole number from 0, in digits alone".into())
}

/// A share above 0 and below 1: `2%`, `0.02`.
pub(super) fn share(words: &str) -> Result<f64, String> {
    let number = match words.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|p| p / 100.0),
        None => words.trim().parse::<f64>(),
    };
    match number {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err(format!("expected a share between 0 and 1, such as 2% or 0.02{}", pointed(words))),
    }
}

/// A time to spend: above 0, at most a day.
pub(super) fn seconds(words: &str) -> Result<f64, String> {
    match words.parse::<f64>() {
        Ok(s) if s > 0.0 && s <= 86_400.0 => Ok(s),
        _ => Err(format!(
            "expected a number of seconds above 0 and at most a day, such as 20{}",
            pointed(words)
        )),
    }
}

/// What to write in place of a decimal comma.
fn pointed(words: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (number, sign) = words.trim().strip_suffix('%').map_or((words.trim(), ""), |number| (number, "%"));
    match number.trim().split_once(',') {
        Some((whole, part)) if digits(whole) && digits(part) => {
            format!("; decimals have a point: `{whole}.{part}{sign}`")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_in_one_way_or_not_at_all() {
        for (words, n) in [
            ("20000", 20_000),
            ("20_000", 20_000),
            ("20,000", 20_000),
            ("1,000,000", 1_000_000),
            ("1e6", 1_000_000),
            ("1.5e6", 1_500_000),
            ("7", 7),
        ] {
            assert_eq!(count(words), Ok(n), "{words}");
        }
        for (words, said) in [
            ("20.000", "`20.000` may be read as 20000 or as 20: write `20000` or `20`"),
            ("2.0", "`2.0` may be read as 20 or as 2: write `20` or `2`"),
            ("10,00", "`10,00` may be read as 1000 or as 10: write `1000` or `10`"),
            (
                "0,500",
                "`0,500` may be read as 500 or as 0.5, and a count is whole: write `500`, or a whole number near 0.5",
            ),
            (
                "20,5",
                "`20,5` may be read as 205 or as 20.5, and a count is whole: write `205`, or a whole number near 20.5",
            ),
            (
                "1.000.000",
                "`1.000.000` has points or commas in odd places: write digits alone, such as `1000000`",
            ),
            ("1,000.0", "`1,000.0` has points or commas in odd places: write digits alone, such as `10000`"),
            ("0", "must be at least 1"),
            ("0e3", "must be at least 1"),
            ("-5", "expected a whole number, such as 20000 or 1e6"),
            ("2,5e6", "expected a whole number, such as 20000 or 1e6"),
            ("1e-3", "expected a whole number, such as 20000 or 1e6"),
            (",", "expected a whole number, such as 20000 or 1e6"),
            ("inf", "expected a whole number, such as 20000 or 1e6"),
            ("", "expected a whole number, such as 20000 or 1e6"),
        ] {
            assert_eq!(count(words), Err(said.to_string()), "{words}");
        }
    }

    #[test]
    fn decimal_commas_are_told_with_the_point() {
        assert_eq!(
            share("2,5%").unwrap_err(),
            "expected a share between 0 and 1, such as 2% or 0.02; decimals have a point: `2.5%`"
        );
        assert!(seconds("2,5").unwrap_err().ends_with("decimals have a point: `2.5`"));
        assert_eq!((share("2.5%"), seconds("2.5")), (Ok(0.025), Ok(2.5)));
        assert!(share("2").is_err() && seconds("-1").is_err());
    }

    #[test]
    fn seeds_say_what_they_are() {
        assert_eq!((seed("0"), seed("18446744073709551615")), (Ok(0), Ok(u64::MAX)));
        for words in ["abc", "-1", "1.5", "1,000", ""] {
            assert!(seed(words).unwrap_err().starts_with("a seed is a whole number from 0"), "{words}");
            assert!(place(words).is_err());
        }
    }
}
