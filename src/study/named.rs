//! Variants by what they are called: a name, or the levers that are set otherwise.

use super::arms::{Arm, BASE, arms};
use crate::diag::nearest;
use crate::model::{Change, Lever, LeverId, Scenario, Ty};
use crate::quantity::prose;

/// Words that name no variant of any scenario at hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownVariant {
    /// A name that nothing has.
    #[error("no scenario here has a variant `{name}`; {}", known_words(nearest.as_deref(), known))]
    Name {
        /// As asked for.
        name: String,
        /// The nearest that there is.
        nearest: Option<String>,
        /// All that there are, beside the bases.
        known: Vec<String>,
    },
    /// A lever that no scenario has.
    #[error("no scenario here has a lever `{lever}`{}", levers_words(nearest.as_deref(), known))]
    Lever {
        /// As asked for.
        lever: String,
        /// The nearest that there is.
        nearest: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// An option that the lever does not have.
    #[error("the lever `{lever}` has no option `{option}`; {}{}", options_words(known), meant(nearest.as_deref()))]
    Option {
        /// The lever.
        lever: String,
        /// As asked for.
        option: String,
        /// The nearest that it has.
        nearest: Option<String>,
        /// All that it has.
        known: Vec<String>,
    },
    /// A lever that is set twice.
    #[error("`{words}` sets the lever `{lever}` twice\nhelp: name each lever once")]
    Twice {
        /// The lever.
        lever: String,
        /// All that was asked for.
        words: String,
    },
    /// Several names in one.
    #[error("`{0}` names several variants\nhelp: one each: {list}", list = each(.0))]
    Several(String),
    /// Something with `=` that is no list of levers and options.
    #[error(
        "`{0}` is neither the name of a variant nor a combination of levers\nhelp: write `LEVER=OPTION LEVER=OPTION`; levers that are left out stay as they are"
    )]
    Form(String),
}

fn each(words: &str) -> String {
    words.split(',').map(|name| format!("`--variant {}`", name.trim())).collect::<Vec<String>>().join(" ")
}

fn known_words(nearest: Option<&str>, known: &[String]) -> String {
    match (nearest, known.len()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, 0) => format!("there is only `{BASE}`"),
        (None, 1) => format!("there is {}", prose::listed(known)),
        (None, _) => format!("there are {}", prose::listed(known)),
    }
}

fn levers_words(nearest: Option<&str>, known: &[String]) -> String {
    match (nearest, known.len()) {
        (Some(_), _) => meant(nearest),
        (None, 0) => "; there are no levers".into(),
        (None, 1) => format!("; there is {}", prose::listed(known)),
        (None, _) => format!("; there are {}", prose::listed(known)),
    }
}

fn options_words(known: &[String]) -> String {
    match known.len() {
        1 => format!("there is only {}", prose::listed(known)),
        _ => format!("there are {}", prose::listed(known)),
    }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |near| format!("\nhelp: did you mean `{near}`?"))
}

/// The variant of a scenario that these words name.
///
/// # Errors
/// What is wrong with the words.
pub fn variant(scenario: &Scenario, words: &str) -> Result<Arm, UnknownVariant> {
    let arms = arms(scenario);
    find(scenario, &arms, words).ok_or_else(|| unknown(&[(scenario, &arms)], words))
}

/// The variant that these words name: one of the scenario's, or a combination of its levers; those left out stay as they are in the
/// base. A combination that the batch makes, or the base itself, is found whatever of it is written out.
pub(super) fn find(scenario: &Scenario, arms: &[Arm], words: &str) -> Option<Arm> {
    if let Some(arm) = arms.iter().find(|arm| arm.name == words) {
        return Some(arm.clone());
    }
    let mut changed = scenario.clone();
    let mut changes = Vec::new();
    for (name, option) in pairs(words)? {
        let id = scenario.levers.iter().position(|lever| lever.name == name)?;
        let option = option_of(&scenario.levers[id], &option)?;
        if changes.iter().any(|(other, _)| *other == id) {
            return None;
        }
        changed.levers[id].chosen = option;
        changes.push((id, option));
    }
    // Named variants may change more than levers, and have names to be asked for by.
    let made = |arm: &&Arm| arm.name == BASE || arm.name.contains('=');
    let chosen = |scenario: &Scenario| scenario.levers.iter().map(|l| l.chosen).collect::<Vec<usize>>();
    if let Some(arm) = arms.iter().filter(made).find(|arm| chosen(&arm.scenario) == chosen(&changed)) {
        return Some(arm.clone());
    }
    changes.sort_unstable();
    changes.retain(|(id, option)| scenario.levers[*id].chosen != *option);
    let levers: Vec<(LeverId, usize)> =
        changes.into_iter().map(|(id, option)| (LeverId(id), option)).collect();
    Some(combination(scenario, &levers))
}

/// The scenario with these options of its levers, called by them.
pub(super) fn combination(scenario: &Scenario, options: &[(LeverId, usize)]) -> Arm {
    let word = |(lever, option): &(LeverId, usize)| {
        let lever = &scenario.levers[lever.0];
        format!("{}={}", lever.name, lever.labels[*option])
    };
    let changes: Vec<Change> = options.iter().map(|(lever, option)| Change::Lever(*lever, *option)).collect();
    let name = options.iter().map(word).collect::<Vec<String>>().join(" ");
    Arm { title: name.clone(), name, about: String::new(), scenario: scenario.with(&changes) }
}

/// What is wrong with words that name no variant of any of these.
pub(super) fn unknown(all: &[(&Scenario, &[Arm])], words: &str) -> UnknownVariant {
    if !words.contains('=') {
        let known = || all.iter().flat_map(|(_, arms)| *arms).map(|arm| arm.name.as_str());
        if words.contains(',') && words.split(',').all(|name| known().any(|known| known == name.trim())) {
            return UnknownVariant::Several(words.into());
        }
        let nearest = nearest(words, known()).map(String::from);
        let mut named: Vec<String> = known().filter(|name| *name != BASE).map(String::from).collect();
        named.dedup();
        return UnknownVariant::Name { name: words.into(), nearest, known: named };
    }
    let Some(pairs) = pairs(words) else { return UnknownVariant::Form(words.into()) };
    // What is wrong in the scenario that has most of the levers.
    let of = |scenario: &Scenario| pairs.iter().filter(|(name, _)| has(scenario, name)).count();
    let mut levers: Vec<String> = Vec::new();
    for lever in all.iter().flat_map(|(scenario, _)| &scenario.levers) {
        if !levers.contains(&lever.name) {
            levers.push(lever.name.clone());
        }
    }
    let nobody = || UnknownVariant::Form(words.into());
    let Some((scenario, _)) = all.iter().rev().max_by_key(|(scenario, _)| of(scenario)) else {
        return nobody();
    };
    for (n, (name, option)) in pairs.iter().enumerate() {
        let Some(lever) = scenario.levers.iter().find(|lever| lever.name == *name) else {
            let nearest = nearest(name, levers.iter().map(String::as_str)).map(String::from);
            return UnknownVariant::Lever { lever: name.clone(), nearest, known: levers };
        };
        if pairs[..n].iter().any(|(other, _)| other == name) {
            return UnknownVariant::Twice { lever: name.clone(), words: words.into() };
        }
        if option_of(lever, option).is_none() {
            // Of numbers none is meant by another.
            let words = lever.labels.iter().filter(|_| matches!(lever.ty, Ty::Option(_)));
            let nearest = nearest(option, words.map(String::as_str)).map(String::from);
            let (lever, known) = (lever.name.clone(), lever.labels.clone());
            return UnknownVariant::Option { lever, option: option.clone(), nearest, known };
        }
    }
    nobody()
}

fn has(scenario: &Scenario, lever: &str) -> bool {
    scenario.levers.iter().any(|l| l.name == lever)
}

/// The option of a lever with this label; a number may be written in another way.
fn option_of(lever: &Lever, words: &str) -> Option<usize> {
    let number = |text: &str| text.parse::<f64>().ok();
    let same = |label: &String| number(label).is_some() && number(label) == number(words);
    let exact = lever.labels.iter().position(|label| label == words);
    exact.or_else(|| lever.labels.iter().position(same))
}

/// `lever=option lever2=option2`, also with blanks around `=` or commas between; options may have blanks in them. `None` where it
/// is nothing of the kind.
fn pairs(words: &str) -> Option<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut parts = words.split('=');
    let mut name = parts.next()?.trim();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        // The last word before the next `=` is the next lever; all before it is this one's option.
        let (option, next) = match parts.peek() {
            None => (part, ""),
            Some(_) => {
                let part = part.trim_end();
                let begin =
                    part.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric() || *c == '_').last()?.0;
                part.split_at(begin)
            }
        };
        let option = option.trim().trim_end_matches(',').trim_end();
        let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !word(name) || option.is_empty() {
            return None;
        }
        pairs.push((name.to_string(), option.split_whitespace().collect::<Vec<_>>().join(" ")));
        name = next.trim();
    }
    (!pairs.is_empty()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::super::samples::talks;
    use super::*;

    fn named(words: &str) -> Result<String, String> {
        variant(&talks(), words).map(|arm| arm.name).map_err(|unknown| unknown.to_string())
    }

    #[test]
    fn combinations_have_one_name_however_they_are_written() {
        let batch = Ok("push=1 venue=0".to_string());
        for words in [
            "push=1 venue=0",
            "venue=0 push=1",
            "push=1",
            "push = 1.0",
            "push=1,venue=0",
            "venue = 0, push = 1",
        ] {
            assert_eq!(named(words), batch, "{words}");
        }
        assert_eq!(named("venue=0"), Ok("base".into()));
        assert_eq!(named("stern"), Ok("stern".into()));
        let arm = variant(&talks(), "venue=2 push=1").unwrap();
        assert_eq!(arm.levers(), [("push".to_string(), "1".to_string()), ("venue".into(), "2".into())]);
    }

    #[test]
    fn combinations_that_no_batch_makes_are_called_by_what_differs() {
        let mut scenario = talks();
        scenario.vary.clear();
        let name = |words: &str| variant(&scenario, words).unwrap().name;
        assert_eq!(name("venue=2 push=1"), "push=1 venue=2");
        assert_eq!(name("venue=2 push=0"), "venue=2");
        assert_eq!(name("venue=0"), "base");
        scenario.levers[1].labels = ["10 days", "20 days", "30 days"].map(String::from).to_vec();
        assert_eq!(name_of(&scenario, "venue=20  days push=1"), "push=1 venue=20 days");
    }

    fn name_of(scenario: &Scenario, words: &str) -> String {
        variant(scenario, words).unwrap().name
    }

    #[test]
    fn what_is_wrong_with_a_combination_is_said() {
        let wrong = |words: &str| named(words).unwrap_err();
        assert_eq!(wrong("vneue=1"), "no scenario here has a lever `vneue`\nhelp: did you mean `venue`?");
        assert_eq!(wrong("place=1"), "no scenario here has a lever `place`; there are `push` and `venue`");
        assert_eq!(
            wrong("push=1 venue=3"),
            "the lever `venue` has no option `3`; there are `0`, `1` and `2`"
        );
        assert_eq!(
            wrong("stern, base"),
            "`stern, base` names several variants\nhelp: one each: `--variant stern` `--variant base`"
        );
        assert!(wrong("push=1 push=0").starts_with("`push=1 push=0` sets the lever `push` twice"));
        for words in ["=1", "push=", "push==1", "a b=1", "push= venue=1"] {
            assert!(wrong(words).contains("neither the name of a variant nor"), "{words}: {}", wrong(words));
        }
    }
}
