//! Batches on several threads, their products in order.
//!
//! Each thread takes the next batch, works it, and hands its product over; products are taken strictly in order of
//! batch, and nobody runs far ahead, so memory stays bounded. Which thread works which batch is left to chance, so what a
//! thread keeps for itself must not depend on it: integers and exact sums don't.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many batches a thread may be ahead of the oldest that is not finished, per thread.
const AHEAD: u64 = 8;

/// Why a run did not finish.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt<E> {
    /// Somebody asked it to stop.
    Cancelled,
    /// Something went wrong; of several faults, that of the first batch.
    Fault(E),
}

struct Line<B, T, E> {
    waiting: BTreeMap<u64, B>,
    taken: u64,
    take: T,
    fault: Option<(u64, E)>,
    cancelled: bool,
}

/// As many threads as are asked for; as many as the machine has, where that is 0.
pub(super) fn threads(asked: usize) -> usize {
    if asked == 0 { rayon::current_num_threads() } else { asked }
}

/// Works `batches` batches on `threads` threads (0: one for each core). `start` makes what a thread keeps, `work` works one
/// batch, `take` gets the products in order of batch. Returns what the threads kept, in no particular order.
pub fn in_order<W: Send, B: Send, E: Send>(
    threads: usize,
    batches: u64,
    cancel: &AtomicBool,
    start: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, u64) -> Result<B, Halt<E>> + Sync,
    take: impl FnMut(B) -> Result<(), E> + Send,
) -> Result<Vec<W>, Halt<E>> {
    let threads = self::threads(threads);
    // A thread without a batch would only cost its tallies.
    let threads = threads.min(usize::try_from(batches.max(1)).unwrap_or(usize::MAX));
    let ahead = AHEAD * threads as u64;
    let line = Mutex::new(Line { waiting: BTreeMap::new(), taken: 0, take, fault: None, cancelled: false });
    let moved = Condvar::new();
    let next = AtomicU64::new(0);
    let stopped = AtomicBool::new(false);
    let body = || {
        let mut kept = start();
        loop {
            if cancel.load(Ordering::Relaxed) {
                lock(&line).cancelled = true;
                stop(&stopped, &moved, &line);
                return kept;
            }
            let batch = next.fetch_add(1, Ordering::Relaxed);
            if batch >= batches || stopped.load(Ordering::Relaxed) {
                return kept;
            }
            let mut held = lock(&line);
            while batch >= held.taken + ahead && !stopped.load(Ordering::Relaxed) {
                held = moved.wait(held).unwrap_or_else(PoisonError::into_inner);
            }
            drop(held);
            // A batch below one that failed is still worked: its fault would be the one to report.
            let done = work(&mut kept, batch);
            let mut held = lock(&line);
            let failed = match done {
                Ok(product) => {
                    held.waiting.insert(batch, product);
                    hand_over(&mut held)
                }
                Err(halt) => Err((batch, halt)),
            };
            drop(held);
            if let Err((batch, halt)) = failed {
                let mut held = lock(&line);
                match halt {
                    Halt::Cancelled => held.cancelled = true,
                    Halt::Fault(fault) if held.fault.as_ref().is_none_or(|(first, _)| batch < *first) => {
                        held.fault = Some((batch, fault));
                    }
                    Halt::Fault(_) => {}
                }
                drop(held);
                stop(&stopped, &moved, &line);
                return kept;
            }
            moved.notify_all();
        }
    };
    let kept = if threads == 1 {
        vec![body()]
    } else {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        match pool {
            Ok(pool) => pool.broadcast(|_| body()),
            // A machine that gives no threads still gets its answer.
            Err(_) => vec![body()],
        }
    };
    let line = line.into_inner().unwrap_or_else(PoisonError::into_inner);
    match line.fault {
        Some((_, fault)) => Err(Halt::Fault(fault)),
        None if line.cancelled => Err(Halt::Cancelled),
        None => Ok(kept),
    }
}

fn hand_over<B, T: FnMut(B) -> Result<(), E>, E>(line: &mut Line<B, T, E>) -> Result<(), (u64, Halt<E>)> {
    while let Some(product) = line.waiting.remove(&line.taken) {
        let batch = line.taken;
        line.taken += 1;
        (line.take)(product).map_err(|fault| (batch, Halt::Fault(fault)))?;
    }
    Ok(())
}

fn lock<L>(line: &Mutex<L>) -> MutexGuard<'_, L> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stop<L>(stopped: &AtomicBool, moved: &Condvar, line: &Mutex<L>) {
    // Under the lock, so that nobody goes to sleep between looking and the call.
    let held = lock(line);
    stopped.store(true, Ordering::Relaxed);
    drop(held);
    moved.notify_all();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_come_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let mut seen = Vec::new();
            let kept = in_order(
                threads,
                500,
                &AtomicBool::new(false),
                || 0_u64,
                |sum, batch| {
                    if batch % 7 == 0 {
                        std::thread::yield_now();
                    }
                    *sum += batch;
                    Ok::<_, Halt<()>>(batch)
                },
                |batch| {
                    seen.push(batch);
                    Ok(())
                },
            );
            assert_eq!(kept.unwrap().iter().sum::<u64>(), 499 * 500 / 2);
            assert!(seen.iter().copied().eq(0..500), "{threads}");
        }
    }

    #[test]
    fn the_first_fault_wins_whoever_finds_it() {
        for threads in [1, 2, 3, 8] {
            for _ in 0..20 {
                let result = in_order(
                    threads,
                    1000,
                    &AtomicBool::new(false),
                    || (),
                    |(), batch| {
                        if batch >= 40 && batch % 3 == 1 { Err(Halt::Fault(batch)) } else { Ok(batch) }
                    },
                    |_| Ok(()),
                );
                assert_eq!(result, Err(Halt::Fault(40)));
            }
        }
    }

    #[test]
    fn one_can_stop_it() {
        let cancel = AtomicBool::new(false);
        let result = in_order(
            2,
            1_000_000,
            &cancel,
            || (),
            |(), batch| {
                if batch == 100 {
                    cancel.store(true, Ordering::Relaxed);
                }
                Ok::<_, Halt<()>>(())
            },
            |()| Ok(()),
        );
        assert_eq!(result, Err(Halt::Cancelled));
    }

    #[test]
    fn a_product_that_cannot_be_taken_is_a_fault() {
        let take = |batch| if batch == 7 { Err("full") } else { Ok(()) };
        let result = in_order(3, 100, &AtomicBool::new(false), || (), |(), batch| Ok(batch), take);
        assert_eq!(result, Err(Halt::Fault("full")));
    }
}
