//! Worlds in parts that are independent of each other: each by itself, or the parts of a design.
//!
//! Worlds of a design come in parts of equal size that are independent of each other, and the means of parts take the place of worlds.
//! Where the answer jumps at some value of a belief, each part sees the jump once more or once less often: the means of N parts are a
//! binomial count of steps of q = jump / (worlds of a part), and where all N agree nothing is left of their scatter, though the next
//! N may have another count. So an interval is at least as wide as Wilson's of such a count.

/// The number of worlds (of a design: of parts) that speak, by what counts in each world: (ΣN)² / ΣN², as in [`super::conditional`].
pub fn speaking(counts: &[f64], parts: u64) -> f64 {
    let means = part_means(counts, parts);
    let (all, squares) = means.iter().fold((0.0, 0.0), |sum, n| (sum.0 + n, sum.1 + n * n));
    all * all / squares
}

/// The least half-width of the interval of a mean over worlds that come in parts: 0 where each is by itself, or nothing jumps. The jump
/// is taken as the widest gap between neighbours among all worlds' values, which falls as 1 / worlds where nothing jumps.
pub(super) fn step(worlds: &[f64], parts: u64, critical: f64) -> f64 {
    if worlds.len() as u64 <= parts {
        return 0.0;
    }
    let means = part_means(worlds, parts);
    let each = worlds.len() / means.len().max(1);
    if each < 2 || means.len() < 2 {
        return 0.0;
    }
    let mut sorted = worlds.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let gap = sorted.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    if gap.is_nan() || gap <= 0.0 {
        return 0.0;
    }
    let (step, parts) = (gap / each as f64, means.len() as f64);
    let mean = means.iter().sum::<f64>() / parts;
    let variance = means.iter().map(|part| (part - mean) * (part - mean)).sum::<f64>() / parts;
    // f (1 − f) of a binomial share f of the parts with one step more, whose distance from a half is √(1 − 4 f (1 − f)) / 2.
    let spread = (variance / (step * step)).min(0.25);
    let c = critical * critical / parts;
    let far = c / 2.0 * (1.0 - 4.0 * spread).sqrt() + (c * spread + c * c / 4.0).sqrt();
    step * far / (1.0 + c)
}

/// The mean of each of `parts` parts of equal size.
pub(super) fn part_means(worlds: &[f64], parts: u64) -> Vec<f64> {
    let each = worlds.len().div_ceil(parts.max(1) as usize).max(1);
    if each == 1 {
        return worlds.to_vec();
    }
    worlds.chunks(each).map(|part| part.iter().sum::<f64>() / part.len() as f64).collect()
}
