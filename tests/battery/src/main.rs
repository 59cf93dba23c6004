//! `battery small|crush STREAM high|low [SEED]`: one interleaved stream of detente's random numbers through a battery of TestU01
//! (L'Ecuyer and Simard 2007). Prints one line: the tests done, and each p-value outside [1e-4, 1 - 1e-4].

mod streams;
mod testu01;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [battery, stream, bits, ref seed @ ..] = words[..] else { return usage() };
    let Ok(seed) = seed.first().unwrap_or(&"1").parse() else { return usage() };
    let (Some(battery), Some(numbers)) = (testu01::Battery::named(battery), streams::named(stream, seed))
    else {
        return usage();
    };
    let take: fn(u64) -> u32 = match bits {
        "high" => |number| (number >> 32) as u32,
        // Most tests look at the leading bits most closely, so the low ones are turned round.
        "low" => |number| (number as u32).reverse_bits(),
        _ => return usage(),
    };
    let values = testu01::run(battery, numbers, take);
    let far: Vec<String> =
        values
            .iter()
            .filter(|(_, p)| !(1e-4..=1.0 - 1e-4).contains(p))
            .map(|(name, p)| {
                if *p < 0.5 {
                    format!("{name} p = {p:.1e}")
                } else {
                    format!("{name} p = 1 - {:.1e}", 1.0 - p)
                }
            })
            .collect();
    let verdict = if far.is_empty() { "none".to_owned() } else { far.join("; ") };
    println!("{} | {stream} | {bits} | {seed} | {} | {verdict}", words[0], values.len());
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: battery small|crush STREAM high|low [SEED]\nstreams: {}", streams::NAMES.join(", "));
    ExitCode::FAILURE
}
