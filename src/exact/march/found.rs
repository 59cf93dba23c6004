//! What is asked of a chain over time, and what is found.

use super::Panel;
use super::ledger::Gains;
use crate::exact::chain::Rewards;
use crate::exact::curve::Curve;
use crate::exact::gain::Gain;
use crate::exact::graph::Graph;
use crate::exact::legendre::Values;
use crate::exact::off::Doubts;
use crate::exact::path::Path;
use crate::program::{Account, Program};
use std::sync::Arc;

/// What is asked.
pub(in crate::exact) struct Asked<'a> {
    pub outcomes: usize,
    /// The outcome of each end.
    pub outcome_of: Vec<usize>,
    pub rewards: Rewards,
    pub firsts: usize,
    pub slots: &'a [f64],
    /// From when.
    pub from: f64,
    /// Until when; infinity to go on until nothing is left.
    pub until: f64,
    /// Whether what happens at the very end is left to what follows.
    pub open_ended: bool,
    /// Accounts, and their rates in each node (none: not asked).
    pub accounts: &'a [Account],
    pub rates: Vec<Option<Vec<f64>>>,
    /// By account: the discounted rate in each node by time, where it moves.
    pub moved: Vec<Option<Vec<Arc<Path>>>>,
    /// Where something that moves bends.
    pub bends: &'a [f64],
    /// By account: what had been gathered before, by the edge by which a path begins (empty: nothing); none where not known.
    pub gained: Vec<Option<Vec<Gain>>>,
    /// What chances that move with time are worked out from.
    pub moving: Option<(&'a Program, Vec<f64>, &'a Graph)>,
}

/// What has happened by a time.
#[derive(Clone, Debug, Default)]
pub(in crate::exact) struct Snapshot {
    /// The mass in each node.
    pub stands: Vec<f64>,
    /// Time spent in each node.
    pub spent: Vec<f64>,
    pub rewards: Vec<f64>,
    pub bound: f64,
    /// How often anything has started.
    pub starts: f64,
}

/// How a chain moves from its start, by the flows of all nodes in their order.
#[derive(Debug, Default)]
pub(in crate::exact) struct Recorded {
    /// (from, to, the density of each flow).
    pub panels: Vec<(f64, f64, Vec<Values>)>,
    /// (time, flow, mass).
    pub jumps: Vec<(f64, usize, f64)>,
    /// What any probability may be off.
    pub bound: f64,
}

/// Where paths are when an epoch ends.
#[derive(Debug, Default)]
pub(in crate::exact) struct Rest {
    /// The mass in each node, and the time spent there.
    pub stands: Vec<f64>,
    pub spent: Vec<f64>,
    /// (time, mass) of what started in each node at single times.
    pub singles: Vec<Vec<(f64, f64)>>,
    /// What more has started.
    pub panels: Vec<Panel>,
    /// By account: what has been gathered, where it is known.
    pub gains: Vec<Option<Gains>>,
    /// By account: what is in doubt of it.
    pub doubts: Vec<Doubts>,
}

/// What was found so far.
#[derive(Clone, Debug, Default)]
pub(in crate::exact) struct Found {
    pub outcomes: Vec<Curve>,
    /// ∫ t and ∫ t² of each outcome.
    pub moments: Vec<(f64, f64)>,
    pub firsts: Vec<Curve>,
    pub first_moments: Vec<(f64, f64)>,
    pub slots: Vec<Snapshot>,
    /// The mass in each end.
    pub ends: Vec<f64>,
    /// The expected value of each account.
    pub accounts: Vec<f64>,
    pub rewards: Vec<f64>,
    /// What any probability may be off.
    pub bound: f64,
    /// All that has rung, and how often anything has started.
    pub rung: f64,
    pub starts: f64,
    /// The mass that goes on after all that was looked at.
    pub left: f64,
    pub panels: usize,
}

impl Found {
    /// Nothing yet.
    pub fn new(asked: &Asked<'_>) -> Found {
        Found {
            outcomes: vec![Curve::default(); asked.outcomes],
            moments: vec![(0.0, 0.0); asked.outcomes],
            firsts: vec![Curve::default(); asked.firsts],
            first_moments: vec![(0.0, 0.0); asked.firsts],
            accounts: vec![0.0; asked.accounts.len()],
            rewards: vec![0.0; asked.rewards.count()],
            bound: 1e-15,
            ..Found::default()
        }
    }
}
