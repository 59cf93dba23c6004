//! When time alone changes a comparison: at the very float at which it does.

use crate::program::{Crossing, Program};

/// The first time after now at which the comparison is another than now; infinity if it stays.
pub(crate) fn next_crossing(program: &Program, values: &mut [f64], crossing: &Crossing) -> f64 {
    let day = program.layout.day();
    let now = values[day];
    let found = find(program, values, crossing, now);
    values[day] = now;
    found
}

fn find(program: &Program, values: &mut [f64], crossing: &Crossing, now: f64) -> f64 {
    let day = program.layout.day();
    let slope = program.code.evaluate(&crossing.slope, values);
    let difference = program.code.evaluate(&crossing.difference, values);
    if slope == 0.0 || !slope.is_finite() || !difference.is_finite() || difference * slope > 0.0 {
        return f64::INFINITY;
    }
    let holds = crossing.compare.holds(difference, 0.0);
    let mut other = |time: f64| {
        values[day] = time;
        program.code.holds(&crossing.holds, values) != holds
    };
    let root = (now - difference / slope).max(now.next_up());
    if !root.is_finite() {
        return f64::INFINITY;
    }
    let equality = !crossing.lasts();
    if equality && difference != 0.0 {
        // The sides meet at one float, or at none.
        let mut time = root;
        for _ in 0..4 {
            time = time.next_down();
        }
        for _ in 0..9 {
            if time > now && other(time) {
                return time;
            }
            time = time.next_up();
        }
        return f64::INFINITY;
    }
    if crossing.compare.holds(slope, 0.0) == holds {
        return f64::INFINITY;
    }
    // A float at which it has changed, from the root upwards; then the first such, by halving. Times are not negative, so
    // their bits are in their order.
    let mut high = root.to_bits();
    let mut reach = 1_u64;
    while !other(f64::from_bits(high)) {
        high += reach;
        reach *= 2;
        if reach > 1 << 50 || f64::from_bits(high).is_infinite() {
            return f64::INFINITY;
        }
    }
    let mut low = now.to_bits();
    if high - 1 > low && !other(f64::from_bits(high - 1)) {
        return f64::from_bits(high);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if other(f64::from_bits(middle)) { high = middle } else { low = middle }
    }
    f64::from_bits(high)
}
