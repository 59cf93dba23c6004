//! Making a text that shows a difference smaller: lines and parts of inline tables are left out while it still shows it.

/// The smallest text found for which `still` holds.
pub fn shrink(text: &str, still: &dyn Fn(&str) -> bool) -> String {
    let mut best = text.to_string();
    loop {
        let before = best.len();
        best = without_lines(best, still);
        best = without_parts(best, still);
        if best.len() == before {
            return best;
        }
    }
}

fn without_lines(mut best: String, still: &dyn Fn(&str) -> bool) -> String {
    for size in [8, 4, 2, 1] {
        let mut at = 0;
        loop {
            let lines: Vec<&str> = best.lines().collect();
            if at >= lines.len() {
                break;
            }
            let mut fewer: Vec<&str> = lines[..at].to_vec();
            fewer.extend(&lines[(at + size).min(lines.len())..]);
            let fewer = fewer.join("\n") + "\n";
            if still(&fewer) {
                best = fewer;
            } else {
                at += 1;
            }
        }
    }
    best
}

fn without_parts(mut best: String, still: &dyn Fn(&str) -> bool) -> String {
    let mut at = 0;
    while let Some(found) = best[at..].find([',', '{', '[', '"', '(']) {
        at += found;
        let opens = &best[at..=at] != ",";
        let end = part_end(&best, at + 1);
        // Behind a bracket the part goes with the comma that follows it.
        let from = if opens { at + 1 } else { at };
        let to = if opens && best[end..].starts_with(',') { end + 1 } else { end };
        let fewer = format!("{}{}", &best[..from], &best[to..]);
        if to > from && still(&fewer) {
            best = fewer;
        } else {
            at += 1;
        }
    }
    best
}

/// Where the part that begins at `from` ends: at a comma or closing bracket of its own depth.
fn part_end(text: &str, from: usize) -> usize {
    let mut depth = 0;
    for (i, c) in text[from..].char_indices() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' if depth == 0 => return from + i,
            '}' | ']' | ')' => depth -= 1,
            ',' | '\n' | '"' if depth == 0 => return from + i,
            _ => {}
        }
    }
    text.len()
}
