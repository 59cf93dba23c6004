//! Calendar dates: the proleptic Gregorian calendar without time zones.

use std::fmt;

/// A calendar instant: a day and the seconds since its midnight. There are no time zones and no leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
    /// Seconds since midnight, at least 0 and below 86,400.
    seconds: f64,
}

impl Date {
    /// The date of a year, month (1 to 12) and day (1 to 31), where it exists. Days are counted as in Hinnant's
    /// "chrono-compatible low-level date algorithms" (2013).
    pub fn new(year: i64, month: u8, day: u8) -> Option<Date> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if !(1..=length).contains(&day) || !(0..=9999).contains(&year) {
            return None;
        }
        let shifted = year - i64::from(month <= 2);
        let era = shifted.div_euclid(400);
        let of_era = shifted.rem_euclid(400);
        let from_march = (i64::from(month) + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
        let of_era_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Some(Date { days: era * 146_097 + of_era_days - 719_468, seconds: 0.0 })
    }

    /// The same day at a time of day, in seconds since midnight.
    pub fn at(self, seconds: f64) -> Date {
        self.midnight().plus(seconds)
    }

    /// The instant `seconds` later (or earlier).
    pub fn plus(self, seconds: f64) -> Date {
        let total = self.seconds + seconds;
        let days = (total / super::DAY).floor();
        let rest = (total - days * super::DAY).clamp(0.0, super::DAY - 1e-9);
        Date { days: self.days.saturating_add(days as i64), seconds: rest }
    }

    /// Seconds from `earlier` to this instant.
    pub fn since(self, earlier: Date) -> f64 {
        (self.days - earlier.days) as f64 * super::DAY + (self.seconds - earlier.seconds)
    }

    /// The midnight that began this day.
    pub fn midnight(self) -> Date {
        Date { seconds: 0.0, ..self }
    }

    /// Year, month and day of the month.
    pub fn civil(self) -> (i64, u8, u8) {
        let shifted = self.days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * from_march + 2) / 5 + 1) as u8;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 } as u8;
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }

    /// As in a story: `Mon 27 Jan 2025`, with the time of day only where `with_time` asks for it.
    pub fn story(self, with_time: bool) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, day) = self.civil();
        let weekday = DAYS[self.days.rem_euclid(7) as usize];
        let date = format!("{weekday} {day} {} {year}", MONTHS[usize::from(month) - 1]);
        if with_time {
            let minutes = (self.seconds / 60.0) as u64;
            format!("{date} {:02}:{:02}", minutes / 60, minutes % 60)
        } else {
            date
        }
    }
}

/// ISO 8601: `2025-01-20`, with `T14:30` behind it where it is not midnight.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        let minutes = (self.seconds / 60.0) as u64;
        if self.seconds >= 60.0 { write!(f, "T{:02}:{:02}", minutes / 60, minutes % 60) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_goes_both_ways() {
        let start = Date::new(1999, 12, 1).unwrap();
        for n in 0..200_000 {
            let date = start.plus(f64::from(n) * crate::quantity::DAY);
            let (y, m, d) = date.civil();
            assert_eq!(Date::new(y, m, d), Some(date));
        }
    }

    #[test]
    fn known_days_have_known_names() {
        let inauguration = Date::new(2025, 1, 20).unwrap();
        assert_eq!(inauguration.story(false), "Mon 20 Jan 2025");
        assert_eq!(inauguration.plus(7.5 * 86_400.0).to_string(), "2025-01-27T12:00");
        assert_eq!(Date::new(2025, 4, 30).unwrap().since(inauguration), 100.0 * 86_400.0);
        assert_eq!(Date::new(2025, 2, 29), None);
        assert!(Date::new(2024, 2, 29).is_some());
    }
}
