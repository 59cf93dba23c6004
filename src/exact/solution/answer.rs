//! What was found, put into the shape of the questions.

use super::super::march::Snapshot;
use super::gathered::ROUNDING;
use super::lines::Ended;
use super::story::{Past, beyond};
use super::*;

/// What of moments lies beyond the curves, as a share, where they are told.
const BEYOND: f64 = 1e-6;
/// What two ways to the same moments differ by where nothing is beyond, as a share.
const NOTHING: f64 = 1e-11;

/// What the moments about its mean of when something first holds may be off: what a curve that is off by `bound` makes of them up to where it
/// ends, and what lies beyond.
fn first_off(curve: &Curve, (sum, square): (f64, f64), beyond: (f64, f64), bound: f64) -> Off {
    let (last, mass) = (curve.last(), curve.total());
    let mean = if mass > 0.0 { sum / mass } else { 0.0 };
    let first = 3.0 * bound * last + beyond.0.max(0.0);
    let second = 3.0 * bound * last * last + beyond.1.max(0.0);
    let second = if square.is_finite() { second } else { f64::INFINITY };
    Off { about: mean, mass: bound, first, second, whole: first }
}

impl Solution {
    /// Counts the paths that went further than was looked as an error: what they do there, how often and when, may be anything.
    fn doubt_beyond(&mut self, slots: &[f64]) {
        if self.beyond <= 0.0 {
            return;
        }
        self.bound += self.beyond;
        for (slot, at) in self.slots.iter_mut().zip(slots) {
            slot.bound += self.beyond;
            slot.visits_off.fill(f64::INFINITY);
            slot.spent_off.iter_mut().for_each(|off| *off += self.beyond * at);
        }
        self.offs.fill(None);
        let unknown = |off: &mut Off| *off = Off::of_mean(f64::INFINITY);
        self.when_offs.iter_mut().flatten().for_each(unknown);
    }
}

impl Answerer<'_> {
    pub(super) fn solution(
        &mut self,
        reader: &mut Reader<'_>,
        forever: Option<Forever>,
    ) -> Result<Solution, NotExact> {
        let (program, chain, asked) = (self.program, self.chain, self.asked);
        let last = asked.slots.len() - 1;
        let found = std::mem::take(&mut self.found);
        let mut past = std::mem::take(&mut self.past);
        let (never, at_horizon) = (usize::from(program.never), usize::from(program.at_horizon));
        let mut curves = found.outcomes;
        let mut moments = found.moments;
        moments.resize(asked.outcomes, (f64::NAN, f64::NAN));
        let mut ends = found.ends;
        // Where paths are that have not ended, and how they are called then.
        let (mut still, open_outcome) = match &forever {
            Some(forever) => (forever.nodes.clone(), never),
            None => (found.slots[last].stands.clone(), at_horizon),
        };
        let further = beyond(chain, self.graph).map_or(0.0, |n| std::mem::take(&mut still[n]));
        let further = past.beyond + further;
        let mut slots = std::mem::take(&mut past.slots);
        for (n, (at, snapshot)) in asked.slots.iter().zip(&found.slots).enumerate().skip(slots.len()) {
            let mut slot = self.slot(*at, snapshot, &curves, (n, &past));
            if n == last {
                if let Some(forever) = &forever {
                    slot = self.end_slot(forever);
                    past.ends.iter().for_each(|(mass, _, outcome, _)| slot.outcomes[*outcome] += mass);
                    slot.visits.iter_mut().zip(&past.rewards).for_each(|(visits, before)| *visits += before);
                    slot.spent.iter_mut().zip(&past.spent).for_each(|(spent, before)| *spent += before);
                }
                slot.outcomes[open_outcome] += still.iter().sum::<f64>();
                slot.open = 0.0;
            }
            slots.push(slot);
        }
        let chances = slots.iter().flat_map(|slot| slot.outcomes.iter().chain(&slot.stands));
        if chances.chain(&still).any(|chance| !chance.is_finite()) {
            // Below such masses would be left out, as if nobody went there.
            return Err(NotExact::because(Why::NoNumber));
        }
        let mut when_offs = None;
        // What of ∫ t and ∫ t² lies beyond the curves.
        let (mut whole, mut beyond) = ((0.0, 0.0), (0.0, 0.0));
        match &forever {
            Some(forever) => {
                ends.clone_from(&forever.ends);
                let (all, offs) = self.ended_by(forever, &past);
                let sum = |of: &[(f64, f64)]| of.iter().fold((0.0, 0.0), |a, m| (a.0 + m.0, a.1 + m.1));
                let told = sum(&moments);
                whole = sum(&all);
                beyond = (whole.0 - told.0, whole.1 - told.1);
                if !told.0.is_nan() {
                    (moments, when_offs) = (all, Some(offs));
                }
            }
            None => {
                let mass: f64 = still.iter().sum();
                let horizon = program.horizon;
                curves[open_outcome].at_once(horizon, mass);
                moments[open_outcome].0 += mass * horizon;
                moments[open_outcome].1 += mass * horizon * horizon;
            }
        }
        let comes = |outcome: usize| match &when_offs {
            // As they are divided by the same, moments and shares are of one kind.
            Some(_) => slots[last].outcomes[outcome],
            None => curves[outcome].total(),
        };
        let moments: Vec<Moments> = (0..)
            .zip(&moments)
            .map(|(o, (first, second))| Moments { mass: comes(o), first: *first, second: *second })
            .collect();
        let ended = ends.iter().zip(&chain.ends).zip(&self.march.outcome_of);
        let vertex = |v: u32| &self.graph.vertices[v as usize];
        let gains = std::mem::take(&mut self.gains);
        let gained = |of: &dyn Fn(&Gains) -> Gain| -> Gained {
            gains.iter().map(|gains| gains.as_ref().map(of)).collect()
        };
        let ended = ended
            .enumerate()
            .map(|(n, ((mass, v), outcome))| (*mass, vertex(*v), *outcome, gained(&|gains| gains.ends[n])));
        let going = still.iter().zip(&chain.nodes).enumerate().map(|(n, (mass, node))| {
            (*mass, vertex(node.vertex), open_outcome, gained(&|gains| gains.stands[n]))
        });
        let before =
            past.ends.iter().map(|(mass, vertex, outcome, gained)| (*mass, vertex, *outcome, gained.clone()));
        let finals: Vec<(f64, &Vertex, usize, Gained)> =
            before.chain(ended).chain(going).filter(|f| f.0 > 0.0).collect();
        let mut splits = vec![BTreeMap::new(); asked.splits.len()];
        let party_gets = |party: usize| &program.payoffs[party * asked.outcomes..][..asked.outcomes];
        let mut payoffs: Vec<Option<Vec<(f64, f64)>>> = (0..program.parties)
            .map(|party| party_gets(party).iter().all(|payoff| reader.readable(payoff)).then(Vec::new))
            .collect();
        let mut values: Vec<Vec<(f64, f64)>> = vec![vec![]; program.measures.len()];
        let readable: Vec<bool> = program
            .measures
            .iter()
            .map(|m| {
                let value = match &m.kind {
                    MeasureKind::Value(value) => reader.readable(value),
                    MeasureKind::Account(_) => true,
                    MeasureKind::First(_) => m.given.is_none(),
                };
                value && m.given.as_ref().is_none_or(|given| reader.readable(given))
            })
            .collect();
        let mut earned: Vec<Option<Vec<(f64, Gain)>>> = vec![Some(vec![]); program.measures.len()];
        for &(mass, vertex, outcome, ref gained) in &finals {
            reader.load(vertex, Some(outcome));
            self.split(reader, mass, outcome, &mut splits)?;
            let told = payoffs.iter_mut().enumerate();
            for (party, values) in told.filter_map(|(party, values)| Some((party, values.as_mut()?))) {
                let payoff = &party_gets(party)[outcome];
                let value = reader.value(payoff);
                if !value.is_finite() {
                    return Err(NotExact::because(Why::Fault(FaultKind::Payoff(party, value), payoff.span)));
                }
                values.push((value, mass));
            }
            for (m, measure) in program.measures.iter().enumerate().filter(|(m, _)| readable[*m]) {
                if matches!(measure.kind, MeasureKind::First(_))
                    || measure.given.as_ref().is_some_and(|given| reader.value(given) == 0.0)
                {
                    continue;
                }
                if let MeasureKind::Value(value) = &measure.kind {
                    let read = reader.value(value);
                    if read.is_nan() {
                        return Err(NotExact::because(Why::Fault(FaultKind::Measure(m), value.span)));
                    }
                    values[m].push((read, mass));
                }
                if let MeasureKind::Account(account) = &measure.kind {
                    match (&mut earned[m], gained.get(*account as usize)) {
                        (Some(all), Some(Some(gain))) => all.push((mass, *gain)),
                        (all, _) => *all = None,
                    }
                }
            }
        }
        // What never ends has no time of its end.
        let ends = forever.is_none() || still.iter().sum::<f64>() <= 0.0;
        let (mut by_end, mut of_ends) = (vec![], vec![]);
        for measure in program.measures.iter().enumerate().filter(|_| ends) {
            let (by, gain) = self.by_end(reader, measure, &moments).unzip();
            by_end.push(by);
            of_ends.push(gain.flatten());
        }
        by_end.resize(program.measures.len(), None);
        of_ends.resize(program.measures.len(), None);
        let accounts = forever.as_ref().map_or(found.accounts, |forever| forever.accounts.clone());
        let moved = past.moved;
        let last_bound = slots.last().map_or(0.0, |slot| slot.bound);
        let bound = found.slots.last().map_or(0.0, |slot| slot.bound);
        let off_by_end = |by: &ByEnd, mean: f64| match &when_offs {
            Some(offs) => by.off_of(offs, mean),
            None => by.off(&curves, bound, mean),
        };
        let ended = Ended {
            finals: &finals,
            moments: ends.then_some(&moments),
            when_offs: when_offs.as_deref(),
            curves: &curves,
            bound,
            doubts: &past.doubts,
            last_bound,
        };
        let lines: Vec<Option<(Known, Off)>> = (0..)
            .zip(&program.measures)
            .map(|(m, measure)| match &measure.kind {
                MeasureKind::Value(value) if !readable[m] && of_ends[m].is_none() => {
                    self.lines(reader, &|_| value, measure.given.as_ref(), &ended)
                }
                _ => None,
            })
            .collect();
        let mut payoff = |(party, values): (usize, Option<Vec<(f64, f64)>>)| {
            if let Some(values) = values {
                return (Known::Values(gathered(values)), None);
            }
            let line = self.lines(reader, &|outcome| &party_gets(party)[outcome], None, &ended);
            line.map_or((Known::Nothing, None), |(known, off)| (known, Some(off)))
        };
        let (payoffs, payoffs_off): (Vec<_>, Vec<_>) =
            payoffs.into_iter().enumerate().map(&mut payoff).unzip();
        let mut offs = vec![None; program.measures.len()];
        let mut firsts: Vec<Option<Curve>> = found.firsts.into_iter().map(Some).collect();
        let measures = program.measures.iter().zip(values).zip(lines).enumerate();
        let measures = measures.map(|(m, ((measure, values), line))| {
            match &measure.kind {
                MeasureKind::Value(_) if readable[m] => Known::Values(gathered(values)),
                MeasureKind::Value(_) => {
                    offs[m] = by_end[m].as_ref().zip(of_ends[m]).map(|(by, it)| off_by_end(by, it.1.mean));
                    match (of_ends[m], line) {
                        (Some(it), _) => Known::Gain(it.0, it.1),
                        (None, Some((known, off))) => {
                            offs[m] = Some(off);
                            known
                        }
                        (None, None) => Known::Nothing,
                    }
                }
                _ if !readable[m] => Known::Nothing,
                MeasureKind::Account(a) => {
                    let known = self.march.rates[*a as usize].is_some() && !moved[*a as usize];
                    let mean = accounts.get(*a as usize).filter(|_| known && measure.given.is_none());
                    let doubts = &past.doubts[*a as usize];
                    let earned = earned[m].take().map(|all| together(&all));
                    offs[m] = earned.map(|(mass, gain)| {
                        let off = off(doubts, last_bound, gain.mean, gain.variance.sqrt());
                        let whole = if mean.is_some_and(|mean| mean.is_finite()) {
                            off.whole
                        } else {
                            off.mean(mass).unwrap_or(f64::INFINITY)
                        };
                        Off { whole, ..off }
                    });
                    match (earned, mean) {
                        (Some((mass, gain)), Some(mean)) if mean.is_finite() => {
                            Known::Gain(mass, Gain { mean: *mean, ..gain })
                        }
                        (Some((mass, gain)), _) => Known::Gain(mass, gain),
                        (None, mean) => match (by_end[m].as_ref().zip(of_ends[m]), mean) {
                            (Some((by, (share, gain))), _) => {
                                offs[m] = Some(off_by_end(by, gain.mean));
                                Known::Gain(share, gain)
                            }
                            (None, Some(mean)) => {
                                offs[m] = Some(Off::of_mean(off(doubts, last_bound, 0.0, 0.0).whole));
                                Known::Mean(*mean)
                            }
                            (None, None) => Known::Nothing,
                        },
                    }
                }
                MeasureKind::First(f) => match firsts.get_mut(*f as usize).and_then(Option::take) {
                    Some(curve) => {
                        let (mut sum, mut square) = found.first_moments[*f as usize];
                        if forever.is_some() {
                            // No path sees it later than it ends.
                            let told = |of: f64, beyond: f64, all: f64| {
                                beyond <= BEYOND * of || (beyond.is_finite() && beyond <= NOTHING * all)
                            };
                            sum = if told(sum, beyond.0, whole.0) { sum } else { f64::NAN };
                            square = if told(square, beyond.1, whole.1) { square } else { f64::NAN };
                            offs[m] = Some(first_off(&curve, (sum, square), beyond, bound));
                        }
                        Known::First(curve, sum, square)
                    }
                    None => Known::Nothing,
                },
            }
        });
        let measures = measures.collect();
        offs.extend(payoffs_off);
        let mut solution = Solution {
            slots,
            measures,
            offs,
            by_end,
            curves,
            moments,
            when_offs,
            bound,
            timed: true,
            splits,
            payoffs,
            fractions: vec![],
            combinations: past.combinations + chain.nodes.len(),
            beyond: further,
        };
        solution.doubt_beyond(&asked.slots);
        Ok(solution)
    }

    pub(super) fn split(
        &self,
        reader: &mut Reader<'_>,
        mass: f64,
        outcome: usize,
        splits: &mut [BTreeMap<Box<[i64]>, Vec<f64>>],
    ) -> Result<(), NotExact> {
        let mut at = 0;
        for (cells, keys) in splits.iter_mut().zip(&self.asked.splits) {
            let mut cell = Vec::with_capacity(*keys);
            for key in &self.program.cells[at..at + keys] {
                let value = reader.value(key);
                if !(value.abs() < 9e15 && value == value.trunc()) {
                    return Err(NotExact::because(Why::Fault(FaultKind::Cell(at, value), key.span)));
                }
                cell.push(value as i64);
            }
            at += keys;
            cells.entry(cell.into()).or_insert_with(|| vec![0.0; self.asked.outcomes])[outcome] += mass;
        }
        Ok(())
    }

    /// What has happened by a time.
    pub(super) fn slot(
        &self,
        at: f64,
        snapshot: &Snapshot,
        curves: &[Curve],
        (number, before): (usize, &Past),
    ) -> Slot {
        let stages = self.program.stages.len();
        let outcomes: Vec<f64> = curves.iter().map(|curve| curve.up_to(at)).collect();
        let visits = snapshot.rewards.get(self.march.rewards.entries()).unwrap_or(&[]);
        let entries = self.entries.get(number).map_or(&[][..], |entries| entries);
        let past = before.visits_off.iter().zip(entries);
        let off = past.map(|(past, entries)| past + times(2.0 * snapshot.bound, *entries));
        let mut slot = Slot {
            open: snapshot.stands.iter().sum(),
            outcomes,
            stands: vec![0.0; stages],
            visits: visits.to_vec(),
            spent: before.spent.clone(),
            bound: snapshot.bound,
            visits_off: off.zip(visits).map(|(off, visits)| off + ROUNDING * visits).collect(),
            spent_off: vec![spent_off(at, snapshot.bound, snapshot.starts); stages],
        };
        for (n, node) in self.chain.nodes.iter().enumerate().take(snapshot.stands.len()) {
            for stage in &self.graph.vertices[node.vertex as usize].at {
                slot.stands[*stage as usize] += snapshot.stands[n];
                if !self.graph.vertices[node.vertex as usize].over {
                    slot.spent[*stage as usize] += snapshot.spent[n];
                }
            }
        }
        slot
    }

    /// What has happened after all time.
    pub(super) fn end_slot(&self, forever: &Forever) -> Slot {
        let stages = self.program.stages.len();
        let mut slot = Slot {
            outcomes: vec![0.0; self.asked.outcomes],
            open: 0.0,
            stands: vec![0.0; stages],
            visits: forever.rewards[self.march.rewards.entries()].to_vec(),
            spent: vec![0.0; stages],
            bound: forever.bound,
            visits_off: forever.entries_off.clone(),
            spent_off: forever.spent_off.clone(),
        };
        for (mass, outcome) in forever.ends.iter().zip(&self.march.outcome_of) {
            slot.outcomes[*outcome] += mass;
        }
        for (n, node) in self.chain.nodes.iter().enumerate() {
            for stage in &self.graph.vertices[node.vertex as usize].at {
                slot.stands[*stage as usize] += forever.nodes[n];
                slot.spent[*stage as usize] += forever.spent[n];
            }
        }
        slot
    }
}
