//! What can stop a run: every variant is tried on paths that are pushed to extremes.

use super::arms::{Arm, arms};
use super::batch::sampled;
use crate::engine::{Fault, probe};
use crate::model::Scenario;

/// Paths on which the scenario as it is written is tried.
const BASE_PATHS: u64 = 1_000;
/// Those on which all its variants are, together; and the least of one.
const VARIANT_PATHS: (u64, u64) = (2_000, 16);
/// Their worlds and numbers are the same at each look.
const SEED: u64 = 0;

/// What stops some path, and the variant whose path it is: the first of each place.
pub fn stopping(scenario: &Scenario) -> Vec<(Arm, Box<Fault>)> {
    let mut found: Vec<(Arm, Box<Fault>)> = Vec::new();
    let arms = arms(scenario);
    let (all, least) = VARIANT_PATHS;
    let mut program = sampled();
    let each = (all / (arms.len() as u64).max(2)).max(least);
    // Of thousands of combinations, some.
    for (number, arm) in arms.into_iter().take((all / least) as usize).enumerate() {
        let paths = if number == 0 { BASE_PATHS } else { each };
        for fault in probe(program(&arm.scenario, SEED).program, SEED, paths) {
            if found.iter().all(|(_, known)| known.span != fault.span) {
                found.push((arm.clone(), fault));
            }
        }
    }
    found
}
