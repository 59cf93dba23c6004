//! The grammar by example: text, and the tree as a short list; then every slip with its message and its edit.

use super::*;
use crate::diag::{Code, Diagnostic};
use quickcheck::quickcheck;

fn read(text: &str) -> Result<Expr, Box<Diagnostic>> {
    parse(text, Span { file: 0, start: 0, end: text.len() as u32 }, true)
}

/// The tree as a list: operator first, in parentheses.
fn list(expr: &Expr) -> String {
    match &expr.kind {
        Kind::Number { value, whole: true } => format!("{value}"),
        Kind::Number { value, whole: false } => format!("{value:?}"),
        Kind::Percent(p) => format!("{p}="),
        Kind::Duration(n, unit) => format!("{n}{unit:?}"),
        Kind::Date(date) => date.to_string(),
        Kind::Bool(b) => b.to_string(),
        Kind::Name(name) => name.clone(),
        Kind::Negative(x) => format!("(neg {})", list(x)),
        Kind::Not(x) => format!("(not {})", list(x)),
        Kind::Binary(op, a, b) => format!("({} {} {})", op.symbol(), list(a), list(b)),
        Kind::If(c, a, b) => format!("(if {} {} {})", list(c), list(a), list(b)),
        Kind::Per(x, n, unit) => format!("(per {} {n}{unit:?})", list(x)),
        Kind::To(a, b) => format!("(to {} {})", list(a), list(b)),
        Kind::Call(callee, arguments) => {
            let mut out = format!("({}!", callee.name);
            for argument in arguments {
                out += &match &argument.label {
                    Label::None => format!(" {}", list(&argument.value)),
                    Label::Named(name, _) => format!(" {name}={}", list(&argument.value)),
                    Label::Keyed(key) => format!(" {}:{}", list(key), list(&argument.value)),
                };
            }
            out + ")"
        }
    }
}

#[test]
fn texts_are_read_as_trees() {
    let table = [
        // atoms
        ("3", "3"),
        ("0.25", "0.25"),
        ("3.0", "3.0"),
        ("1e-3", "0.001"),
        ("2E+2", "200.0"),
        ("1_000", "1000"),
        ("15%", "0.15="),
        ("15 %", "0.15="),
        ("0.1%", "0.001="),
        ("1e-1%", "0.001="),
        ("5 days", "5Day"),
        ("1.5 weeks", "1.5Week"),
        ("1 month", "1Month"),
        ("2025-04-30", "2025-04-30"),
        ("2025-04-30T12:00", "2025-04-30T12:00"),
        ("2025-04-30T12:30:45", "2025-04-30T12:30"),
        ("2025 - 04.5", "!"),
        ("2025 - 4 - 30", "(- (- 2025 4) 30)"),
        ("2025-4", "(- 2025 4)"),
        ("day-2025-04-30", "(- day 2025-04-30)"),
        ("true", "true"),
        ("rapport", "rapport"),
        ("_x1", "_x1"),
        ("überläufer", "überläufer"),
        ("a", "a"),
        ("( x )", "x"),
        // precedence, the loosest first
        ("a or b and c", "(or a (and b c))"),
        ("a and b or c", "(or (and a b) c)"),
        ("not a and b", "(and (not a) b)"),
        ("not a == b", "(not (== a b))"),
        ("not not a", "(not (not a))"),
        ("a < 1 + 2", "(< a (+ 1 2))"),
        ("a <= b and b != c", "(and (<= a b) (!= b c))"),
        ("1 - 2 - 3", "(- (- 1 2) 3)"),
        ("1 + 2 * 3", "(+ 1 (* 2 3))"),
        ("8 / 4 / 2", "(/ (/ 8 4) 2)"),
        ("15% of rest", "(* 0.15= rest)"),
        ("1 - 15% of rest", "(- 1 (* 0.15= rest))"),
        ("2 * 3 per year", "(per (* 2 3) 1Year)"),
        ("1 + 3% a year", "(+ 1 (per 0.03= 1Year))"),
        ("1 an hour", "(per 1 1Hour)"),
        ("1 per 2 weeks", "(per 1 2Week)"),
        ("a a week", "(per a 1Week)"),
        ("-2 ^ 2", "(neg (^ 2 2))"),
        ("2 ^ -1", "(^ 2 (neg 1))"),
        ("2 ^ 3 ^ 2", "(^ 2 (^ 3 2))"),
        ("2 * -3", "(* 2 (neg 3))"),
        ("--3", "(neg (neg 3))"),
        ("60 + day / 1 year", "(+ 60 (/ day 1Year))"),
        ("if a then 1 else 2 + 3", "(if a 1 (+ 2 3))"),
        ("1 + if a then 2 else 3 + 4", "(+ 1 (if a 2 (+ 3 4)))"),
        ("(if a then 2 else 3) + 4", "(+ (if a 2 3) 4)"),
        ("if a then if b then 1 else 2 else 3", "(if a (if b 1 2) 3)"),
        ("if a then 1 else if b then 2 else 3", "(if a 1 (if b 2 3))"),
        (
            "if talks == refusal then 4 per year else 1 per year",
            "(if (== talks refusal) (per 4 1Year) (per 1 1Year))",
        ),
        ("if (a) then (b) else (c)", "(if a b c)"),
        ("min(if a then 1 else 2, 3)", "(min! (if a 1 2) 3)"),
        // intervals
        ("2 days to 21 days", "(to 2Day 21Day)"),
        ("2 to 21 days", "(to 2Day 21Day)"),
        ("-2 to 2 days", "(to (neg 2Day) 2Day)"),
        ("6 to 16%", "(to 0.06= 0.16=)"),
        ("0.5 to 2%", "(to 0.005= 0.02=)"),
        ("-5 to 5%", "(to (neg 0.05=) 0.05=)"),
        ("36 hours to 5 days", "(to 36Hour 5Day)"),
        ("2 to 4 per year", "(to (per 2 1Year) (per 4 1Year))"),
        ("3 to 5% a year", "(to (per 0.03= 1Year) (per 0.05= 1Year))"),
        ("a to b", "(to a b)"),
        ("1 + 2 to 3 + 4", "(to (+ 1 2) (+ 3 4))"),
        ("a < 1 to 2", "(< a (to 1 2))"),
        // calls
        ("f()", "(f!)"),
        ("min(a, b)", "(min! a b)"),
        ("min(a, b,)", "(min! a b)"),
        ("beta(0,5)", "(beta! 0 5)"),
        ("f (x)", "(f! x)"),
        ("gamma(shape = 2, mean = 14 days)", "(gamma! shape=2 mean=14Day)"),
        ("discrete(3 days: 20%, 7 days: 80%)", "(discrete! 3Day:0.2= 7Day:0.8=)"),
        ("discrete(low: 2, high: 1)", "(discrete! low:2 high:1)"),
        ("mortality.male(60)", "(mortality.male! 60)"),
        ("a(b == c, d)", "(a! (== b c) d)"),
    ];
    for (text, expected) in table {
        match read(text) {
            Ok(expr) => assert_eq!(list(&expr), expected, "{text}"),
            Err(d) => assert_eq!("!", expected, "{text}: {}", d.title),
        }
    }
}

/// The text with the edit made.
fn mended(text: &str, d: &Diagnostic) -> String {
    let Some((span, new)) = &d.edit else { return "-".to_string() };
    format!("{}{new}{}", &text[..span.start as usize], &text[span.end as usize..])
}

#[test]
fn slips_are_named_and_mended() {
    let table: &[(&str, &str, &str)] = &[
        ("a = b", "`=` is written `==` in a comparison", "a == b"),
        ("a = = b", "`=` is written `==` in a comparison", "a == b"),
        ("a === b", "`===` is written `==`", "a == b"),
        ("a && b", "`&&` is written `and`", "a and b"),
        ("a||b", "`||` is written `or`", "a or b"),
        ("!a", "`!` is written `not`", "not a"),
        ("(!a)", "`!` is written `not`", "(not a)"),
        ("a <> b", "`<>` is written `!=`", "a != b"),
        ("a =< b", "`=<` is written `<=`", "a <= b"),
        ("a => b", "`=>` is written `>=`", "a >= b"),
        ("a ≤ b", "`≤` is written `<=`", "a <= b"),
        ("a < = b", "`< =` is one sign", "a <= b"),
        ("2 ** 3", "`**` is written `^`", "2 ^ 3"),
        ("2×3", "`×` is written `*`", "2*3"),
        ("a AND b", "`AND` is written `and`, in small letters", "a and b"),
        ("NOT a", "`NOT` is written `not`, in small letters", "not a"),
        ("TRUE", "`TRUE` is written `true`, in small letters", "true"),
        ("If a Then b Else c", "`If` is written `if`, in small letters", "if a Then b Else c"),
        ("if a, b, c", "a choice is written with words, not commas", "if a then b else c"),
        ("if(a > 1, b, c)", "a choice is written with words, not commas", "if a > 1 then b else c"),
        (
            "1 + if(a, f(b, 2), c)",
            "a choice is written with words, not commas",
            "1 + if a then f(b, 2) else c",
        ),
        ("IF(a, b, c)", "a choice is written with words, not commas", "if a then b else c"),
        ("if(a, b)", "a choice is written with words, not commas", "-"),
        ("if a b else c", "`then` is missing", "if a then b else c"),
        ("if a: b else c", "`then` is missing", "if a then b else c"),
        ("if a then b", "`else` is missing", "-"),
        ("if a then b c", "`else` is missing", "if a then b else c"),
        ("(if a then b)", "`else` is missing", "-"),
        (
            "if a then b elif c then d else e",
            "`elif` is written `else if`",
            "if a then b else if c then d else e",
        ),
        ("then b", "an expression cannot begin with `then`", "-"),
        ("a else b", "`else` without its `if`", "-"),
        ("if a", "`then` is missing", "-"),
        ("if", "a value is missing after `if`", "-"),
        ("a ? b : c", "`?` has no meaning in an expression", "-"),
        (
            "venue == 'switzerland'",
            "names and options are written without quotation marks",
            "venue == switzerland",
        ),
        (
            "venue == “switzerland”",
            "names and options are written without quotation marks",
            "venue == switzerland",
        ),
        (
            r#"venue == "switzerland"#,
            "a quotation mark has no meaning in an expression",
            "venue == switzerland",
        ),
        ("3 − 2", "this is the minus sign of typesetters, not `-`", "3 - 2"),
        ("2–5", "a dash between two numbers is written `to` where it is an interval", "2 to 5"),
        ("20% – 50%", "a dash between two numbers is written `to` where it is an interval", "20% to 50%"),
        ("a – b", "this is a dash, not the minus sign `-`", "a - b"),
        ("x%", "`%` stands only behind a number", "x / 100"),
        ("(a + b)%", "`%` stands only behind a number", "(a + b) / 100"),
        ("x days", "a unit of time stands only behind a number", "x * 1 day"),
        ("day 365", "a unit stands behind its number", "365 days"),
        ("if venue is bern then 1 else 2", "`is` is written `==`", "if venue == bern then 1 else 2"),
        ("5% week", "a share in a period is written with `per`", "5% per week"),
        ("5 dyas", "no unit of time is called `dyas`", "5 days"),
        ("5 d", "no unit of time is called `d`", "5 days"),
        ("1 hr", "no unit of time is called `hr`", "1 hour"),
        ("5 xyz", "no unit of time is called `xyz`", "-"),
        ("1 fortnight", "no unit of time is called `fortnight`", "2 weeks"),
        ("2 decades", "no unit of time is called `decades`", "20 years"),
        ("2.5 centuries", "no unit of time is called `centuries`", "250 years"),
        ("1 to 2 decades", "no unit of time is called `decades`", "-"),
        ("5 working days", "no unit of time is called `working days`", "7 days"),
        ("50 percent", "`percent` is written `%`", "50%"),
        ("50 per cent", "`per cent` is written `%`", "50 %"),
        ("5 times a year", "`times` is left out before `per`", "5 a year"),
        ("1 in 3", "a chance is written as a fraction", "1 / 3"),
        ("3 out of 10", "a chance is written as a fraction", "3 / 10"),
        ("one week", "numbers are written with digits", "1 week"),
        ("a week", "numbers are written with digits", "1 week"),
        ("about 5 days", "`about` has no meaning in an expression", "-"),
        ("every 2 weeks", "`every` has no meaning in an expression", "-"),
        ("between 5 and 20 days", "an interval is written with `to`", "5 to 20 days"),
        ("between 5 days and 20 days", "an interval is written with `to`", "5 days to 20 days"),
        ("5 +/- 2 days", "a spread is written as an interval", "-"),
        ("5 ± 2 days", "a spread is written as an interval", "-"),
        ("30% +- 5%", "a spread is written as an interval", "-"),
        ("~5 days", "`~` has no meaning in an expression", "-"),
        ("1st", "`1st` is written `1`", "1"),
        ("x1.5", "a factor is written as its number alone", "1.5"),
        ("3:1", "odds of 3 to 1 are the probability `3 / 4`", "3 / 4"),
        ("4 to 1 against", "odds of 4 to 1 against are the probability `1 / 5`", "1 / 5"),
        ("1 000 days", "thousands are grouped by `_`, or not at all", "1_000 days"),
        ("1.000,5", "a number has no points between thousands, and a decimal point", "1000.5"),
        ("(10 to 20) days", "a unit of time stands behind each number", "10 days to 20 days"),
        ("uniform(1, 20) days", "a unit of time stands behind each number", "uniform(1 day, 20 days)"),
        ("2 yearly", "`yearly` is written `per year`", "2 per year"),
        ("10% p.a.", "`p.a.` is written `per year`", "10% per year"),
        ("1 every 3 months", "`every` is written `per`", "1 per 3 months"),
        ("20% of the rest", "`the` is left out", "20% of rest"),
        ("20% rest", "a share is written with `of`: `20% of rest`", "20% of rest"),
        ("trust += 1", "`+=` is no sign here", "trust + 1"),
        ("trust++", "`++` is no sign here", "trust + 1"),
        ("30 June 2026", "`30 June 2026` is not how a date is written here", "2026-06-30"),
        (">= 20%", "an expression cannot begin with `>=`", "-"),
        ("5O%", "`5O` has the letter `O` in place of the digit 0", "50%"),
        ("l0%", "`l0` has the letter `l` in place of the digit 1", "10%"),
        ("O.5", "`O` has the letter `O` in place of the digit 0", "0.5"),
        ("5d", "`5d` is written `5 days`", "5 days"),
        ("36h", "`36h` is written `36 hours`", "36 hours"),
        ("1h", "`1h` is written `1 hour`", "1 hour"),
        ("5days", "`5days` is written `5 days`", "5 days"),
        ("5m", "`5m` could be minutes or months", "-"),
        ("10k", "`10k` is written with all its digits", "-"),
        ("10x", "a factor is written as its number alone: `10`", "10"),
        ("5 day s", "`day s` is one word", "5 days"),
        ("5 days 12 hours", "two durations in a row are written as a sum", "5 days + 12 hours"),
        ("2to 5", "a blank is missing in `2to`", "2 to 5"),
        ("(a + b", "this parenthesis is never closed", "(a + b)"),
        ("f(a", "this parenthesis is never closed", "f(a)"),
        ("f(a, b", "this parenthesis is never closed", "f(a, b)"),
        ("a)", "this parenthesis closes none", "a"),
        ("((a)", "this parenthesis is never closed", "((a))"),
        ("", "the expression is empty", "-"),
        ("  ", "the expression is empty", "-"),
        ("0,5", "decimals are written with a point", "0.5"),
        ("1,000", "a number is written without commas", "1000"),
        ("1,5 + 2", "decimals are written with a point", "1.5 + 2"),
        ("0,2 to 0,5", "decimals are written with a point", "0.2 to 0.5"),
        ("20 percent to 50 percent", "`percent` is written `%`", "20% to 50%"),
        ("1.5 million", "`million` is written by its zeros", "1.5e6"),
        ("(0,5)", "decimals are written with a point", "(0.5)"),
        ("a, b", "a comma stands only between the arguments of a call", "-"),
        ("2..5", "`..` is written `to`: an interval is `2 to 5`", "2 to 5"),
        ("2...5", "`...` is written `to`: an interval is `2 to 5`", "2 to 5"),
        ("2 .. 5", "`..` is written `to`: an interval is `2 to 5`", "2 to 5"),
        ("2.", "a digit is missing after the point of `2.`", "2"),
        (".5", "a number does not begin with its decimal point", "0.5"),
        ("1.2.3", "a number has one decimal point", "-"),
        ("1__0", "an underscore in a number stands between two digits", "10"),
        ("1_", "an underscore in a number stands between two digits", "1"),
        ("007", "a number does not begin with a needless 0", "7"),
        ("00", "a number does not begin with a needless 0", "0"),
        ("0.5.", "a number has one decimal point", "-"),
        ("1e400", "`1e400` is too large to calculate with", "-"),
        ("a < b < c", "comparisons do not chain", "a < b and b < c"),
        ("0 <= a + 1 < 2 and d", "comparisons do not chain", "0 <= a + 1 and a + 1 < 2 and d"),
        ("a == b == c", "comparisons do not chain", "a == b and b == c"),
        ("1 to 2 to 3", "an interval has two ends, not three", "-"),
        ("2 days to 21", "`21` has no unit, but the low end has", "2 days to 21 days"),
        ("5% to 10", "`10` has no unit, but the low end has", "5% to 10%"),
        ("1 to 2 days to 3", "an interval has two ends, not three", "-"),
        ("0.05 to 10%", "`0.05` could be 0.05% or a fraction", "0.05% to 10%"),
        ("2 per week * 3", "`*` cannot follow a rate", "(2 per week) * 3"),
        ("2 per week per year", "`per` cannot follow a rate", "(2 per week) per year"),
        ("2 per", "a unit of time must follow `per`", "-"),
        ("2 per wek", "a unit of time must follow `per`", "2 per week"),
        ("2 per 0 days", "a rate needs a period longer than 0", "-"),
        ("2 per 3", "a unit of time must follow `per`", "-"),
        ("2 a b", "a unit of time must follow `a`", "-"),
        ("2 per fortnight", "a unit of time must follow `per`", "2 per 2 weeks"),
        ("2 per 3 decades", "a unit of time must follow `per`", "2 per 30 years"),
        ("a b", "an operator is missing between `a` and `b`", "-"),
        ("2 (3)", "an operator is missing between `2` and `(`", "-"),
        ("(a)(b)", "an operator is missing between `)` and `(`", "-"),
        ("a 3", "an operator is missing between `a` and `3`", "-"),
        ("a +", "a value is missing after `+`", "-"),
        ("+ 3", "a plus sign before a value is left out", " 3"),
        ("* 3", "a factor is written as its number alone", " 3"),
        ("a * / b", "a value is missing between `*` and `/`", "-"),
        ("and b", "an expression cannot begin with `and`", "-"),
        ("a == not b", "`not` needs parentheses here", "a == (not b)"),
        ("a + not b == c", "`not` needs parentheses here", "a + (not b == c)"),
        ("()", "there is nothing in these parentheses", "-"),
        ("f(,)", "a value is missing between `(` and `,`", "-"),
        ("a.b", "`a.b` is a column of a table, but not told where to read it", "-"),
        ("a.b.c(x)", "`a.b.c` has more than one dot", "-"),
        ("a.", "a name must follow the dot", "-"),
        ("a.if(3)", "a name must follow the dot", "-"),
        ("a:b", "`:` stands only in the arguments of a call", "-"),
        ("f(a: b: c)", "`:` stands only in the arguments of a call", "-"),
        ("f(x + 1 = 3)", "`=` is written `==` in a comparison", "f(x + 1 == 3)"),
        ("f(a = b = c)", "`=` is written `==` in a comparison", "f(a = b == c)"),
        ("a; b", "arguments are separated by `,`", "a, b"),
        ("f(a; b)", "arguments are separated by `,`", "f(a, b)"),
        ("a @ b", "`@` has no meaning in an expression", "-"),
        ("a [1]", "`[` has no meaning in an expression", "-"),
        ("a\u{200b} + b", "an invisible character (U+200B) stands here", "a + b"),
        ("venue is open", "`is` is written `==`", "venue == open"),
        ("venue is not open", "`is not` is written `!=`", "venue != open"),
        ("x equals y", "`equals` is written `==`", "x == y"),
        ("2025-02-30", "there is no day `2025-02-30`", "-"),
        ("2025-13-01", "there is no day `2025-13-01`", "-"),
        ("2025-00-10", "there is no day `2025-00-10`", "-"),
        ("2025-4-30", "`2025-4-30` is not how a date is written here", "2025-04-30"),
        ("30.04.2025", "`30.04.2025` is not how a date is written here", "2025-04-30"),
        ("03/04/2025", "the date `03/04/2025` could be read in two ways", "-"),
        ("30/04/2025", "`30/04/2025` is not how a date is written here", "2025-04-30"),
        ("04/30/2025", "`04/30/2025` is not how a date is written here", "2025-04-30"),
        ("2025/04/30", "`2025/04/30` is not how a date is written here", "2025-04-30"),
        ("2025-04-30 12:00", "a date and its time of day are joined by a `T`", "2025-04-30T12:00"),
        ("2025-04-30T25:00", "`T25:00` is not a time of day", "-"),
        ("2025-04-30T1", "`T1` is not a time of day", "-"),
        ("2025-04-30T12:00Z", "dates have no time zones here", "2025-04-30T12:00"),
        ("2025-04-30T12:00+01:00", "dates have no time zones here", "2025-04-30T12:00"),
        ("2025-04-30T12:00:00.5", "`T12:00:00.5` is not a time of day", "-"),
        ("2025-04-30x", "a date ends in the middle of a word", "-"),
        ("2025-04-30T12:001", "`T12:001` is not a time of day", "-"),
        ("é²", "`²` has no meaning in an expression", "-"),
        ("5 ٣", "`٣` has no meaning in an expression", "-"),
        ("if a then b else", "a value is missing after `else`", "-"),
        ("not", "a value is missing after `not`", "-"),
        ("a not b", "`not` cannot stand here", "-"),
        ("per", "an expression cannot begin with `per`", "-"),
        ("1 of", "a value is missing after `of`", "-"),
        ("2 years ago", "an operator is missing between `years` and `ago`", "-"),
    ];
    for (text, title, edit) in table {
        let d = read(text).expect_err(text);
        assert_eq!((d.title.as_str(), mended(text, &d).as_str()), (*title, *edit), "{text}");
        let twice = ["If a Then b Else c", "a; b"];
        if *edit != "-" && !twice.contains(text) {
            assert!(read(edit).is_ok(), "the edit of {text} must be readable: {edit}");
        }
    }
}

#[test]
fn limits_are_refused_in_words() {
    let title = |text: String| read(&text).expect_err("over a limit").title;
    for (open, close) in
        [("(", ")"), ("f(", ")"), ("-", ""), ("not ", ""), ("2 ^ ", ""), ("if a then b else ", "")]
    {
        let deep = |n| format!("{}x{}", open.repeat(n), close.repeat(n));
        assert!(read(&deep(60)).is_ok(), "{open}");
        assert_eq!(title(deep(65)), "the expression is nested more than 64 deep");
        assert_eq!(
            title(deep(9_000 / (open.len() + close.len()))),
            "the expression is nested more than 64 deep"
        );
    }
    assert!(read(&format!("1{}", "+1".repeat(500))).is_ok());
    assert_eq!(title(format!("1{}", "+1".repeat(501))), "the expression has more than 500 operators");
    assert_eq!(title("x".repeat(10_001)), "the expression is longer than 10,000 bytes");
    assert!(read(&"x".repeat(10_000)).is_ok());
    for words in ["not ", "a == not ", "if a, ", "if ", "f(x = ", "f(x: ", "2 per week * ", "a < b < "] {
        assert!(read(&format!("a + {}", words.repeat(9_900 / words.len()))).is_err(), "{words}");
    }
}

#[test]
fn places_are_those_of_the_file() {
    let span = Span { file: 2, start: 100, end: 105 };
    let at = |start, end| Span { file: 2, start, end };
    let expr = parse("a + b", span, true).unwrap();
    let Kind::Binary(_, left, right) = &expr.kind else { panic!("a sum") };
    assert_eq!((expr.span, left.span, right.span), (span, at(100, 101), at(104, 105)));
    let d = parse("a = b", span, true).unwrap_err();
    assert_eq!(
        (d.span, d.edit, d.code),
        (at(102, 103), Some((at(102, 103), "==".to_string())), Code::Syntax)
    );
    let d = parse("a = b", span, false).unwrap_err();
    assert_eq!((d.span, d.edit), (span, None));
    assert_eq!(d.notes.last().unwrap(), "write `a == b`");
    assert_eq!(parse("2025-02-30", span, true).unwrap_err().code, Code::BadDate);
}

quickcheck! {
    fn any_text_is_read_or_refused(text: String) -> bool {
        let _ = read(&text);
        let _ = parse(&text, Span { file: 3, start: 7, end: 9 }, false);
        true
    }

    fn any_words_are_read_or_refused(picks: Vec<u8>) -> bool {
        const WORDS: [&str; 48] = [
            "a", "b", "if", "then", "else", "and", "or", "not", "to", "per", "of", "an", "true", "day", "days", "(", ")",
            ",", ":", "=", "==", "<", ">=", "+", "-", "*", "/", "^", "%", ".", "..", "3", "0.5", "15%", "2 days", "min(",
            "2025-04-30", "2025-04-30T12:00", "T", "–", "'", "1e9", "weeks", "is", "5d", "0,5", "é", "\u{2212}",
        ];
        for gap in ["", " "] {
            let words: Vec<&str> = picks.iter().map(|p| WORDS[usize::from(*p) % WORDS.len()]).collect();
            let text = words.join(gap);
            if let Err(d) = read(&text) {
                assert!(text.get(d.span.start as usize..d.span.end as usize).is_some(), "{text}");
                mended(&text, &d);
            }
        }
        true
    }
}
