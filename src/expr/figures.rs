//! Numbers whose thousands are set apart in a way that is not read here: `1 000`, `12'000`, `1.000.000`.

/// What stands between the thousands.
const BETWEEN: [char; 7] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '’', '.'];

/// The length of such a number at the start of `text`, and how it is written.
pub(crate) fn grouped(text: &str) -> Option<(usize, String)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    let sign = text[first..].chars().next().filter(|c| BETWEEN.contains(c))?;
    if !(1..=3).contains(&first) || text.starts_with('0') {
        return None;
    }
    let mut groups = vec![&text[..first]];
    let mut end = first;
    while let Some(after) = text[end..].strip_prefix(sign).filter(|after| digits(after) == 3) {
        groups.push(&after[..3]);
        end += sign.len_utf8() + 3;
    }
    // A single point is that of decimals.
    let enough = if sign == '.' { 3 } else { 2 };
    (groups.len() >= enough).then(|| (end, groups.join("_")))
}

/// The digits of `1.000` before a decimal comma.
pub(super) fn pointed(words: &str) -> Option<String> {
    let (first, rest) = words.split_once('.')?;
    let three = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    let whole = (1..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_digit());
    (whole && rest.split('.').all(three)).then(|| words.replace('.', ""))
}

/// A text in which commas between digits are decimal points.
pub(super) fn pointed_decimals(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let point = |(at, c): (usize, char)| {
        if c == ',' && digit(at.checked_sub(1)) && digit(Some(at + 1)) { '.' } else { c }
    };
    text.char_indices().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_from_decimals() {
        for (text, length, meant) in [
            ("1 000 days", 5, "1_000"),
            ("12\u{202f}000", 8, "12_000"),
            ("1'000'000.5", 9, "1_000_000"),
            ("1.000.000", 9, "1_000_000"),
        ] {
            assert_eq!(grouped(text), Some((length, meant.to_string())), "{text}");
        }
        for text in ["1.000", "1 00", "0 100", "1000 000", "5 days", "1 0000"] {
            assert_eq!(grouped(text), None, "{text}");
        }
        assert_eq!((pointed("1.000").as_deref(), pointed("1.50")), (Some("1000"), None));
    }
}
