use super::*;
use crate::diag::Code;
use quickcheck::quickcheck;

fn texts(files: &[(&str, &str)]) -> Texts {
    let file = |(name, text): &(&str, &str)| SourceFile { name: name.to_string(), text: text.to_string() };
    Texts { files: files.iter().map(file).collect() }
}

/// The place of the first `words` in a text.
fn at(texts: &Texts, file: u16, words: &str) -> Span {
    let start = texts.files[usize::from(file)].text.find(words).expect(words) as u32;
    Span { file, start, end: start + words.len() as u32 }
}

fn plain(diagnostic: &Diagnostic, texts: &Texts) -> String {
    format!("\n{}\n", render(diagnostic, texts, false))
}

const TALKS: &str =
    "[stage.call]\ntakes = \"2 dyas\"\n\n[stage.walk_away]\nnext = [{ to = \"walk_awya\" }]\n";

fn unknown_stage(t: &Texts) -> Diagnostic {
    Diagnostic::new(Code::UnknownStage, at(t, 0, "walk_awya"), "unknown stage `walk_awya`")
        .label("no stage has this name")
        .context(at(t, 0, "walk_away"), "a stage with a similar name is here")
        .note("the stages are `call` and `walk_away`")
        .edit(at(t, 0, "walk_awya"), "walk_away")
}

#[test]
fn words_context_notes_and_edit_are_shown() {
    let t = texts(&[("talks.toml", TALKS)]);
    assert_eq!(
        plain(&unknown_stage(&t), &t),
        r#"
error[E0103]: unknown stage `walk_awya`
 --> talks.toml:5:17
  |
4 | [stage.walk_away]
  |        --------- a stage with a similar name is here
5 | next = [{ to = "walk_awya" }]
  |                 ^^^^^^^^^ no stage has this name
  |
  = note: the stages are `call` and `walk_away`
help: write this instead
  |
5 - next = [{ to = "walk_awya" }]
5 + next = [{ to = "walk_away" }]
  |
"#
    );
}

#[test]
fn context_and_edit_may_be_in_another_file() {
    let t = texts(&[("talks.toml", TALKS), ("base.toml", "# base\n[levers]\nvenue = [\"open\"]\n")]);
    let d = Diagnostic::new(Code::SameAsBase, at(&t, 0, "takes"), "this changes nothing")
        .context(at(&t, 1, "venue"), "declared here")
        .edit(at(&t, 1, "\"open\""), "");
    assert_eq!(
        plain(&d, &t),
        r#"
warning[L0008]: this changes nothing
 --> talks.toml:2:1
  |
2 | takes = "2 dyas"
  | ^^^^^
  |
 ::: base.toml:3:1
  |
3 | venue = ["open"]
  | ----- declared here
  |
help: leave this out
 --> base.toml:3:10
  |
3 - venue = ["open"]
3 + venue = []
  |
"#
    );
}

#[test]
fn a_place_is_not_needed() {
    let t = texts(&[("talks.toml", TALKS), ("empty.toml", "")]);
    let missing = |span| {
        Diagnostic::new(Code::NoHorizon, span, "a horizon is missing").label("unseen").note("write one")
    };
    assert_eq!(
        plain(&missing(Span::default()), &t),
        r#"
error[E0210]: a horizon is missing
 --> talks.toml
  = note: write one
"#
    );
    assert_eq!(
        plain(&missing(Span { file: 1, start: 4, end: 9 }), &t),
        r#"
error[E0210]: a horizon is missing
 --> empty.toml
  = note: write one
"#
    );
    assert_eq!(
        plain(&missing(Span { file: 9, start: 4, end: 9 }), &t),
        r#"
error[E0210]: a horizon is missing
  |
  = note: write one
"#
    );
    let bare = Diagnostic::new(Code::NoHorizon, Span::default(), "a horizon is missing");
    assert_eq!(render(&bare, &Texts::default(), false), "error[E0210]: a horizon is missing");
}

#[test]
fn tabs_line_ends_and_wide_letters_keep_the_marks_in_place() {
    let t = texts(&[("odd.toml", "a = 1\r\n\tb = \"é × dyas\"\r\nc = 3")]);
    let d = Diagnostic::new(Code::Syntax, at(&t, 0, "dyas"), "no such unit")
        .label("here")
        .edit(at(&t, 0, "dyas"), "days");
    assert_eq!(
        plain(&d, &t),
        r#"
error[E0101]: no such unit
 --> odd.toml:2:11
  |
2 |     b = "é × dyas"
  |              ^^^^ here
  |
help: write this instead
  |
2 -     b = "é × dyas"
2 +     b = "é × days"
  |
"#
    );
    let end = Span { file: 0, start: 1_000, end: 2_000 };
    let d = Diagnostic::new(Code::Syntax, end, "something is missing").label("at the end").edit(end, " + 1");
    assert_eq!(
        plain(&d, &t),
        r#"
error[E0101]: something is missing
 --> odd.toml:3:6
  |
3 | c = 3
  |      ^ at the end
  |
help: add this
  |
3 | c = 3 + 1
  |       +++
"#
    );
    let d = Diagnostic::new(Code::Syntax, at(&t, 0, "1\r\n\tb"), "two lines").label("both");
    assert_eq!(
        plain(&d, &t),
        r#"
error[E0101]: two lines
 --> odd.toml:1:5
  |
1 |   a = 1
  |  _____^
2 | |     b = "é × dyas"
  | |_____^ both
"#
    );
}

#[test]
fn very_long_lines_are_cut() {
    let t =
        texts(&[("long.toml", &format!("x = \"{}bad{}\"\n", "a + ".repeat(1_500), " + b".repeat(1_500)))]);
    let bad = at(&t, 0, "bad");
    let d = Diagnostic::new(Code::Syntax, bad, "long")
        .label("here")
        .context(at(&t, 0, "x"), "the key")
        .edit(bad, "good");
    assert_eq!(
        plain(&d, &t),
        r#"
error[E0101]: long
 --> long.toml:1:6006
  |
1 | ... a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + bad + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b +...
  |                                                                 ^^^ here
  |
  = note: long.toml:1:1: the key
help: write this instead
  |
1 - ...a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + bad + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b...
1 + ...a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + good + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b...
  |
"#
    );
}

#[test]
fn all_are_sorted_counted_and_shown_once() {
    let t = texts(&[("talks.toml", TALKS), ("base.toml", "venue = 1\n")]);
    let late = Diagnostic::new(Code::UnknownStage, at(&t, 0, "walk_awya"), "late");
    let lint = Diagnostic::new(Code::Unread, at(&t, 0, "takes"), "lint");
    let fault = Diagnostic::new(Code::UnknownKey, at(&t, 0, "takes"), "fault");
    let all = [late.clone(), lint, fault, late];
    assert_eq!(
        render_all(&all, &t, false),
        r#"error[E0005]: fault
 --> talks.toml:2:1
  |
2 | takes = "2 dyas"
  | ^^^^^

warning[L0007]: lint
 --> talks.toml:2:1
  |
2 | takes = "2 dyas"
  | ^^^^^

error[E0103]: late
 --> talks.toml:5:17
  |
5 | next = [{ to = "walk_awya" }]
  |                 ^^^^^^^^^

2 errors and 1 warning in talks.toml
"#
    );
    let other = Diagnostic::new(Code::Unread, at(&t, 1, "venue"), "other");
    let closing = |list: &[Diagnostic]| render_all(list, &t, false).lines().last().map(str::to_string);
    assert_eq!(closing(&[other.clone(), all[1].clone()]).unwrap(), "2 warnings in talks.toml and base.toml");
    assert_eq!(closing(&[other]).unwrap(), "1 warning in base.toml");
    assert_eq!(
        closing(&[Diagnostic::new(Code::Unreadable, Span { file: 7, ..Span::default() }, "x")]).unwrap(),
        "1 error"
    );
    assert_eq!(render_all(&[], &t, false), "");
}

#[test]
fn colour_changes_no_words() {
    let t = texts(&[("talks.toml", TALKS)]);
    let coloured = render(&unknown_stage(&t), &t, true);
    assert!(coloured.contains("\u{1b}[") && !coloured.contains("\u{1b}]"));
    let mut bare = String::new();
    let mut parts = coloured.split("\u{1b}[");
    bare += parts.next().unwrap();
    for part in parts {
        bare += part.split_once('m').expect("a colour ends").1;
    }
    let lines: Vec<&str> = bare.lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n"), render(&unknown_stage(&t), &t, false));
}

quickcheck! {
    fn any_places_can_be_shown(pieces: Vec<u8>, places: Vec<(u8, u8)>, new: String) -> bool {
        const PIECES: [&str; 12] = ["a", "\t", "\r\n", "\n", "é", "宝", "\r", "\u{1b}", "x = 1", " ", "\u{200b}", "👩‍🚀"];
        let text: String = pieces.iter().map(|p| PIECES[usize::from(*p) % PIECES.len()]).collect();
        let t = texts(&[("any.toml", &text), ("long.toml", &text.repeat(20))]);
        let spans: Vec<Span> = places
            .iter()
            .map(|(a, b)| Span { file: u16::from(a % 3), start: u32::from(*a), end: u32::from(*b) })
            .collect();
        let mut d = Diagnostic::new(Code::Syntax, spans.first().copied().unwrap_or_default(), &new).label(&new);
        for span in &spans {
            d = d.context(*span, "there").note("a fact").edit(*span, &new);
        }
        !render(&d, &t, true).is_empty() && !render(&d, &t, false).is_empty()
    }
}
