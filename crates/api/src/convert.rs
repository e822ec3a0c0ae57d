//! From the library's and the engine's types to the wire's.
//!
//! Invariant: nothing is decided here; a field that travels is copied.

use crate::error::Error;
use crate::types::{
    AltTextView, BackupView, CaptureState, CaptureView, DamageView, EventView, Hit, HitTarget, ModelState,
    Stage, ToolSummary, Undone,
};

pub(crate) fn error(error: store::StoreError) -> Error {
    Error::new(error.code(), error.to_string())
}

pub(crate) fn failure(failure: engine::Failure) -> Error {
    Error { code: failure.code, message: failure.message }
}

pub(crate) fn decode(error: engine::decode::DecodeError) -> Error {
    Error::new(error.code(), error.to_string())
}

impl From<engine::worker::Stage> for Stage {
    fn from(stage: engine::worker::Stage) -> Self {
        engine_stage(stage)
    }
}

pub(crate) const fn engine_stage(stage: engine::worker::Stage) -> Stage {
    match stage {
        engine::worker::Stage::Decoding => Stage::Decoding,
        engine::worker::Stage::Reading => Stage::Reading,
        engine::worker::Stage::Proposing => Stage::Proposing,
        engine::worker::Stage::Looking => Stage::Looking,
        engine::worker::Stage::Considering => Stage::Considering,
        engine::worker::Stage::Answering => Stage::Answering,
    }
}

const fn store_stage(stage: store::Stage) -> Stage {
    match stage {
        store::Stage::Decoding => Stage::Decoding,
        store::Stage::Reading => Stage::Reading,
        store::Stage::Proposing => Stage::Proposing,
    }
}

pub(crate) fn capture(capture: store::Capture) -> CaptureView {
    let state = match capture.state {
        store::CaptureState::Queued => CaptureState::Queued,
        store::CaptureState::Running { stage, done, total } => {
            CaptureState::Running { stage: store_stage(stage), done, total }
        }
        store::CaptureState::Ready => CaptureState::Ready,
        store::CaptureState::Failed { code, message } => CaptureState::Failed { code, message },
        store::CaptureState::Cancelled => CaptureState::Cancelled,
    };
    CaptureView {
        id: capture.id,
        sha256: capture.sha256,
        name: domain::text::visible(&capture.name, 200),
        format: capture.format,
        bytes: u32::try_from(capture.bytes).unwrap_or(u32::MAX),
        width: capture.width,
        height: capture.height,
        added_at: capture.added_at,
        state,
        page_kind: capture.page_kind,
        change_set: capture.change_set,
        sample: capture.sample,
        model: None,
    }
}

pub(crate) fn look_state(state: store::LookState) -> ModelState {
    match state {
        store::LookState::Queued => ModelState::Queued,
        // The stage is told by events; it is worth nothing after a restart and is not kept.
        store::LookState::Running => ModelState::Running { stage: Stage::Decoding, done: 0, total: 0 },
        store::LookState::Done => ModelState::Done,
        store::LookState::Failed { code, message } => ModelState::Failed { code, message },
        store::LookState::Cancelled => ModelState::Cancelled,
    }
}

pub(crate) fn alt_text(kept: store::AltText) -> AltTextView {
    AltTextView { text: kept.text, written_by: kept.written_by }
}

pub(crate) fn event(event: store::Event) -> EventView {
    EventView { id: event.id, at: event.at, description: event.description, undone: event.undone }
}

pub(crate) fn undone(undone: store::Undone) -> Undone {
    let change_set = (!undone.change_set.is_empty()).then_some(undone.change_set);
    Undone { description: undone.description, change_set }
}

pub(crate) fn backup(backup: store::Backup) -> BackupView {
    BackupView {
        path: backup.path.display().to_string(),
        number: backup.number,
        date: backup.date,
        reason: backup.reason,
        bytes: backup.bytes,
    }
}

pub(crate) fn damage(damage: store::Damage) -> DamageView {
    DamageView { what: damage.subject, message: damage.message }
}

pub(crate) fn tool_summary(tool: store::ToolSummary) -> ToolSummary {
    ToolSummary {
        id: tool.id,
        name: tool.name,
        tagline: tool.tagline,
        category: tool.category,
        entry_price: tool.entry_price,
        claims: tool.claims,
        captures: tool.captures,
        vendor: tool.vendor,
        tags: tool.tags,
        contradictions: tool.contradictions,
        last_seen: tool.last_seen,
        stale: tool.stale,
        facets: tool.facets,
    }
}

/// `name` is that of the tool or capture.
pub(crate) fn hit(hit: store::Hit, name: String) -> Hit {
    let target = match hit.target {
        store::HitTarget::Tool { tool } => HitTarget::Tool { name, tool },
        store::HitTarget::Claim { tool, property, .. } => HitTarget::Claim { name, tool, property },
        store::HitTarget::Line { capture, .. } => HitTarget::Line { name, capture },
        store::HitTarget::Note { capture } => HitTarget::Note { name, capture },
    };
    Hit { target, text: hit.text, bounds: hit.bounds, capture: hit.capture }
}
