//! Exponentials, logarithms and powers of many numbers at once, to the same bits as libm's.
//!
//! These are the algorithms of FreeBSD's msun, which libm has too, written without branches so that a compiler makes SIMD of them:
//! the same operations in the same order, where it chooses a way both are taken and one is selected, and whole numbers are had by
//! adding a power of two so large that nothing lies between them. Numbers that are rare and costly (overflow, results below the
//! normal range, what is not a number) are left to libm itself.

/// What a number is added to so that whole numbers remain, in the last bits.
const WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52
/// The same for numbers that are not negative.
const WHOLE_UP: f64 = 4_503_599_627_370_496.0; // 2^52
const FRACTION: u64 = 0x000f_ffff_ffff_ffff;

// Of the rational function that exp and pow share.
const P1: f64 = 0.166_666_666_666_666_02;
const P2: f64 = -0.002_777_777_777_701_559_3;
const P3: f64 = 6.613_756_321_437_934e-5;
const P4: f64 = -1.653_390_220_546_525_2e-6;
const P5: f64 = 4.138_136_797_057_238_5e-8;

/// A function of two numbers, or of the first of them.
trait Function {
    /// The value, and whether it is right.
    fn quick(x: f64, y: f64) -> (f64, bool);
    /// The value wherever `quick` has none.
    fn exact(x: f64, y: f64) -> f64;
}

/// The values of a function; as many as the shortest slice has.
#[inline(always)]
fn fill<F: Function>(x: &[f64], y: &[f64], to: &mut [f64]) {
    let count = x.len().min(y.len()).min(to.len());
    let (x, y, to) = (&x[..count], &y[..count], &mut to[..count]);
    let mut rare = 0_u64;
    for nth in 0..count {
        let (value, done) = F::quick(x[nth], y[nth]);
        to[nth] = value;
        rare |= u64::from(!done);
    }
    if rare != 0 {
        mend::<F>(x, y, to);
    }
}

#[cold]
#[inline(never)]
fn mend<F: Function>(x: &[f64], y: &[f64], to: &mut [f64]) {
    for ((x, y), to) in x.iter().zip(y).zip(to) {
        if !F::quick(*x, *y).1 {
            *to = F::exact(*x, *y);
        }
    }
}

/// `libm::exp` of each number.
#[inline(always)]
pub fn exp(from: &[f64], to: &mut [f64]) {
    fill::<Exp>(from, from, to);
}

/// 1 / (1 + exp(-x)) of each number.
#[inline(always)]
pub fn logistic(from: &[f64], to: &mut [f64]) {
    fill::<Logistic>(from, from, to);
}

/// `libm::log` of each number.
#[inline(always)]
pub fn log(from: &[f64], to: &mut [f64]) {
    fill::<Log>(from, from, to);
}

/// ln(x / (1 - x)) of each number.
#[inline(always)]
pub fn logit(from: &[f64], to: &mut [f64]) {
    fill::<Logit>(from, from, to);
}

/// `libm::pow` of each pair of numbers.
#[inline(always)]
pub fn pow(base: &[f64], power: &[f64], to: &mut [f64]) {
    fill::<Pow>(base, power, to);
}

struct Exp;
struct Logistic;
struct Log;
struct Logit;
struct Pow;

impl Function for Exp {
    #[inline(always)]
    fn quick(x: f64, _: f64) -> (f64, bool) {
        quick_exp(x)
    }

    fn exact(x: f64, _: f64) -> f64 {
        libm::exp(x)
    }
}

impl Function for Logistic {
    #[inline(always)]
    fn quick(x: f64, _: f64) -> (f64, bool) {
        let (value, done) = quick_exp(-x);
        (1.0 / (1.0 + value), done)
    }

    fn exact(x: f64, _: f64) -> f64 {
        1.0 / (1.0 + libm::exp(-x))
    }
}

impl Function for Log {
    #[inline(always)]
    fn quick(x: f64, _: f64) -> (f64, bool) {
        quick_log(x)
    }

    fn exact(x: f64, _: f64) -> f64 {
        libm::log(x)
    }
}

impl Function for Logit {
    #[inline(always)]
    fn quick(x: f64, _: f64) -> (f64, bool) {
        quick_log(x / (1.0 - x))
    }

    fn exact(x: f64, _: f64) -> f64 {
        libm::log(x / (1.0 - x))
    }
}

impl Function for Pow {
    #[inline(always)]
    fn quick(x: f64, y: f64) -> (f64, bool) {
        quick_pow(x, y)
    }

    fn exact(x: f64, y: f64) -> f64 {
        libm::pow(x, y)
    }
}

#[inline(always)]
fn quick_exp(x: f64) -> (f64, bool) {
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const PER_LN2: f64 = std::f64::consts::LOG2_E;
    // Where k is 0, 1 and more, and where 1 + x is all there is: libm looks at the upper half of the bits alone.
    const ONE: f64 = f64::from_bits(0x3fd6_2e43_0000_0000);
    const MORE: f64 = f64::from_bits(0x3ff0_a2b2_0000_0000);
    const TINY: f64 = f64::from_bits(0x3e30_0001_0000_0000);
    let size = x.abs();
    let many = floor((PER_LN2 * x + 0.5_f64.copysign(x)).abs());
    let k = if size >= MORE { many } else { 1.0 };
    let k = if size >= ONE { k.copysign(x) } else { 0.0 };
    let (high, low) = (x - k * LN2_HIGH, k * LN2_LOW);
    let r = high - low;
    let rr = r * r;
    let c = r - rr * (P1 + rr * (P2 + rr * (P3 + rr * (P4 + rr * P5))));
    let y = 1.0 + (r * c / (2.0 - c) - low + high);
    let scale = ((k + WHOLE).to_bits() << 52).wrapping_add(1023 << 52);
    let value = y * f64::from_bits(scale);
    // Below this size results are in the normal range.
    (if size < TINY { 1.0 + x } else { value }, size < 708.0)
}

#[inline(always)]
fn quick_log(x: f64) -> (f64, bool) {
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const L1: f64 = 0.666_666_666_666_673_5;
    const L2: f64 = 0.399_999_999_994_094_2;
    const L3: f64 = 0.285_714_287_436_623_9;
    const L4: f64 = 0.222_221_984_321_497_84;
    const L5: f64 = 0.181_835_721_616_180_5;
    const L6: f64 = 0.153_138_376_992_093_73;
    const L7: f64 = 0.147_981_986_051_165_86;
    /// The upper bits of √2/2.
    const LEAST: u64 = 0x3fe6_a09e_0000_0000;
    let bits = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - LEAST);
    let k = whole(bits >> 52) - 1023.0;
    let f = f64::from_bits((bits & FRACTION).wrapping_add(LEAST)) - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (L2 + w * (L4 + w * L6));
    let t2 = z * (L1 + w * (L3 + w * (L5 + w * L7)));
    let r = t2 + t1;
    (s * (half + r) + k * LN2_LOW - half + f + k * LN2_HIGH, normal(x))
}

#[inline(always)]
fn quick_pow(x: f64, y: f64) -> (f64, bool) {
    // All are worked out, and one is selected: a division in a branch of its own would stay a branch.
    let (usual, done) = usual_pow(x, y);
    let (root, square, inverse) = (x.sqrt(), x * x, 1.0 / x);
    let value = if y == 0.5 { root } else { usual };
    let value = if y == 2.0 { square } else { value };
    let value = if y == -1.0 { inverse } else { value };
    let value = if y == 1.0 { x } else { value };
    (if y == 0.0 { 1.0 } else { value }, done)
}

/// Log2 of x as a sum of two numbers, times y, and 2 to that power.
#[inline(always)]
fn usual_pow(x: f64, y: f64) -> (f64, bool) {
    const L1: f64 = 0.599_999_999_999_994_6;
    const L2: f64 = 0.428_571_428_578_550_2;
    const L3: f64 = 0.333_333_329_818_377_43;
    const L4: f64 = 0.272_728_123_808_534;
    const L5: f64 = 0.230_660_745_775_561_75;
    const L6: f64 = 0.206_975_017_800_338_42;
    const LN2: f64 = std::f64::consts::LN_2;
    const LN2_HIGH: f64 = 0.693_147_182_464_599_6;
    const LN2_LOW: f64 = -1.904_654_299_957_768e-9;
    // 2/(3 ln 2).
    const C: f64 = 0.961_796_693_925_975_6;
    const C_HIGH: f64 = 0.961_796_700_954_437_3;
    const C_LOW: f64 = -7.028_461_650_952_758e-9;
    // Log2 of 3/2.
    const D_HIGH: f64 = 0.584_962_487_220_764_2;
    const D_LOW: f64 = 1.350_039_202_129_749e-8;
    // About √(3/2) and √3.
    const MIDDLE: f64 = f64::from_bits(0x3ff3_988f_0000_0000);
    const UPPER: f64 = f64::from_bits(0x3ffb_b67a_0000_0000);

    let bits = x.to_bits();
    let fraction = f64::from_bits((bits & FRACTION) | 0x3ff0_0000_0000_0000);
    let upper = fraction >= UPPER;
    let middle = (MIDDLE..UPPER).contains(&fraction);
    let n = whole(bits >> 52) - 1023.0 + if upper { 1.0 } else { 0.0 };
    let ax = if upper { 0.5 * fraction } else { fraction };
    let near = if middle { 1.5 } else { 1.0 };

    // (ax - near) / (ax + near) as a sum.
    let u = ax - near;
    let v = 1.0 / (ax + near);
    let ss = u * v;
    let s_high = upper_half(ss);
    let shifted = ((ax.to_bits() >> 33) | 0x2000_0000) + 0x0008_0000 + if middle { 1 << 18 } else { 0 };
    let t_high = f64::from_bits(shifted << 32);
    let t_low = ax - (t_high - near);
    let s_low = v * ((u - s_high * t_high) - s_high * t_low);

    // The logarithm.
    let s2 = ss * ss;
    let r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6)))));
    let r = r + s_low * (s_high + ss);
    let s2 = s_high * s_high;
    let t_high = upper_half(3.0 + s2 + r);
    let t_low = r - ((t_high - 3.0) - s2);
    let u = s_high * t_high;
    let v = s_low * t_high + t_low * ss;
    let p_high = upper_half(u + v);
    let p_low = v - (p_high - u);
    let z_high = C_HIGH * p_high;
    let z_low = C_LOW * p_high + p_low * C + if middle { D_LOW } else { 0.0 };
    let d_high = if middle { D_HIGH } else { 0.0 };
    let t1 = upper_half(((z_high + z_low) + d_high) + n);
    let t2 = z_low - (((t1 - n) - d_high) - z_high);

    // Times y.
    let y1 = upper_half(y);
    let p_low = (y - y1) * t1 + y * t2;
    let p_high = y1 * t1;
    let z = p_low + p_high;

    // 2 to that power, unless the result is beyond the normal range.
    let done = normal(x) & (y.abs() < 2_147_483_648.0) & (z.abs() < 1020.0);
    let size = upper_half(z).abs();
    let n = if size > 0.5 { floor(size + 0.5).copysign(z) } else { 0.0 };
    let p_high = p_high - n;
    let t = upper_half(p_low + p_high);
    let u = t * LN2_HIGH;
    let v = (p_low - (t - p_high)) * LN2 + t * LN2_LOW;
    let z = u + v;
    let w = v - (z - u);
    let t = z * z;
    let t1 = z - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    let r = (z * t1) / (t1 - 2.0) - (w + z * w);
    let z = 1.0 - (r - z);
    (f64::from_bits(z.to_bits().wrapping_add((n + WHOLE).to_bits() << 52)), done)
}

/// Whether a number is above 0, finite and in the normal range.
#[inline(always)]
fn normal(x: f64) -> bool {
    (f64::MIN_POSITIVE..f64::INFINITY).contains(&x)
}

/// A number without the lower half of its bits.
#[inline(always)]
fn upper_half(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000)
}

/// A whole number below 2^52.
#[inline(always)]
fn whole(x: u64) -> f64 {
    f64::from_bits(WHOLE_UP.to_bits() | x) - WHOLE_UP
}

/// The whole number at or below a number from 0 to 2^51.
#[inline(always)]
fn floor(x: f64) -> f64 {
    let near = (x + WHOLE_UP) - WHOLE_UP;
    near - if near > x { 1.0 } else { 0.0 }
}
