//! What a second proposer adds to the change sets of a capture.
//!
//! Invariant: only proposals that nobody has decided on are changed. Nothing here knows where the two disagree.

use crate::extraction::ProposedClaim;

/// Changes and additions that come out of a second look at a capture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Joined {
    /// Name of the second proposer.
    pub proposed_by: String,
    /// Operations by id, with what they propose from now on.
    pub changed: Vec<(String, ProposedClaim)>,
    pub added: Vec<JoinedProposal>,
}

/// A proposal that was not there before.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinedProposal {
    /// Name of the tool, as the change set has it where it speaks of that tool; empty where the page shows none.
    pub tool: String,
    pub proposal: ProposedClaim,
}
