//! Stages that stand in an expression as if they were conditions: `round1`, `talks.round1`, `stage == round1` where tracks have
//! names of their own. Whether a path is in a stage is a comparison with the track.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span};
use crate::expr::{self, Kind};

/// What people call the track in a comparison.
const CALLED: [&str; 6] = ["stage", "track", "phase", "step", "current_stage", "state"];

impl Builder {
    /// The track that has a stage of this name.
    fn track_with(&self, stage: &str) -> Option<&str> {
        let has = |t: &&crate::model::Track| t.stages.iter().any(|s| s.name == stage);
        self.scenario.tracks.iter().find(has).map(|t| t.name.as_str())
    }

    /// A fault for a stage that stands alone where a name is unknown.
    pub fn stage_alone(&self, name: &str, at: Span) -> Option<Diagnostic> {
        let track = self.track_with(name)?;
        let meant = format!("{track} == {name}");
        Some(
            Diagnostic::new(Code::UnknownName, at, format!("`{name}` is a stage, not a condition"))
                .label(format!("that a path is there is written `{meant}`"))
                .edit(at, meant),
        )
    }

    /// A fault for `stage == round1` where the track has a name, and for `talks == round1` where `talks` is a stage, too.
    pub fn stage_compared(&self, left: &expr::Expr, right: &expr::Expr) -> Option<Diagnostic> {
        let (Kind::Name(called), Kind::Name(stage)) = (&left.kind, &right.kind) else { return None };
        if self.scope.symbols.contains_key(called) {
            return None;
        }
        let track = self.track_with(stage)?;
        if self.track_with(called) == Some(track) {
            let title = format!("`{called}` is a stage, not a track");
            return Some(
                Diagnostic::new(Code::UnknownName, left.span, title)
                    .label(format!("that a path is at `{stage}` is written `{track} == {stage}`"))
                    .edit(left.span, track),
            );
        }
        if !CALLED.contains(&called.as_str()) {
            return None;
        }
        Some(
            Diagnostic::new(Code::UnknownName, left.span, format!("unknown name `{called}`"))
                .label(format!("`{stage}` is a stage of the track `{track}`"))
                .edit(left.span, track),
        )
    }

    /// What to say of `talks.round1` in place of what the parser said of it, where `talks` is a track.
    pub fn stage_dotted(&self, fault: Diagnostic) -> Diagnostic {
        let words = self.texts.words(fault.span);
        let Some((track, stage)) = words.split_once('.').map(|(a, b)| (a.trim(), b.trim())) else {
            return fault;
        };
        let known = self.scenario.tracks.iter().find(|t| t.name == track || CALLED.contains(&track));
        let Some(known) = known.filter(|t| t.stages.iter().any(|s| s.name == stage)) else { return fault };
        let meant = format!("{} == {stage}", known.name);
        Diagnostic::new(Code::UnknownName, fault.span, format!("`{words}` is a stage, not a condition"))
            .label(format!("that a path is there is written `{meant}`"))
            .edit(fault.span, meant)
    }
}
