//! RESULT lines: what is asked, and what the answer is.

use super::arithmetic::{Value, value};
use std::result::Result as Std;

/// One RESULT line.
#[derive(Clone, Debug, PartialEq)]
pub struct Result {
    /// As written, without `# RESULT`.
    pub text: String,
    pub question: Question,
    /// `base` where none is named.
    pub variant: String,
    pub value: Value,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// `outcome deal`, `outcome deal by promise`
    Outcome { name: String, by: Option<String> },
    /// `credible deal`: the central 95% across worlds
    Credible { name: String },
    /// `time deal mean`, `time deal q50`
    Time { outcome: String, statistic: Statistic },
    /// `measure cost mean`, `measure cost at least 3`, `measure x never`
    Measure { name: String, statistic: Statistic },
    /// `payoff us`: its mean
    Payoff { party: String },
    /// `stage talks.round visits`, `stage talks.round days by ten`
    Stage { track: String, stage: String, count: Count, by: Option<String> },
    /// `split site=serbia joined=true outcome deal = 0.1 (joint)`
    Split { cell: Vec<(String, String)>, outcome: String, share: Share },
}

/// Of a measure or a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    Mean,
    Sd,
    Quantile(f64),
    AtLeast(f64),
    Never,
}

/// Of a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Count {
    Visits,
    Days,
    Stands,
}

/// Of a joint table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    Joint,
    GivenCell,
    GivenOutcome,
}

/// Every RESULT line of a file.
pub fn results(text: &str) -> Std<Vec<Result>, String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("# RESULT"))
        .map(|line| result(line.trim()).map_err(|fault| format!("{}: {fault}", line.trim())))
        .collect()
}

fn result(text: &str) -> Std<Result, String> {
    let (left, right) = text.split_once(" = ").ok_or("there is no ` = `")?;
    let (left, variant) = left.split_once(" in variant ").unwrap_or((left, "base"));
    let (right, share) = match right.strip_suffix(')').and_then(|r| r.rsplit_once(" (")) {
        Some((right, "joint")) => (right, Some(Share::Joint)),
        Some((right, "given cell")) => (right, Some(Share::GivenCell)),
        Some((right, "given outcome")) => (right, Some(Share::GivenOutcome)),
        _ => (right, None),
    };
    let words: Vec<&str> = left.split_whitespace().collect();
    let question = question(&words, share)?;
    let days = matches!(question, Question::Time { .. } | Question::Measure { .. });
    let right = if days { right.strip_suffix(" days").unwrap_or(right) } else { right };
    Ok(Result { text: text.into(), question, variant: variant.into(), value: value(right)? })
}

fn question(words: &[&str], share: Option<Share>) -> Std<Question, String> {
    let owned = |s: &str| s.to_string();
    Ok(match *words {
        ["outcome", name] => Question::Outcome { name: owned(name), by: None },
        ["outcome", name, "by", by] => Question::Outcome { name: owned(name), by: Some(owned(by)) },
        ["credible", name] => Question::Credible { name: owned(name) },
        ["time", outcome, ref rest @ ..] => {
            Question::Time { outcome: owned(outcome), statistic: statistic(rest)? }
        }
        ["measure", name, ref rest @ ..] => {
            Question::Measure { name: owned(name), statistic: statistic(rest)? }
        }
        ["payoff", party] => Question::Payoff { party: owned(party) },
        ["stage", place, count, ref by @ ..] => {
            let (track, stage) = place.split_once('.').ok_or("a stage is written `track.stage`")?;
            let count = match count {
                "visits" => Count::Visits,
                "days" => Count::Days,
                "stands" => Count::Stands,
                other => return Err(format!("`{other}` is not `visits`, `days` or `stands`")),
            };
            let by = match *by {
                [] => None,
                ["by", milestone] => Some(owned(milestone)),
                _ => return Err("expected `by` and a milestone, or nothing".into()),
            };
            Question::Stage { track: owned(track), stage: owned(stage), count, by }
        }
        ["split", ref cell @ .., "outcome", outcome] => {
            let cell: Option<Vec<_>> =
                cell.iter().map(|key| key.split_once('=').map(|(k, v)| (owned(k), owned(v)))).collect();
            let cell = cell.ok_or("a cell is written `site=serbia joined=true`")?;
            let share = share.ok_or("expected `(joint)`, `(given cell)` or `(given outcome)` at the end")?;
            Question::Split { cell, outcome: owned(outcome), share }
        }
        _ => return Err("nothing that can be asked begins so".into()),
    })
}

fn statistic(words: &[&str]) -> Std<Statistic, String> {
    let number = |text: &str| text.parse::<f64>().map_err(|_| format!("`{text}` is no number"));
    Ok(match *words {
        ["mean"] => Statistic::Mean,
        ["sd"] => Statistic::Sd,
        ["never"] => Statistic::Never,
        ["at", "least", x] | ["at", "least", x, "days"] => Statistic::AtLeast(number(x)?),
        [q] if q.starts_with('q') => Statistic::Quantile(number(&q[1..])? / 100.0),
        _ => return Err(format!("`{}` is no statistic", words.join(" "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Std<Result, String> {
        results(&format!("title = \"x\"\n# RESULT {line}\n")).map(|mut all| all.remove(0))
    }

    #[test]
    fn every_kind_of_line_is_read() {
        let deal = || "deal".to_string();
        let read = |line: &str| one(line).expect(line);
        assert_eq!(read("outcome deal = 3/8").question, Question::Outcome { name: deal(), by: None });
        let by = read("outcome deal by promise in variant fast = 0.25");
        assert_eq!(by.question, Question::Outcome { name: deal(), by: Some("promise".into()) });
        assert_eq!((by.variant.as_str(), by.value), ("fast", Value::Number(0.25)));
        let time = |statistic| Question::Time { outcome: deal(), statistic };
        assert_eq!(read("time deal mean = 12.5 days").question, time(Statistic::Mean));
        assert_eq!(read("time deal q2.5 = 9.7 days").question, time(Statistic::Quantile(0.025)));
        let days = read("measure war_days at least 100 days = 0.4");
        let statistic = Statistic::AtLeast(100.0);
        assert_eq!(days.question, Question::Measure { name: "war_days".into(), statistic });
        assert_eq!(read("credible deal = 0.12 to 0.61").value, Value::Interval(0.12, 0.61));
        let split = read("split site=serbia joined=true outcome deal = (0.1 + 0.2) (given cell)");
        let cell = vec![("site".into(), "serbia".into()), ("joined".into(), "true".into())];
        assert_eq!(split.question, Question::Split { cell, outcome: deal(), share: Share::GivenCell });
        assert_eq!(read("stage talks.round days by ten = 35").value, Value::Number(35.0));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "outcome deal",
            "outcome = 1",
            "odds deal = 1",
            "stage round visits = 1",
            "stage a.b steps = 1",
            "time deal median = 1",
            "split site=x outcome deal = 1",
            "measure cost mean = seven",
        ] {
            assert!(one(line).is_err(), "{line}");
        }
    }
}
