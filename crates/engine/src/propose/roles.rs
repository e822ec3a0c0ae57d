//! What each block of a page is for: navigation, code, headings, quotes, text; and which heading stands over what.
//!
//! Invariant: decided from geometry, size and shape of text, with word lists only for words that every site uses.

use super::blocks::Block;
use super::lexicon::{is_menu_word, opens_call};
use super::page::{colour_distance, overlap_x};
use super::passages::Opinions;
use super::{claims, kinds, money, shape};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Navigation,
    Button,
    Code,
    /// Far smaller than running text: words inside a picture.
    Picture,
    /// Copyright, terms, consent and announcements: never about the tool.
    Legal,
    Heading,
    Quote,
    Text,
}

/// A page cut into blocks with roles.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) body: f32,
    pub(super) blocks: Vec<Block>,
    pub(super) roles: Vec<Role>,
    /// The heading of the card or paragraph: nearest above in the same column.
    pub(super) headings: Vec<Option<usize>>,
    /// The heading of the section: nearest above that is larger and stands alone in its row.
    pub(super) sections: Vec<Option<usize>>,
    /// What a model of passages answered; empty without one.
    pub(super) opinions: Opinions,
}

impl Layout {
    pub(super) fn new(blocks: Vec<Block>, width: f32, height: f32, body: f32) -> Self {
        let mut layout = Self {
            width,
            height,
            body,
            roles: vec![Role::Text; blocks.len()],
            headings: vec![None; blocks.len()],
            sections: vec![None; blocks.len()],
            opinions: Opinions::default(),
            blocks,
        };
        for index in 0..layout.blocks.len() {
            if layout.blocks[index].size < 0.62 * body {
                layout.roles[index] = Role::Picture;
            }
        }
        layout.mark_code();
        layout.mark_navigation();
        layout.mark_texts();
        layout.mark_notice();
        layout.mark_headings();
        layout
    }

    pub(super) fn text(&self, index: usize) -> &str {
        &self.blocks[index].text
    }

    /// Blocks on the same row as this one.
    pub(super) fn row(&self, index: usize) -> Vec<usize> {
        let block = &self.blocks[index];
        (0..self.blocks.len())
            .filter(|&other| {
                let other = &self.blocks[other];
                (other.bounds.center().1 - block.bounds.center().1).abs() < 0.55 * block.size.max(other.size)
            })
            .collect()
    }

    /// The nearest block below in the same column, and its distance in lines.
    pub(super) fn below(&self, index: usize) -> Option<(usize, f32)> {
        let block = &self.blocks[index];
        (0..self.blocks.len())
            .filter(|&other| other != index)
            .filter(|&other| {
                let other = &self.blocks[other];
                other.top() >= block.bottom() - 0.4 * block.size
                    && overlap_x(&other.bounds, &block.bounds) > 0.0
            })
            .map(|other| (other, (self.blocks[other].top() - block.bottom()) / self.body))
            .min_by(|left, right| left.1.total_cmp(&right.1))
    }

    fn mark_code(&mut self) {
        // Pitch can be told on lines of several words only; the short ones say nothing either way.
        let told = || self.blocks.iter().flat_map(|block| &block.runs).filter(|run| run.tokens.len() >= 4);
        let all: usize = told().map(|run| run.tokens.len()).sum();
        let fixed: usize = told().filter(|run| run.monospaced).map(|run| run.tokens.len()).sum();
        // A site may set everything in a fixed pitch: then pitch says nothing.
        let pitch_counts = fixed * 2 < all;
        for index in 0..self.blocks.len() {
            if self.roles[index] == Role::Picture {
                continue;
            }
            let block = &self.blocks[index];
            let prose =
                shape::ends_sentence(&block.text) && block.words() >= 5 && shape::starts_upper(&block.text);
            // Chance can give a line of prose an even pitch: code has signs or numbers as well, and is never large.
            let signs = block
                .text
                .contains(|mark: char| mark.is_ascii_digit() || "$/_=-{}()<>|:\\~[]#&*+@\"'".contains(mark));
            let pitched =
                pitch_counts && block.monospaced() && signs && !prose && block.size < 1.25 * self.body;
            if shape::is_code(&block.text) || pitched {
                self.roles[index] = Role::Code;
            }
        }
        if !pitch_counts {
            return;
        }
        // Short lines between lines of code are code, too.
        for _ in 0..2 {
            let before = self.roles.clone();
            for index in 0..self.blocks.len() {
                if before[index] == Role::Code {
                    continue;
                }
                let block = &self.blocks[index];
                let touches = (0..self.blocks.len()).any(|other| {
                    let code = &self.blocks[other];
                    let gap = (block.top() - code.bottom()).max(code.top() - block.bottom());
                    before[other] == Role::Code
                        && gap < 1.9 * block.size
                        && (code.left() - block.left()).abs() < 2.5 * block.size
                        && (code.size / block.size - 1.0).abs() < 0.1
                        && code.monospaced()
                });
                if touches && !shape::ends_sentence(&block.text) && block.words() <= 8 {
                    self.roles[index] = Role::Code;
                }
            }
        }
    }

    fn mark_navigation(&mut self) {
        for index in 0..self.blocks.len() {
            if self.roles[index] != Role::Text || !self.menu_like(index) {
                continue;
            }
            let row: Vec<usize> =
                self.row(index).into_iter().filter(|&other| self.menu_like(other)).collect();
            if row.len() < 3 {
                continue;
            }
            let known = row.iter().filter(|&&other| is_menu_word(self.text(other))).count();
            // A row of card titles has text under each of them; a menu has not.
            let titles = row.iter().filter(|&&other| self.heads_a_card(other)).count();
            if titles * 2 >= row.len() {
                continue;
            }
            let mut edges: Vec<(f32, f32)> = row
                .iter()
                .map(|&other| (self.blocks[other].left(), self.blocks[other].bounds.right() as f32))
                .collect();
            edges.sort_by(|left, right| left.0.total_cmp(&right.0));
            let tight = edges.windows(2).filter(|pair| pair[1].0 - pair[0].1 < 3.2 * self.body).count();
            let chips = tight + 1 >= row.len() && self.blocks[index].size < 1.2 * self.body;
            if known * 3 >= row.len() && known >= 1 || chips {
                for other in row {
                    // The brand stands in the same row; it is larger or is no menu word, and names look there.
                    if self.roles[other] == Role::Text {
                        self.roles[other] = Role::Navigation;
                    }
                }
            }
        }
        self.mark_link_lists();
        for index in 0..self.blocks.len() {
            if self.roles[index] == Role::Text
                && is_menu_word(self.text(index))
                && self.blocks[index].size < 1.25 * self.body
            {
                self.roles[index] = Role::Navigation;
            }
        }
    }

    /// Columns of links, as footers and tables of contents have.
    fn mark_link_lists(&mut self) {
        for index in 0..self.blocks.len() {
            if self.roles[index] != Role::Text || !is_menu_word(self.text(index)) {
                continue;
            }
            let block = &self.blocks[index];
            let column: Vec<usize> = (0..self.blocks.len())
                .filter(|&other| {
                    let other = &self.blocks[other];
                    (other.left() - block.left()).abs() < 0.6 * block.size
                        && (other.size / block.size - 1.0).abs() < 0.2
                        && (other.top() - block.top()).abs() < 14.0 * block.size
                        && other.words() <= 4
                        && !is_chip(&other.text)
                        && !shape::ends_sentence(&other.text)
                })
                .collect();
            let known = column.iter().filter(|&&other| is_menu_word(self.text(other))).count();
            if column.len() >= 3 && known * 5 >= column.len() * 2 {
                for other in column {
                    if self.roles[other] == Role::Text {
                        self.roles[other] = Role::Navigation;
                    }
                }
            }
        }
    }

    /// Something of the card stands right under it, at the same left edge or centre.
    fn heads_a_card(&self, index: usize) -> bool {
        let block = &self.blocks[index];
        self.below(index).is_some_and(|(below, distance)| {
            let under = &self.blocks[below];
            let aligned = (under.left() - block.left()).abs() < self.body
                || (under.bounds.center().0 - block.bounds.center().0).abs() < self.body;
            let says = under.words() >= 4 || money::mentions_amount(&under.text);
            distance < 3.0 && aligned && says && under.bounds.width < block.bounds.width.max(1) * 12
        })
    }

    /// A bar across the top of the page in a colour of its own: an announcement of the site.
    fn mark_notice(&mut self) {
        let Some(first) = self.blocks.first() else { return };
        let bar = first.bottom() < 2.8 * self.body && first.words() >= 3 && self.row(0).len() == 1;
        let own_colour = self
            .blocks
            .iter()
            .skip(1)
            .take(6)
            .all(|other| colour_distance(other.background(), first.background()) > 24);
        if bar && own_colour && self.roles[0] == Role::Text && self.blocks.len() > 2 {
            self.roles[0] = Role::Legal;
        }
    }

    /// A like line stands right over it: it goes on with a list instead of opening something.
    fn follows_item(&self, index: usize) -> bool {
        let block = &self.blocks[index];
        self.blocks.iter().enumerate().any(|(other, above)| {
            let gap = block.top() - above.bottom();
            other != index
                && (above.left() - block.left()).abs() < 0.4 * block.size
                && (above.size / block.size - 1.0).abs() < 0.1
                && gap > -0.5 * block.size
                && gap < 1.1 * block.size
                && above.words() >= 3
        })
    }

    fn menu_like(&self, index: usize) -> bool {
        let block = &self.blocks[index];
        let text = block.text.as_str();
        block.runs.len() == 1
            && block.words() <= 3
            && text.chars().count() <= 28
            && !shape::ends_sentence(text)
            && !text.contains('%')
            && !is_chip(text)
            && !money::mentions_amount(text)
            && !text.chars().all(|character| !character.is_alphabetic())
    }

    fn mark_texts(&mut self) {
        for index in 0..self.blocks.len() {
            if self.roles[index] != Role::Text {
                continue;
            }
            let block = &self.blocks[index];
            let lower = block.text.to_lowercase();
            if is_legal(&lower) {
                self.roles[index] = Role::Legal;
            } else if shape::opens_quote(&block.text)
                && block.words() >= 4
                && shape::closing_quote(&block.text).is_some()
            {
                self.roles[index] = Role::Quote;
            } else if is_call(&lower) && block.runs.len() == 1 && block.size < 1.6 * self.body {
                self.roles[index] = Role::Button;
            }
        }
    }

    fn mark_headings(&mut self) {
        for index in 0..self.blocks.len() {
            if self.roles[index] != Role::Text {
                continue;
            }
            let block = &self.blocks[index];
            let words = block.words();
            let counts = block.text.chars().any(|character| character.is_ascii_digit());
            if !counts && !shape::is_wordy(&block.text) && words != 1 {
                continue;
            }
            let large = block.size > 1.17 * self.body;
            let sentence = shape::ends_sentence(&block.text)
                && (words > 8 || words >= 4 && block.size < 1.35 * self.body && !block.text.ends_with('?'));
            let short = words <= 14 && !sentence && !block.text.ends_with(':') && !block.bullet();
            // A short line right over a longer text of its column, without a full stop, is its heading even at equal size.
            let over_text = words <= 6
                && block.runs.len() == 1
                && !shape::ends_sentence(block.text.trim_end_matches('?'))
                && !block.text.ends_with([',', ':', ';'])
                && shape::starts_upper(&block.text)
                && !self.follows_item(index)
                && self.below(index).is_some_and(|(below, distance)| {
                    let under = &self.blocks[below];
                    distance < 1.7
                        && distance > 0.15
                        && under.words() > words + 3
                        && under.size <= 1.05 * block.size
                        && (under.left() - block.left()).abs() < 2.0 * self.body
                        && !under.bullet()
                });
            let very_large = block.size > 1.5 * self.body && words <= 24;
            if large && short || very_large || over_text && short {
                self.roles[index] = Role::Heading;
            }
        }
        let ends: Vec<f32> = (0..self.blocks.len()).map(|index| self.scope_end(index)).collect();
        let alone: Vec<bool> = (0..self.blocks.len())
            .map(|index| {
                self.roles[index] == Role::Heading
                    && self.row(index).iter().filter(|&&peer| self.roles[peer] == Role::Heading).count() == 1
            })
            .collect();
        for index in 0..self.blocks.len() {
            let block = &self.blocks[index];
            let mut nearest: Option<(usize, f32)> = None;
            let mut section: Option<(usize, f32)> = None;
            for other in 0..self.blocks.len() {
                let heading = &self.blocks[other];
                if self.roles[other] != Role::Heading
                    || other == index
                    || heading.bottom() > block.top() + 0.3 * block.size
                    || ends[other] <= block.top()
                {
                    continue;
                }
                let distance = block.top() - heading.bottom();
                let inset = block.left() - heading.left();
                let same_column = overlap_x(&heading.bounds, &block.bounds) > 0.0
                    || (0.0..8.0 * self.body).contains(&inset);
                if same_column && nearest.is_none_or(|(_, best)| distance < best) {
                    nearest = Some((other, distance));
                }
                let wide = heading.size > 1.25 * self.body;
                if alone[other]
                    && wide
                    && (same_column || overlap_band(self, other, index))
                    && section.is_none_or(|(_, best)| distance < best)
                {
                    section = Some((other, distance));
                }
            }
            self.headings[index] = nearest.map(|(other, _)| other);
            self.sections[index] = section.map(|(other, _)| other);
        }
    }
}

impl Layout {
    /// Where a heading's scope ends at the latest: text that stands further left is outside of its box.
    fn scope_end(&self, index: usize) -> f32 {
        let heading = &self.blocks[index];
        if self.roles[index] != Role::Heading {
            return f32::INFINITY;
        }
        self.blocks
            .iter()
            .enumerate()
            .filter(|(other, block)| {
                let outside = block.left() < heading.left() - 0.8 * self.body
                    && block.bounds.right() as f32 > heading.left();
                let around = block.bounds.right() as f32 > heading.bounds.right() as f32 + self.body;
                let centred = (block.bounds.center().0 - heading.bounds.center().0).abs() < 0.6 * self.body
                    || around && heading.size > 1.3 * self.body;
                self.roles[*other] != Role::Code && block.top() > heading.bottom() && outside && !centred
            })
            .map(|(_, block)| block.top())
            .fold(f32::INFINITY, f32::min)
    }
}

/// A centred or far-left heading stands over a whole band of cards.
fn overlap_band(layout: &Layout, heading: usize, block: usize) -> bool {
    let heading = &layout.blocks[heading];
    let block = &layout.blocks[block];
    let center = layout.width / 2.0;
    let centred = (heading.bounds.center().0 - center).abs() < 0.06 * layout.width;
    centred || heading.left() < block.left() && block.left() - heading.left() < 0.7 * layout.width
}

/// A licence or a count of users among a code host's links.
fn is_chip(text: &str) -> bool {
    claims::COUNTS.is_match(text) || kinds::names_license(text)
}

fn is_call(lower: &str) -> bool {
    shape::word_count(lower) <= 6 && !shape::ends_sentence(lower) && opens_call(lower)
}

fn is_legal(lower: &str) -> bool {
    lower.contains('©')
        || lower.contains("(c) 20")
        || lower.contains("all rights reserved")
        || lower.contains("copyright 20")
        || lower.contains("cookie")
            && (lower.contains("we use")
                || lower.contains("uses cookie")
                || lower.contains("accept")
                || lower.contains("consent")
                || lower.starts_with("cookies"))
        || lower.contains("terms of service") && shape::word_count(lower) < 25
}
