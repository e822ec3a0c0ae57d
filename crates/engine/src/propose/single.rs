//! Pages about one tool: launch, pricing and repository pages.
//!
//! Invariant: everything goes to the one tool; a page without any sign of a tool gives none.

use domain::{PageKind, ProposedTool, Speaker};

use super::claims::{self, Subject};
use super::draft;
use super::names;
use super::prices;
use super::reviews;
use super::roles::{Layout, Role};
use super::sentences;
use super::shape;
use super::taglines;

pub(super) fn tools(layout: &Layout) -> (PageKind, Vec<ProposedTool>) {
    let (name, aliases) = names::find(layout);
    let prices = prices::prices(layout);
    let quotes = reviews::quotes(layout);
    let tagline = taglines::find(layout, name.as_ref().map(|name| name.text.as_str()));

    let mut taken = vec![false; layout.blocks.len()];
    for price in &prices {
        for &block in &price.blocks {
            taken[block] = true;
        }
    }
    for quote in &quotes {
        taken[quote.block] = true;
        if let Some((below, distance)) = layout.below(quote.block)
            && distance < 2.5
            && layout.blocks[below].words() <= 12
            && !shape::ends_sentence(layout.text(below))
        {
            taken[below] = true;
        }
    }
    let places: Vec<domain::PixelBox> = prices.iter().map(|price| price.bounds).collect();
    let lead = taglines::hero(layout, name.as_ref().map(|name| name.text.as_str()));
    let subject = Subject {
        names: &aliases,
        tagline: tagline.as_ref(),
        taken: &taken,
        threshold: 1.19,
        prices: &places,
        lead: lead.as_ref(),
        manual_from: claims::manual_from(layout),
    };
    let statements = claims::statements(layout, &subject);

    let mut tool = ProposedTool::default();
    if let Some(name) = &name {
        let certainty = (name.score / 8.0).clamp(0.3, 0.97);
        tool.claims.push(draft::text_claim(
            layout,
            "name",
            &[(name.block, name.range.clone())],
            Speaker::Vendor,
            certainty,
        ));
    }
    if let Some(tagline) = &tagline {
        let parts = [(tagline.block, tagline.range.clone())];
        tool.claims.push(draft::text_claim(layout, "tagline", &parts, Speaker::Vendor, tagline.certainty));
    }
    if let Some((block, range)) = description(layout, &aliases, &taken) {
        tool.claims.push(draft::text_claim(layout, "description", &[(block, range)], Speaker::Vendor, 0.7));
    }
    // Prices far down are a section of a launch page.
    let priced = prices.iter().any(|price| {
        (price.bounds.y as f32) < 1.2 * taglines::first_screen(layout) && !price.blocks.is_empty()
    });
    for price in prices {
        tool.claims.push(draft::price_claim(price, Speaker::Vendor));
    }
    for quote in &quotes {
        tool.claims.push(draft::text_claim(
            layout,
            "review",
            &[(quote.block, quote.range.clone())],
            Speaker::User,
            0.8,
        ));
    }
    for statement in statements {
        let certainty = (0.35 + 0.15 * statement.score).clamp(0.3, 0.95);
        tool.claims.push(draft::text_claim(
            layout,
            statement.property,
            &statement.parts,
            Speaker::Vendor,
            certainty,
        ));
    }
    if tool.claims.is_empty() {
        return (PageKind::Unknown, Vec::new());
    }
    (kind(layout, priced, name.is_some()), vec![tool])
}

fn kind(layout: &Layout, priced: bool, named: bool) -> PageKind {
    let readme = (0..layout.blocks.len())
        .any(|index| matches!(layout.text(index).to_lowercase().as_str(), "readme" | "readme.md"));
    if readme {
        PageKind::Repository
    } else if priced {
        PageKind::Pricing
    } else if named {
        PageKind::Launch
    } else {
        PageKind::Unknown
    }
}

/// The paragraph that begins with a definition of the tool.
fn description(
    layout: &Layout,
    aliases: &[String],
    taken: &[bool],
) -> Option<(usize, std::ops::Range<usize>)> {
    (0..layout.blocks.len()).find_map(|index| {
        let text = layout.text(index);
        if taken[index] || layout.roles[index] != Role::Text || shape::word_count(text) < 8 {
            return None;
        }
        let lower = text.to_lowercase();
        let lower = lower.strip_prefix("the ").unwrap_or(&lower);
        let defines = aliases.iter().any(|name| {
            lower.strip_prefix(name.as_str()).is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.starts_with("is ")
                    || rest.starts_with("are ")
                    || rest.starts_with("lets ")
                    || rest.starts_with("provides ")
            })
        });
        if !defines {
            return None;
        }
        // Two or three sentences are a summary; more is the page's prose.
        let ranges = sentences::sentences(text, aliases);
        let told = ranges
            .iter()
            .take(3)
            .take_while(|range| !claims::points_elsewhere(&text[(*range).clone()]))
            .count();
        let last = ranges.get(told.checked_sub(1)?)?;
        Some((index, ranges.first()?.start..last.end))
    })
}
