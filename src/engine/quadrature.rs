//! Integrals of smooth pieces, and where an integral reaches a value.

/// Nodes of the 15-point Kronrod rule on -1..1 from the outermost to the middle (Kronrod 1965; values as in QUADPACK, Piessens et al. 1983).
const NODES: [f64; 8] = [
    0.991_455_371_120_812_6,
    0.949_107_912_342_758_5,
    0.864_864_423_359_769_1,
    0.741_531_185_599_394_5,
    0.586_087_235_467_691_1,
    0.405_845_151_377_397_2,
    0.207_784_955_007_898_47,
    0.0,
];
/// Their weights.
const KRONROD: [f64; 8] = [
    0.022_935_322_010_529_224,
    0.063_092_092_629_978_55,
    0.104_790_010_322_250_19,
    0.140_653_259_715_525_92,
    0.169_004_726_639_267_9,
    0.190_350_578_064_785_4,
    0.204_432_940_075_298_9,
    0.209_482_141_084_727_82,
];
/// The weights of the 7-point Gauss rule, at every second node.
const GAUSS: [f64; 4] =
    [0.129_484_966_168_869_7, 0.279_705_391_489_276_64, 0.381_830_050_505_118_9, 0.417_959_183_673_469_4];

/// Errors below this share of the whole are let be.
const RELATIVE: f64 = 1e-13;
/// How often an interval may be halved; enough for the root singularity of a Weibull hazard at 0.
const DEPTH: u32 = 100;

/// The integral over `from..to`, adaptively.
pub(crate) fn integrate(f: &mut impl FnMut(f64) -> f64, from: f64, to: f64) -> f64 {
    integrate_by(f, from, to, &|_| ())
}

/// The same; after the points of each panel `note` is told whether it counts, or its halves do.
pub(crate) fn integrate_by(f: &mut impl FnMut(f64) -> f64, from: f64, to: f64, note: &impl Fn(bool)) -> f64 {
    if from >= to {
        return 0.0;
    }
    let (whole, error) = panel(f, from, to);
    let scale = whole.abs();
    let fine = error <= RELATIVE * scale || !whole.is_finite();
    note(fine);
    if fine { whole } else { halves(f, (from, to), scale, DEPTH, note) }
}

fn halves(
    f: &mut impl FnMut(f64) -> f64,
    (from, to): (f64, f64),
    scale: f64,
    depth: u32,
    note: &impl Fn(bool),
) -> f64 {
    let middle = from + 0.5 * (to - from);
    if middle <= from || middle >= to {
        let part = panel(f, from, to).0;
        note(true);
        return part;
    }
    let mut sum = 0.0;
    for half in [(from, middle), (middle, to)] {
        let (part, error) = panel(f, half.0, half.1);
        let fine = error <= RELATIVE * scale.max(part.abs()) || depth == 0 || !part.is_finite();
        note(fine);
        sum += if fine { part } else { halves(f, half, scale, depth - 1, note) };
    }
    sum
}

/// The integral by the Kronrod rule, and an estimate of its error (that of QUADPACK's QK15).
fn panel(f: &mut impl FnMut(f64) -> f64, from: f64, to: f64) -> (f64, f64) {
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let centre = f(middle);
    let (mut kronrod, mut gauss) = (KRONROD[7] * centre, GAUSS[3] * centre);
    let mut values = [(0.0, 0.0); 7];
    for i in 0..7 {
        let step = half * NODES[i];
        let (low, high) = (f(middle - step), f(middle + step));
        values[i] = (low, high);
        kronrod += KRONROD[i] * (low + high);
        if i % 2 == 1 {
            gauss += GAUSS[i / 2] * (low + high);
        }
    }
    let mean = 0.5 * kronrod;
    let mut spread = KRONROD[7] * (centre - mean).abs();
    for (i, (low, high)) in values.iter().enumerate() {
        spread += KRONROD[i] * ((low - mean).abs() + (high - mean).abs());
    }
    let (difference, spread) = (((kronrod - gauss) * half).abs(), spread * half);
    let error = if spread > 0.0 && difference > 0.0 {
        let ratio = 200.0 * difference / spread;
        spread * (ratio * ratio.sqrt()).min(1.0)
    } else {
        difference
    };
    (kronrod * half, error)
}

/// Where the integral of `f`, which is not negative, from `from` reaches `need`; at `to` it has. Newton's method, held
/// between bounds.
pub(crate) fn reaches(f: &mut impl FnMut(f64) -> f64, from: f64, to: f64, need: f64) -> f64 {
    let (mut low, mut high) = (from, to);
    let mut left = need;
    let mut guess = from + 0.5 * (to - from);
    for _ in 0..200 {
        let part = integrate(f, low, guess);
        let at = f(guess);
        let next = guess + (left - part) / at;
        if part < left {
            left -= part;
            low = guess;
        } else {
            high = guess;
        }
        if (next - guess).abs() <= 1e-15 * guess.abs() {
            return next.clamp(low, high);
        }
        let middle = low + 0.5 * (high - low);
        if middle <= low || middle >= high {
            return high;
        }
        guess = if next > low && next < high { next } else { middle };
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} is not {b}");
    }

    #[test]
    fn smooth_functions() {
        close(integrate(&mut libm::exp, 0.0, 1.0), libm::exp(1.0) - 1.0);
        close(integrate(&mut |x| x * x, -1.0, 2.0), 3.0);
        close(integrate(&mut |x| 1.0 / (1.0 + x * x), 0.0, 1e3), libm::atan(1e3));
    }

    #[test]
    fn jumps_and_poles_are_hunted_down() {
        close(integrate(&mut |x| if x < 0.3 { 1.0 } else { 5.0 }, 0.0, 1.0), 0.3 + 3.5);
        close(integrate(&mut |x| 1.0 / x.sqrt(), 0.0, 4.0), 4.0);
    }

    #[test]
    fn an_integral_reaches_its_value() {
        close(reaches(&mut |x| x, 0.0, 10.0, 8.0), 4.0);
        close(reaches(&mut |x| libm::exp(x), 0.0, 10.0, libm::exp(3.0) - 1.0), 3.0);
        close(reaches(&mut |x| 0.5 / x.sqrt(), 0.0, 10.0, 1e-3), 1e-6);
        close(reaches(&mut |x| if x < 5.0 { 0.0 } else { 2.0 }, 0.0, 10.0, 1.0), 5.5);
    }
}
