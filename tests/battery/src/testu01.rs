//! The few functions of TestU01 that are needed; the only unsafe code, and no part of detente.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_double, c_int, c_uint};

use crate::streams::Numbers;

#[repr(C)]
struct Generator {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn unif01_CreateExternGenBits(name: *const c_char, next: extern "C" fn() -> c_uint) -> *mut Generator;
    fn bbattery_SmallCrush(generator: *mut Generator);
    fn bbattery_Crush(generator: *mut Generator);
    static bbattery_NTests: c_int;
    static bbattery_pVal: [c_double; 201];
    static bbattery_TestNames: [*const c_char; 201];
    static mut swrite_Basic: c_int;
}

/// Which battery.
#[derive(Clone, Copy)]
pub enum Battery {
    /// SmallCrush: 15 p-values, a minute.
    Small,
    /// Crush: 144 p-values, most of an hour.
    Crush,
}

impl Battery {
    pub fn named(name: &str) -> Option<Battery> {
        match name {
            "small" => Some(Battery::Small),
            "crush" => Some(Battery::Crush),
            _ => None,
        }
    }
}

thread_local! {
    static SOURCE: RefCell<Option<(Numbers, fn(u64) -> u32)>> = const { RefCell::new(None) };
}

extern "C" fn next() -> c_uint {
    SOURCE.with_borrow_mut(|source| source.as_mut().map_or(0, |(numbers, take)| take(numbers())))
}

/// Runs the battery on 32 bits taken of each number; the name and p-value of each statistic.
pub fn run(battery: Battery, numbers: Numbers, take: fn(u64) -> u32) -> Vec<(String, f64)> {
    SOURCE.set(Some((numbers, take)));
    // SAFETY: TestU01 is called from this one thread; it copies the name, and fills its arrays up to bbattery_NTests
    // before it returns.
    unsafe {
        swrite_Basic = 0;
        let generator = unif01_CreateExternGenBits(c"detente".as_ptr(), next);
        match battery {
            Battery::Small => bbattery_SmallCrush(generator),
            Battery::Crush => bbattery_Crush(generator),
        }
        let tests = bbattery_NTests as usize;
        let names = bbattery_TestNames[..tests].iter();
        names
            .zip(&bbattery_pVal[..tests])
            .map(|(&name, &p)| (CStr::from_ptr(name).to_string_lossy().into_owned(), p))
            .collect()
    }
}
