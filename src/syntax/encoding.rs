//! Files that are no UTF-8: which they may be, and where that shows.

/// What to do about it.
pub(super) const SAVE: &str = "save the file as UTF-8: editors have it under \"Save as\" or \"Encoding\", spreadsheets among the kinds of CSV";
/// So much of a line is shown, in characters.
const SHOWN: usize = 40;

/// Why these bytes are no text, of which the first `valid` are UTF-8.
pub(super) fn refused(bytes: &[u8], valid: usize) -> String {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return "it is saved as UTF-16, not as UTF-8".to_string();
    }
    if bytes.get(valid) == Some(&0) {
        return "it has zeros between its letters, as UTF-16 has, and is no UTF-8".to_string();
    }
    let before = String::from_utf8_lossy(&bytes[..valid]);
    let number = 1 + before.matches('\n').count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let Some(byte) = bytes.get(valid) else { return "it is not a text in UTF-8".to_string() };
    let skipped = line.chars().count().saturating_sub(SHOWN);
    let words: String = line.chars().skip(skipped).collect();
    let place = match words.trim() {
        "" => "begins with".to_string(),
        words => format!("has, behind `{words}`,"),
    };
    // Latin-1 gives every byte the character of its number.
    let meant = match byte {
        0xa0..=0xff => format!(" (in Latin-1 that is `{}`)", char::from(*byte)),
        _ => String::new(),
    };
    format!("it is not a text in UTF-8: line {number} {place} the byte 0x{byte:02X}{meant}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_foreign_byte_is_told_with_its_line() {
        assert_eq!(
            refused(b"a = 1\ntitle = \"caf\xe9\"", 18),
            "it is not a text in UTF-8: line 2 has, behind `title = \"caf`, the byte 0xE9 (in Latin-1 that is `é`)"
        );
        assert_eq!(refused(b"\x93a", 0), "it is not a text in UTF-8: line 1 begins with the byte 0x93");
        assert!(refused(b"a\0b\0", 1).contains("as UTF-16 has"));
        assert_eq!(refused(b"\xff\xfea\0", 0), "it is saved as UTF-16, not as UTF-8");
    }
}
