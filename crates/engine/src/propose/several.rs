//! Pages about several tools without panels: feature tables with a column for each tool, and lists of tools.
//!
//! Invariant: the page's title says that tools are compared; a value goes to the tool over its column or over its
//! section, and a cell without a yes or a value gives no claim.

use std::ops::Range;
use std::sync::LazyLock;

use domain::text::name_key;
use domain::{PageKind, ProposedTool, Speaker, Value};
use regex::Regex;

use super::claims::{self, Subject};
use super::roles::{Layout, Role};
use super::{cards, draft, kinds, money, shape};

static COMPARES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:vs\.?|versus|compar(?:ed|ing|ison)|alternatives?|side by side|head to head|best|top \d+|\d+ .*(?:worth|to try|picks|tools|apps))\b")
        .expect("the title pattern is a constant that a test compiles")
});
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:#?(?P<number>\d{1,2})[.):]?\s+)?(?P<name>\S.{1,39})$")
        .expect("the item pattern is a constant that a test compiles")
});
static PRICE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:entry|starting|monthly|yearly|annual)\s+)?(?:price|prices|pricing|cost|costs|starts at|from)\b.{0,12}$")
        .expect("the label pattern is a constant that a test compiles")
});

/// A name and the place it stands at.
type Named = (usize, Range<usize>);

pub(super) fn tools(layout: &Layout) -> Option<(PageKind, Vec<ProposedTool>)> {
    if (0..layout.blocks.len()).any(|index| cards::is_panel(layout.text(index))) {
        return None;
    }
    let title = (0..layout.blocks.len())
        .filter(|&index| layout.blocks[index].size > 1.25 * layout.body && layout.blocks[index].words() <= 18)
        .max_by(|&left, &right| {
            layout.blocks[left].size.total_cmp(&layout.blocks[right].size).then(right.cmp(&left))
        })?;
    if !COMPARES.is_match(layout.text(title)) {
        return None;
    }
    let tools = table(layout, title).or_else(|| list(layout, title))?;
    Some((PageKind::Comparison, tools))
}

fn yes(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    matches!(lower.as_str(), "✓" | "✔" | "✅" | "☑" | "●" | "yes" | "included" | "full" | "√")
}

fn no(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    matches!(
        lower.as_str(),
        "✗" | "✕" | "✖" | "❌" | "×" | "x" | "○" | "no" | "—" | "–" | "-" | "none" | "n/a" | "not included"
    )
}

/// A row of a table: its label and, for each column, its cell.
struct Row {
    label: usize,
    cells: Vec<Option<usize>>,
}

fn table(layout: &Layout, title: usize) -> Option<Vec<ProposedTool>> {
    let below = |index: &usize| layout.blocks[*index].top() > layout.blocks[title].bottom() - layout.body;
    let mut heads = (0..layout.blocks.len()).filter(below).filter_map(|index| header(layout, index));
    heads.find_map(|head| {
        let rows = rows(layout, &head);
        let filled = rows.iter().filter(|row| row.cells.iter().flatten().count() * 2 > head.len()).count();
        let cells: Vec<&str> =
            rows.iter().flat_map(|row| row.cells.iter().flatten()).map(|&cell| layout.text(cell)).collect();
        let plain = |text: &&&str| {
            yes(text) || no(text) || money::mentions_amount(text) || money::words(text).is_some()
        };
        let values = cells.iter().filter(plain).count();
        (filled >= 3 && values * 5 >= cells.len() * 2).then(|| tools_of_table(layout, &head, &rows))
    })
}

/// The names over the columns, from left to right.
fn header(layout: &Layout, index: usize) -> Option<Vec<usize>> {
    let name_like = |other: &usize| {
        let block = &layout.blocks[*other];
        (1..=4).contains(&block.words())
            && block.runs.len() <= 2
            && !shape::ends_sentence(&block.text)
            && !money::mentions_amount(&block.text)
            && !yes(&block.text)
            && !no(&block.text)
            && shape::is_wordy(&block.text)
            && !kinds::names_license(&block.text)
            && !matches!(layout.roles[*other], Role::Code | Role::Legal)
    };
    let mut row: Vec<usize> = layout.row(index).into_iter().filter(name_like).collect();
    row.sort_by_key(|&other| layout.blocks[other].bounds.x);
    // The first column holds labels: what stands over it names them, not a tool.
    let labels = |other: usize| {
        let head = &layout.blocks[other];
        let under = layout.blocks.iter().filter(|block| {
            block.top() > head.bottom()
                && (block.left() - head.left()).abs() < layout.body
                && block.words() >= 1
                && !yes(&block.text)
                && !no(&block.text)
                && !money::mentions_amount(&block.text)
                && money::words(&block.text).is_none()
        });
        under.count() >= 3
    };
    if row.first().is_some_and(|&first| row.len() >= 3 && labels(first)) {
        row.remove(0);
    }
    ((2..=8).contains(&row.len()) && row.first() == Some(&index)).then_some(row)
}

fn rows(layout: &Layout, head: &[usize]) -> Vec<Row> {
    let first = layout.blocks[head[0]].left();
    let top = layout.blocks[head[0]].bottom();
    let lefts: Vec<f32> = head.iter().map(|&index| layout.blocks[index].left()).collect();
    let pitch = lefts.windows(2).map(|pair| pair[1] - pair[0]).fold(f32::INFINITY, f32::min);
    let mut rows: Vec<Row> = (0..layout.blocks.len())
        .filter(|&index| {
            let block = &layout.blocks[index];
            block.top() > top && block.left() < first - layout.body && (1..=8).contains(&block.words())
        })
        .filter_map(|label| {
            let near = |column: usize| {
                layout
                    .row(label)
                    .into_iter()
                    .filter(|&other| other != label && layout.blocks[other].left() > first - layout.body)
                    .filter(|&other| {
                        let (cell, name) = (&layout.blocks[other], &layout.blocks[head[column]]);
                        let left = (cell.left() - name.left()).abs();
                        let center = (cell.bounds.center().0 - name.bounds.center().0).abs();
                        left.min(center) < 0.4 * pitch
                    })
                    .min_by(|&left, &right| {
                        let far = |other: usize| (layout.blocks[other].left() - lefts[column]).abs();
                        far(left).total_cmp(&far(right))
                    })
            };
            let cells: Vec<Option<usize>> = (0..head.len()).map(near).collect();
            cells.iter().any(Option::is_some).then_some(Row { label, cells })
        })
        .collect();
    rows.sort_by_key(|row| layout.blocks[row.label].bounds.y);
    rows
}

fn tools_of_table(layout: &Layout, head: &[usize], rows: &[Row]) -> Vec<ProposedTool> {
    head.iter()
        .enumerate()
        .map(|(column, &name)| {
            let whole = |index: usize| (index, 0..layout.text(index).len());
            let mut tool = ProposedTool::default();
            tool.claims.push(draft::text_claim(layout, "name", &[whole(name)], Speaker::Site, 0.85));
            for row in rows {
                let Some(cell) = row.cells[column] else { continue };
                let (label, text) = (layout.text(row.label), layout.text(cell));
                if PRICE_LABEL.is_match(label) {
                    if let Some(price) = price(text) {
                        tool.claims.push(draft::claim(
                            layout,
                            "price",
                            Value::Money(price),
                            &[whole(cell)],
                            Speaker::Site,
                            0.85,
                        ));
                    }
                    continue;
                }
                if no(text) || shape::word_count(text) > 12 {
                    continue;
                }
                let parts = if label.to_lowercase().starts_with("licen") {
                    vec![whole(cell)]
                } else {
                    vec![whole(row.label), whole(cell)]
                };
                // Half a label may say something else than the whole.
                let sure = if wraps(layout, rows, row.label) { 0.5 } else { 0.9 };
                let said = claims::Statement::placed(layout, parts, sure);
                tool.claims.push(draft::statement(layout, &said, Speaker::Site));
            }
            tool
        })
        .collect()
}

/// The label goes on in a line of its own that has no cells, right above or below.
fn wraps(layout: &Layout, rows: &[Row], label: usize) -> bool {
    let own = &layout.blocks[label];
    layout.blocks.iter().enumerate().any(|(other, block)| {
        let gap = (block.top() - own.bottom()).max(own.top() - block.bottom());
        (block.left() - own.left()).abs() < layout.body
            && (-0.3 * own.size..0.6 * own.size).contains(&gap)
            && rows.iter().all(|row| row.label != other)
    })
}

fn price(text: &str) -> Option<domain::Money> {
    money::find(text).into_iter().next().map(|found| found.money).or_else(|| money::words(text))
}

/// Sections that each open with a tool's name.
fn list(layout: &Layout, title: usize) -> Option<Vec<ProposedTool>> {
    let mut items: Vec<(Named, f32)> = Vec::new();
    let mut numbered = 0;
    let mut defined = 0;
    for index in 0..layout.blocks.len() {
        let block = &layout.blocks[index];
        let inside =
            layout.roles[index] == Role::Heading && index != title && block.size < layout.blocks[title].size;
        if !inside || block.words() > 6 {
            continue;
        }
        let Some(found) = NUMBERED.captures(&block.text) else { continue };
        let Some(name) = found.name("name") else { continue };
        let number = found.name("number").and_then(|number| number.as_str().parse::<usize>().ok());
        let key = name_key(name.as_str());
        // The text right under a tool's heading opens with its name or speaks of it.
        let spoken = name.as_str().to_lowercase();
        let opens = layout.below(index).is_some_and(|(under, distance)| {
            let text = layout.text(under);
            distance < 3.0
                && !key.is_empty()
                && (name_key(text).starts_with(&key) || shape::contains_word(&text.to_lowercase(), &spoken))
        });
        if number.is_none() && !opens {
            continue;
        }
        numbered += usize::from(number.is_some());
        defined += usize::from(opens);
        items.push(((index, name.range()), block.top()));
    }
    if items.len() < 2 || numbered < items.len() && defined < 2 {
        return None;
    }
    items.sort_by(|left, right| left.1.total_cmp(&right.1));
    let tools = items.iter().enumerate().map(|(position, (name, top))| {
        let end = items.get(position + 1).map_or(f32::INFINITY, |(_, next)| *next);
        section(layout, name, *top, end)
    });
    Some(tools.collect())
}

fn section(layout: &Layout, name: &Named, top: f32, end: f32) -> ProposedTool {
    let mut tool = ProposedTool::default();
    tool.claims.push(draft::text_claim(layout, "name", std::slice::from_ref(name), Speaker::Site, 0.85));
    let spoken = layout.text(name.0)[name.1.clone()].to_lowercase();
    let mut taken: Vec<bool> = (0..layout.blocks.len())
        .map(|index| {
            let block = &layout.blocks[index];
            index == name.0 || block.top() < top || block.top() >= end
        })
        .collect();
    for (index, taken) in taken.iter_mut().enumerate() {
        let text = layout.text(index);
        let label = text.split_once(':').map_or("", |(label, _)| label);
        if *taken || !PRICE_LABEL.is_match(label) || shape::word_count(text) > 9 {
            continue;
        }
        let offset = label.len() + 1;
        let offset = offset + (text[offset..].len() - text[offset..].trim_start().len());
        if let Some(price) = price(&text[offset..]) {
            *taken = true;
            let parts = [(index, offset..text.len())];
            tool.claims.push(draft::claim(layout, "price", Value::Money(price), &parts, Speaker::Site, 0.85));
        }
    }
    let subject = Subject {
        names: &[spoken],
        tagline: None,
        taken: &taken,
        threshold: 1.0,
        prices: &[],
        lead: None,
        manual_from: None,
    };
    for statement in &claims::statements(layout, &subject) {
        tool.claims.push(draft::statement(layout, statement, Speaker::Site));
    }
    tool
}
