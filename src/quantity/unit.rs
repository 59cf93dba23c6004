//! Units of time: everything is seconds inside.

/// A day in seconds.
pub const DAY: f64 = 86_400.0;
/// A year of 365.25 days in seconds.
pub const YEAR: f64 = 365.25 * DAY;
/// A month, a twelfth of a year, in seconds.
pub const MONTH: f64 = YEAR / 12.0;

/// A unit of time as people write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// 1 second.
    Second,
    /// 60 seconds.
    Minute,
    /// 3,600 seconds.
    Hour,
    /// 86,400 seconds.
    Day,
    /// 7 days.
    Week,
    /// 365.25 / 12 days.
    Month,
    /// 365.25 days.
    Year,
}

impl TimeUnit {
    /// The unit called `word`, in the singular or the plural.
    pub fn parse(word: &str) -> Option<TimeUnit> {
        Some(match word {
            "second" | "seconds" => TimeUnit::Second,
            "minute" | "minutes" => TimeUnit::Minute,
            "hour" | "hours" => TimeUnit::Hour,
            "day" | "days" => TimeUnit::Day,
            "week" | "weeks" => TimeUnit::Week,
            "month" | "months" => TimeUnit::Month,
            "year" | "years" => TimeUnit::Year,
            _ => return None,
        })
    }

    /// Its length in seconds: a whole number for every unit.
    pub fn seconds(self) -> f64 {
        match self {
            TimeUnit::Second => 1.0,
            TimeUnit::Minute => 60.0,
            TimeUnit::Hour => 3_600.0,
            TimeUnit::Day => DAY,
            TimeUnit::Week => 7.0 * DAY,
            TimeUnit::Month => MONTH,
            TimeUnit::Year => YEAR,
        }
    }
}
