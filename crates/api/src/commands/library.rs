//! The library: tools, their claims, search, comparison and export.

use domain::compare::{Comparison, ToolRecord, compare};
use domain::text::name_key;

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{
    ById, CaptureView, Compare, Export, Exported, FormatView, Hit, Nothing, Search, ToolSummary, ToolView,
};

/// Most columns of one comparison.
const MOST_COLUMNS: usize = 20;
const SEARCH_LIMIT: u32 = 100;

impl Core {
    pub fn list_tools(&self, _: Nothing) -> Result<Vec<ToolSummary>, Error> {
        let tools = self.library().tools().map_err(convert::error)?;
        Ok(tools.into_iter().map(convert::tool_summary).collect())
    }

    pub fn get_tool(&self, request: ById) -> Result<ToolView, Error> {
        let tool = self.library().tool(&request.id).map_err(convert::error)?;
        let mut captures: Vec<CaptureView> = Vec::new();
        for claim in tool.claims.iter().chain(&tool.history) {
            for evidence in &claim.evidence {
                if !captures.iter().any(|capture| capture.id == evidence.capture) {
                    let capture = self.library().capture(&evidence.capture).map_err(convert::error)?;
                    captures.push(convert::capture(capture));
                }
            }
        }
        Ok(ToolView {
            id: tool.id,
            name: tool.name,
            claims: tool.claims,
            history: tool.history,
            captures,
            vendor: tool.vendor,
            aliases: tool.aliases,
            relations: tool.relations,
            merged: tool.merged,
            locked: tool.locked,
            contradictions: tool.contradictions,
            settled: tool.settled,
            categories: tool.categories,
            tags: tool.tags,
            note: tool.note,
            claim_notes: tool.claim_notes,
            seen: tool.seen,
        })
    }

    pub fn compare(&self, request: Compare) -> Result<Comparison, Error> {
        if !(2..=MOST_COLUMNS).contains(&request.tools.len()) {
            let message = format!("Choose 2 to {MOST_COLUMNS} tools to compare. Nothing was changed.");
            return Err(Error::new("bad_request", message));
        }
        let records: Result<Vec<ToolRecord>, Error> = request
            .tools
            .iter()
            .map(|id| {
                let tool = self.library().tool(id).map_err(convert::error)?;
                Ok(ToolRecord::from_claims(&tool.id, &tool.name, &tool.claims))
            })
            .collect();
        Ok(compare(&records?))
    }

    /// The first two tools that any capture proposes, as they were read; nothing of it is reviewed.
    pub fn compare_proposals(&self, _: Nothing) -> Result<Option<Comparison>, Error> {
        let mut records: Vec<ToolRecord> = Vec::new();
        // The list begins with the newest capture; "first" means in the order in which they were added.
        for capture in self.library().captures().map_err(convert::error)?.into_iter().rev() {
            let Some(extraction) = self.library().extraction(&capture.id).map_err(convert::error)? else {
                continue;
            };
            for proposed in &extraction.tools {
                let Some(name) = proposed.name() else { continue };
                let record = ToolRecord::from_proposal(&name_key(name), &capture.id, proposed);
                match records.iter_mut().find(|held| held.id == record.id) {
                    Some(held) => held.absorb(record),
                    None => records.push(record),
                }
            }
        }
        Ok((records.len() >= 2).then(|| compare(&records[..2])))
    }

    pub fn search(&self, request: Search) -> Result<Vec<Hit>, Error> {
        let limit = request.limit.unwrap_or(SEARCH_LIMIT).min(SEARCH_LIMIT);
        let hits = self.library().search(&request.query, limit).map_err(convert::error)?;
        hits.into_iter()
            .map(|hit| {
                let name = match &hit.target {
                    store::HitTarget::Tool { tool } | store::HitTarget::Claim { tool, .. } => {
                        self.library().tool_name(tool)
                    }
                    store::HitTarget::Line { capture, .. } | store::HitTarget::Note { capture } => {
                        self.library().capture(capture).map(|capture| capture.name)
                    }
                };
                Ok(convert::hit(hit, name.map_err(convert::error)?))
            })
            .collect()
    }

    /// Tools by words and conditions, such as `price<20 licence:permissive offline:yes is:verified is:stale tag:editors`.
    pub fn find_tools(&self, request: Search) -> Result<Vec<ToolSummary>, Error> {
        let tools = self.library().find_tools(&request.query).map_err(convert::error)?;
        Ok(tools.into_iter().map(convert::tool_summary).collect())
    }

    pub fn list_formats(&self, _: Nothing) -> Result<Vec<FormatView>, Error> {
        let formats = engine::export::FORMATS.iter();
        Ok(formats
            .map(|format| FormatView { id: format.id.to_owned(), label: format.label.to_owned() })
            .collect())
    }

    pub fn export(&self, request: Export) -> Result<Exported, Error> {
        let format =
            engine::export::FORMATS.iter().find(|format| format.id == request.format).ok_or_else(|| {
                Error::new("unknown_format", "There is no such export format. Nothing was written.")
            })?;
        let comparison = self.compare(Compare { tools: request.tools })?;
        let text = (format.write)(&comparison);
        Ok(Exported { file_name: format!("comparison.{}", format.extension), text })
    }
}
