//! Pages about one tool: launch, pricing and repository pages.
//!
//! Invariant: everything goes to the one tool; a page without any sign of a tool gives none.

use domain::{PageKind, ProposedTool, Speaker};

use super::claims::{self, Subject};
use super::draft;
use super::names;
use super::passages;
use super::prices;
use super::reviews;
use super::roles::{Layout, Role};
use super::sentences;
use super::shape;
use super::taglines;

pub(super) fn tools(layout: &Layout) -> (PageKind, Vec<ProposedTool>) {
    let found = Found::on(layout);
    let statements = found.statements(layout, passages::USUAL_THRESHOLD);
    let Found { name, aliases, prices, quotes, tagline, taken } = found;

    let mut tool = ProposedTool::default();
    if let Some(name) = &name {
        let certainty = name_certainty(name);
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
        let certainty = tagline_certainty(layout, tagline, name.as_ref(), &aliases);
        tool.claims.push(draft::text_claim(layout, "tagline", &parts, Speaker::Vendor, certainty));
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
    for statement in &statements {
        tool.claims.push(draft::statement(layout, statement, Speaker::Vendor));
    }
    if tool.claims.is_empty() {
        return (PageKind::Unknown, Vec::new());
    }
    (kind(layout, priced, name.is_some()), vec![tool])
}

/// Words of a text that is little more than the tool's name.
const MOST_TITLE_WORDS: usize = 5;

fn name_certainty(name: &names::NamePlace) -> f32 {
    (name.score / 8.0).clamp(0.3, 0.97)
}

/// A sentence that names the tool may be the page's text and not its slogan, what the model takes for neither a slogan nor
/// a statement may be a title, and without a sure name over it any title may look like a slogan, as on a page that was
/// scrolled: all are left to the user.
fn tagline_certainty(
    layout: &Layout,
    tagline: &taglines::Passage,
    name: Option<&names::NamePlace>,
    aliases: &[String],
) -> f32 {
    let text = &layout.text(tagline.block)[tagline.range.clone()];
    let lower = text.to_lowercase();
    let named = aliases.iter().any(|name| shape::contains_word(&lower, name));
    let defines = named && shape::ends_sentence(text);
    // The name and the slogan behind it were read as one line.
    let glued = aliases.iter().any(|name| {
        let behind = lower.starts_with(name.as_str()).then(|| text.get(name.len()..)).flatten();
        behind.is_some_and(|rest| rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase))
    });
    let opinion = layout.opinions.about(tagline.block, &tagline.range);
    let doubted = glued || opinion.is_some_and(|opinion| passages::statement_share(&opinion) < 0.5);
    let bottom = layout.blocks[tagline.block].bottom();
    let above = |block: usize| layout.blocks[block].top() <= bottom && block != tagline.block;
    let titled_above = (0..layout.blocks.len()).filter(|&block| above(block)).any(|block| {
        let lower = layout.text(block).to_lowercase();
        shape::word_count(&lower) <= MOST_TITLE_WORDS
            && aliases.iter().any(|alias| shape::contains_word(&lower, alias))
    });
    let sure = |name: &names::NamePlace| name_certainty(name) >= draft::least_certainty("name");
    let under_name = titled_above || name.is_some_and(|name| sure(name) && above(name.block));
    if defines || doubted || !under_name { tagline.certainty.min(0.6) } else { tagline.certainty }
}

/// What is found on a page before its statements.
struct Found {
    name: Option<names::NamePlace>,
    aliases: Vec<String>,
    prices: Vec<prices::PricePlace>,
    quotes: Vec<reviews::Quote>,
    tagline: Option<taglines::Passage>,
    /// Blocks that are spoken for.
    taken: Vec<bool>,
}

impl Found {
    fn on(layout: &Layout) -> Self {
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
        Self { name, aliases, prices, quotes, tagline, taken }
    }

    fn statements(&self, layout: &Layout, threshold: f32) -> Vec<claims::Statement> {
        let places: Vec<domain::PixelBox> = self.prices.iter().map(|price| price.bounds).collect();
        let lead = taglines::hero(layout, self.name.as_ref().map(|name| name.text.as_str()));
        let subject = Subject {
            names: &self.aliases,
            tagline: self.tagline.as_ref(),
            taken: &self.taken,
            threshold,
            prices: &places,
            lead: lead.as_ref(),
            manual_from: claims::manual_from(layout),
        };
        claims::statements(layout, &subject)
    }
}

/// The rules' score of every passage that could be a statement.
pub(super) fn scores(layout: &Layout) -> Vec<(usize, std::ops::Range<usize>, f32)> {
    let statements = Found::on(layout).statements(layout, f32::NEG_INFINITY);
    let single = statements.into_iter().filter(|statement| statement.parts.len() == 1);
    single
        .filter_map(|statement| {
            let (block, range) = statement.parts.into_iter().next()?;
            Some((block, range, statement.score))
        })
        .collect()
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
