//! Prices of a page: an amount, the unit beside or under it, and the plan over it.
//!
//! Invariant: one price per amount that stands alone; prices inside quotes of people are not prices of the tool.

use domain::{EvidenceLine, Money, PixelBox};

use super::blocks::Block;
use super::money::{self, FoundPrice};
use super::page::{colour_distance, overlap_x};
use super::roles::{Layout, Role};
use super::shape;

/// A price with its words and places.
#[derive(Debug, Clone)]
pub(super) struct PricePlace {
    pub(super) money: Money,
    pub(super) text: String,
    pub(super) evidence: Vec<EvidenceLine>,
    pub(super) repaired: bool,
    /// The period was read from a misread or cut unit.
    pub(super) unit_guessed: bool,
    pub(super) confidence: f32,
    /// Blocks that the price and its plan consist of: they are no claims.
    pub(super) blocks: Vec<usize>,
    pub(super) bounds: PixelBox,
    size: f32,
}

/// All prices that stand as prices (not inside prose).
pub(super) fn prices(layout: &Layout) -> Vec<PricePlace> {
    let mut places: Vec<PricePlace> = Vec::new();
    for index in 0..layout.blocks.len() {
        if matches!(layout.roles[index], Role::Code | Role::Quote | Role::Legal | Role::Picture) {
            continue;
        }
        let block = &layout.blocks[index];
        if block.words() > 9 {
            continue;
        }
        let found = money::find(&block.text);
        if found.len() > 2 {
            continue;
        }
        for price in found {
            if standalone(block, &price) {
                places.push(place(layout, index, price));
            }
        }
    }
    places.extend(split_amounts(layout));
    let amounts = places.len();
    // "Free" and "Contact us" are prices in a row of prices; alone they are buttons and adjectives.
    for index in 0..layout.blocks.len() {
        let block = &layout.blocks[index];
        if matches!(layout.roles[index], Role::Code | Role::Quote | Role::Legal | Role::Picture)
            || block.words() > 3
        {
            continue;
        }
        let Some(value) = money::words(&block.text) else { continue };
        let beside = places[..amounts].iter().any(|price| {
            let level = (f64::from(price.bounds.center().1) - f64::from(block.bounds.center().1)).abs()
                < f64::from(2.2 * price.size);
            level
                && (price.size / block.size) < 1.8
                && (price.size / block.size) > 0.55
                && overlap_x(&price.bounds, &block.bounds) < 0.0
        });
        let stacked = places[..amounts].iter().any(|price| stacked(layout, price, block));
        let plan_of = places[..amounts].iter().any(|price| price.blocks.contains(&index));
        if (beside || stacked) && !plan_of {
            let whole = FoundPrice { range: 0..block.text.len(), money: value, repaired: false };
            let found = place(layout, index, whole);
            // In a column of prices it is one only where a plan is named, as for its neighbours.
            if beside || found.money.plan.is_some() {
                places.push(found);
            }
        }
    }
    let mut kept: Vec<PricePlace> = Vec::new();
    for price in places {
        // A struck-through or compared price stands in the same card at the same period: the larger one is meant.
        let rival = kept.iter().position(|other| {
            let apart = (other.bounds.center().1 - price.bounds.center().1).abs();
            let larger = other.size.max(price.size);
            let beside = overlap_x(&other.bounds, &price.bounds) > -3.0 * layout.body && apart < 0.8 * larger;
            let above = overlap_x(&other.bounds, &price.bounds) > 0.0
                && apart < 2.2 * larger
                && larger > 1.3 * other.size.min(price.size)
                && other.money.plan == price.money.plan;
            (beside || above)
                && other.money.amount != price.money.amount
                && (other.money.period == price.money.period
                    || other.money.period.is_none()
                    || price.money.period.is_none())
        });
        match rival {
            Some(index) => {
                let other = &kept[index];
                let louder = price.size > 1.1 * other.size;
                if louder {
                    kept[index] = price;
                }
            }
            None => kept.push(price),
        }
    }
    adopt_period(layout, &mut kept);
    // A lone amount without unit, plan or sibling is a number in a picture or in prose.
    let supported = |price: &PricePlace| {
        let money = &price.money;
        let sibling = kept.iter().filter(|other| (other.size / price.size - 1.0).abs() < 0.25).count() > 1;
        money.period.is_some()
            || money.per_seat
            || money.qualifier.is_some()
            || sibling
            || money.plan.is_some() && price.size > 1.25 * layout.body && price.confidence > 0.75
    };
    let keep: Vec<bool> = kept.iter().map(supported).collect();
    let mut keep = keep.into_iter();
    kept.retain(|_| keep.next().unwrap_or(true));
    if kept.is_empty() {
        kept = spoken(layout);
    }
    let row = (3.0 * layout.body).max(1.0) as u32;
    kept.sort_by_key(|price| (price.bounds.y / row, price.bounds.x));
    kept
}

/// The block is set like the price, above or below it: plans one under the other.
fn stacked(layout: &Layout, price: &PricePlace, block: &Block) -> bool {
    let near = |left: f32, right: f32| (left - right).abs() < 0.6 * layout.body;
    let (bounds, own) = (&price.bounds, &block.bounds);
    let aligned = near(bounds.x as f32, own.x as f32)
        || near(bounds.right() as f32, own.right() as f32)
        || near(bounds.center().0, own.center().0);
    let apart = (bounds.center().1 - own.center().1).abs();
    price.money.plan.is_some()
        && (price.size / block.size - 1.0).abs() < 0.2
        && aligned
        && (1.5 * layout.body..36.0 * layout.body).contains(&apart)
}

/// Without a single card: prices that a sentence states with what they pay for ("costs $12 per seat per month").
fn spoken(layout: &Layout) -> Vec<PricePlace> {
    let mut places = Vec::new();
    for index in 0..layout.blocks.len() {
        if !matches!(layout.roles[index], Role::Text | Role::Heading) {
            continue;
        }
        let block = &layout.blocks[index];
        for price in money::find(&block.text) {
            if price.money.period.is_none() && !price.money.per_seat || price.repaired {
                continue;
            }
            places.push(PricePlace {
                text: block.text[price.range.clone()].to_owned(),
                evidence: block.evidence(&price.range),
                money: price.money,
                repaired: false,
                unit_guessed: false,
                // A sentence may compare or look back: a person should look.
                confidence: 0.7 * block.confidence(),
                blocks: Vec::new(),
                bounds: block.bounds,
                size: block.size,
            });
        }
    }
    places
}

/// Plans side by side share their unit: "$0 /e" beside "$9 / mo." was meant the same.
fn adopt_period(layout: &Layout, prices: &mut [PricePlace]) {
    let periods: Vec<(Option<domain::Period>, f32)> = prices
        .iter()
        .filter(|price| price.money.amount.is_some())
        .map(|price| (price.money.period, price.size))
        .collect();
    for price in prices.iter_mut() {
        let Some(&block) = price.blocks.first() else { continue };
        let text = layout.text(block);
        let rest =
            text.rsplit(|character: char| character.is_ascii_digit()).next().unwrap_or_default().trim();
        let cut_unit = text.contains(|mark: char| mark.is_ascii_digit())
            && (1..=4).contains(&rest.chars().count())
            && !rest.ends_with(['.', ',', '!', '*', '+', ')']);
        let shared = periods
            .iter()
            .filter(|(_, size)| (size / price.size - 1.0).abs() < 0.2)
            .find_map(|(period, _)| *period);
        if price.money.period.is_none() && price.money.amount.is_some() && cut_unit && shared.is_some() {
            price.money.period = shared;
            price.unit_guessed = true;
        }
    }
}

/// The block is the price, with at most a few words of unit or lead.
fn standalone(block: &Block, price: &FoundPrice) -> bool {
    let rest = format!("{} {}", &block.text[..price.range.start], &block.text[price.range.end..]);
    let other = shape::word_count(&rest);
    other == 0
        || other <= 2 && !shape::ends_sentence(&rest)
        || other <= 4 && price.money.period.is_some() && !shape::ends_sentence(rest.trim())
}

fn place(layout: &Layout, index: usize, price: FoundPrice) -> PricePlace {
    let block = &layout.blocks[index];
    let mut result = PricePlace {
        text: block.text[price.range.clone()].to_owned(),
        evidence: block.evidence(&price.range),
        money: price.money,
        repaired: price.repaired,
        unit_guessed: false,
        confidence: block.confidence(),
        blocks: vec![index],
        bounds: block.bounds,
        size: block.size,
    };
    if result.money.amount.is_some() {
        let rest = block.text[price.range.end..].trim();
        let guess = if result.money.period.is_none() && !rest.is_empty() && rest.chars().count() <= 8 {
            money::misread_unit(&format!("/{rest}"))
        } else {
            None
        };
        if let Some(unit) = guess {
            result.money.period = unit.period;
            result.unit_guessed = true;
            block.text[price.range.start..].clone_into(&mut result.text);
            result.evidence = block.evidence(&(price.range.start..block.text.len()));
        }
        add_units(layout, index, &mut result);
    }
    add_plan(layout, index, &mut result);
    result
}

/// The unit stands to the right on the same row, or in the line under the amount.
fn add_units(layout: &Layout, index: usize, price: &mut PricePlace) {
    let block = &layout.blocks[index];
    for step in 0..3 {
        let next = layout
            .blocks
            .iter()
            .enumerate()
            .filter(|(other, candidate)| {
                let gap = candidate.left() - price.bounds.right() as f32;
                let beside = gap > -0.3 * block.size
                    && gap < 1.2 * block.size.max(1.5 * candidate.size)
                    && candidate.bounds.y < price.bounds.bottom().saturating_add((0.35 * block.size) as u32)
                    && candidate.bounds.bottom().saturating_add((0.2 * block.size) as u32) > price.bounds.y;
                let fall = candidate.top() - price.bounds.bottom() as f32;
                let under = fall > -0.3 * candidate.size
                    && fall < 1.6 * candidate.size.max(layout.body)
                    && overlap_x(&candidate.bounds, &block.bounds) > 0.0;
                !price.blocks.contains(other) && (beside || under) && candidate.words() <= 7
            })
            .filter_map(|(other, candidate)| {
                let read = money::unit_only(&candidate.text);
                let guessed = read.is_none();
                let unit = read.or_else(|| money::misread_unit(&candidate.text))?;
                // Under the price "users" is what the plan holds; only "per user" is a unit.
                let under = candidate.top() > block.bottom() - 0.3 * candidate.size;
                if under
                    && unit.period.is_none()
                    && unit.qualifier.is_none()
                    && !candidate.text.to_lowercase().starts_with(['/', 'p'])
                {
                    return None;
                }
                let far = (candidate.top() - block.top()).abs()
                    + (candidate.left() - block.bounds.right() as f32).abs();
                Some((other, unit, far, guessed))
            })
            .min_by(|left, right| left.2.total_cmp(&right.2));
        let Some((other, unit, _, guessed)) = next else { break };
        price.unit_guessed |= guessed;
        let candidate = &layout.blocks[other];
        // A billing note alone tells no period that the amount does not have.
        if price.money.period.is_none() {
            price.money.period = unit.period;
        }
        price.money.per_seat |= unit.per_seat;
        if let Some(qualifier) = unit.qualifier {
            let joined = price
                .money
                .qualifier
                .take()
                .map_or_else(|| qualifier.clone(), |before| format!("{before}, {qualifier}"));
            price.money.qualifier = Some(joined);
        }
        price.text = format!("{} {}", price.text, candidate.text);
        price.evidence.extend(candidate.evidence(&(0..candidate.text.len())));
        price.bounds = price.bounds.union(&candidate.bounds);
        price.blocks.push(other);
        if step == 2 {
            break;
        }
    }
}

/// The plan is the nearest short title above in the column, or the first cell of the row.
fn add_plan(layout: &Layout, index: usize, price: &mut PricePlace) {
    let block = &layout.blocks[index];
    // What costs something is not called "Free": that is the price of the plan above.
    let paid = price.money.amount.is_some_and(|amount| amount > 0.0);
    let fits = |other: usize| !paid || money::words(layout.text(other)).is_none();
    let above = layout
        .blocks
        .iter()
        .enumerate()
        .filter(|(other, candidate)| {
            let fall = block.top() - candidate.bottom();
            let column = overlap_x(&candidate.bounds, &price.bounds) > 0.0
                || (candidate.left() - block.left()).abs() < 2.0 * layout.body
                || (candidate.bounds.center().0 - price.bounds.center().0).abs() < 2.0 * layout.body;
            *other != index
                && fall > -0.4 * candidate.size
                && fall < 11.0 * layout.body
                && column
                && plan_like(layout, *other)
                && fits(*other)
        })
        .max_by(|left, right| left.1.bottom().total_cmp(&right.1.bottom()));
    let beside = || {
        layout
            .row(index)
            .into_iter()
            .filter(|&other| {
                other != index
                    && layout.blocks[other].left() < block.left()
                    && plan_like(layout, other)
                    && fits(other)
            })
            .min_by(|&left, &right| layout.blocks[left].left().total_cmp(&layout.blocks[right].left()))
    };
    // A title far above is the plan only where none stands next to the price.
    let close = |(_, candidate): &(usize, &Block)| block.top() - candidate.bottom() < 4.0 * layout.body;
    let near = above.filter(close).map(|(other, _)| other);
    let far = above.map(|(other, _)| other);
    let lead = block.text[..block.text.find(price.text.split(' ').next().unwrap_or_default()).unwrap_or(0)]
        .trim()
        .trim_end_matches([':', '-', '–', '—'])
        .trim()
        .to_owned();
    if lead.chars().any(char::is_alphabetic) && shape::word_count(&lead) <= 3 && shape::starts_upper(&lead) {
        price.money.plan = Some(lead);
    } else if let Some(other) = near.or_else(|| plan_under(layout, price)).or(far).or_else(beside) {
        price.money.plan = Some(layout.text(other).to_owned());
        price.blocks.push(other);
    }
}

/// Some cards set the plan's name right under its price.
fn plan_under(layout: &Layout, price: &PricePlace) -> Option<usize> {
    (0..layout.blocks.len())
        .filter(|&index| {
            let block = &layout.blocks[index];
            let fall = block.top() - price.bounds.bottom() as f32;
            fall > -0.3 * block.size
                && fall < 2.2 * layout.body
                && overlap_x(&block.bounds, &price.bounds) > 0.0
                && !price.blocks.contains(&index)
                && block.words() <= 2
                && block.size > 1.08 * layout.body
                && !super::lexicon::opens_call(&block.text.to_lowercase())
                && plan_like(layout, index)
        })
        .min_by(|&left, &right| layout.blocks[left].top().total_cmp(&layout.blocks[right].top()))
}

/// A title over all plans ("Choose your plan") is none of them; "Pro plan" is one.
fn over_all_plans(text: &str) -> bool {
    let lower = text.to_lowercase();
    super::lexicon::is_section_title(text) && !lower.ends_with(" plan")
        || ["choose", "select", "pick", "get started"].iter().any(|start| lower.starts_with(start))
}

fn plan_like(layout: &Layout, index: usize) -> bool {
    let block = &layout.blocks[index];
    let words = block.words();
    (1..=4).contains(&words)
        && !shape::ends_sentence(&block.text)
        && !matches!(
            layout.roles[index],
            Role::Code | Role::Button | Role::Legal | Role::Quote | Role::Picture
        )
        && !block.bullet()
        && !money::mentions_amount(&block.text)
        && money::unit_only(&block.text).is_none()
        && !is_badge(&block.text)
        && !over_all_plans(&block.text)
        && shape::starts_upper(&block.text)
}

/// "Most popular", "Save 20%", "Monthly", "Yearly": labels of a card or a switch, not its name.
fn is_badge(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains('%')
        || matches!(
            lower.trim_matches(|mark: char| !mark.is_alphanumeric()),
            "most popular"
                | "popular"
                | "recommended"
                | "best value"
                | "best choice"
                | "new"
                | "monthly"
                | "yearly"
                | "annual"
                | "annually"
                | "from"
                | "starting at"
                | "starts at"
                | "price"
                | "entry"
                | "pricing"
                | "per month"
                | "billed monthly"
                | "billed annually"
                | "limited offer"
                | "coming soon"
                | "current plan"
        )
}

/// A currency sign and digits that stand as two blocks side by side.
fn split_amounts(layout: &Layout) -> Vec<PricePlace> {
    let mut places = Vec::new();
    for index in 0..layout.blocks.len() {
        let sign = &layout.blocks[index];
        if !matches!(sign.text.trim(), "$" | "€" | "£" | "₹" | "¥" | "US$") {
            continue;
        }
        let digits = layout.blocks.iter().enumerate().find(|(_, block)| {
            let gap = block.left() - sign.bounds.right() as f32;
            gap > -0.4 * block.size
                && gap < 0.7 * block.size
                && block.bounds.y < sign.bounds.bottom()
                && block.bounds.bottom() > sign.bounds.y
                && block.text.starts_with(|character: char| character.is_ascii_digit())
                && block.words() <= 4
                && colour_distance(block.background(), sign.background()) < 60
        });
        let Some((other, block)) = digits else { continue };
        let joined = format!("{}{}", sign.text.trim(), block.text);
        let Some(found) = money::find(&joined).into_iter().next() else { continue };
        let mut price = PricePlace {
            text: format!("{} {}", sign.text, block.text),
            evidence: sign
                .evidence(&(0..sign.text.len()))
                .into_iter()
                .chain(block.evidence(&(0..block.text.len())))
                .collect(),
            money: found.money,
            repaired: false,
            unit_guessed: false,
            confidence: block.confidence().min(sign.confidence()),
            blocks: vec![index, other],
            bounds: sign.bounds.union(&block.bounds),
            size: block.size,
        };
        add_units(layout, other, &mut price);
        add_plan(layout, other, &mut price);
        places.push(price);
    }
    places
}
