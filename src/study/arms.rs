//! The variants of a scenario: the base, the named ones, and every combination of the levers that the batch varies.

use super::named::combination;
use crate::model::{LeverId, Scenario};

/// The name of the scenario as it is written.
pub const BASE: &str = "base";

/// One variant, with its changes made.
#[derive(Clone, Debug)]
pub struct Arm {
    /// `base`, the variant's name, or the combination: `venue=serbia zelensky=invited`.
    pub name: String,
    /// A title for readers.
    pub title: String,
    /// Its story.
    pub about: String,
    /// The scenario that it is.
    pub scenario: Scenario,
}

impl Arm {
    /// The options of its levers: (lever, option).
    pub fn levers(&self) -> Vec<(String, String)> {
        self.scenario.levers.iter().map(|l| (l.name.clone(), l.labels[l.chosen].clone())).collect()
    }
}

/// The base, then the named variants, then every combination of `vary` but the base's own, the last lever changing fastest.
pub fn arms(scenario: &Scenario) -> Vec<Arm> {
    let mut arms = vec![Arm {
        name: BASE.into(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        scenario: scenario.clone(),
    }];
    arms.extend(scenario.variants.iter().map(|variant| Arm {
        name: variant.name.clone(),
        title: variant.title.clone(),
        about: variant.about.clone(),
        scenario: scenario.with(&variant.changes),
    }));
    let combinations = combinations(scenario).into_iter().filter(|options| !is_base(scenario, options));
    arms.extend(combinations.map(|options| combination(scenario, &options)));
    arms
}

fn is_base(scenario: &Scenario, options: &[(LeverId, usize)]) -> bool {
    options.iter().all(|(lever, option)| scenario.levers[lever.0].chosen == *option)
}

fn combinations(scenario: &Scenario) -> Vec<Vec<(LeverId, usize)>> {
    if scenario.vary.is_empty() {
        return Vec::new();
    }
    scenario.vary.iter().fold(vec![Vec::new()], |done, &lever| {
        let options = 0..scenario.levers[lever.0].labels.len();
        done.iter()
            .flat_map(|before| {
                options.clone().map(move |option| before.iter().copied().chain([(lever, option)]).collect())
            })
            .collect()
    })
}
