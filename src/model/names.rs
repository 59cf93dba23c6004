//! The names of draws: identity, from which all randomness comes.

/// The name of a draw, for [`crate::stream::Name::new`]. Names hold no numbers, so that a variant with a stage, a clock or
/// a branch more shares its luck with the base in all the rest.
pub mod draw_name {
    /// The value of a belief in a world.
    pub fn belief(name: &str) -> String {
        format!("belief {name}")
    }

    /// The initial value of a state variable.
    pub fn initial(name: &str) -> String {
        format!("start {name}")
    }

    /// The delay of a clock, and the branch it takes: `talks.round.session`, or `talks.call` for a stage's own clock and for
    /// a stage that branches on the spot.
    pub fn clock(track: &str, stage: &str, clock: &str) -> String {
        if clock.is_empty() { format!("{track}.{stage}") } else { format!("{track}.{stage}.{clock}") }
    }

    /// A variable drawn anew by a branch of the clock with this name.
    pub fn effect(clock: &str, state: &str) -> String {
        format!("{clock} draw {state}")
    }

    /// A variable drawn anew on entering a stage.
    pub fn enter(track: &str, stage: &str, state: &str) -> String {
        format!("{track}.{stage} enter {state}")
    }
}
