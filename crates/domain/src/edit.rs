//! How a value typed by a reviewer is understood.
//!
//! Invariant: what the text does not mention stays as it was read; a text that the property cannot hold is refused, never
//! guessed at.

use crate::claim::{Money, Period, Value};
use crate::property::{self, Datatype};
use crate::text::fold;

/// Why a text cannot be the value of a property.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("\"{0}\" holds no percentage between 0 and 100. Nothing was changed. Type a number such as 87%.")]
    Percent(String),
    #[error(
        "\"{0}\" holds no price. Nothing was changed. Type an amount such as $20 per month, or Free, or Contact sales."
    )]
    Money(String),
}

/// Understands a value typed by a reviewer. What the text does not mention (plan, seat, qualifier) stays as read.
pub fn edit_value(property: &str, original: &Value, text: &str) -> Result<Value, EditError> {
    let text = text.trim();
    let folded = fold(text);
    if matches!(folded.as_str(), "-" | "not stated") {
        return Ok(Value::NotStated);
    }
    let datatype = property::find(property).map_or(Datatype::Text, |property| property.datatype);
    match (datatype, original) {
        (Datatype::Percent, _) => {
            let number = number(&folded).filter(|number| (0.0..=100.0).contains(number));
            number
                .map(|percent| Value::Percent { percent })
                .ok_or_else(|| EditError::Percent(text.to_owned()))
        }
        (Datatype::Money, original) => {
            let original = match original {
                Value::Money(money) => money.clone(),
                _ => no_money(),
            };
            edit_money(original, text, &folded).map(Value::Money)
        }
        (Datatype::Text, Value::Count { .. }) => {
            Ok(folded.parse().map_or_else(|_| Value::text(text), |count| Value::Count { count }))
        }
        (Datatype::Text, _) => Ok(Value::text(text)),
    }
}

const fn no_money() -> Money {
    Money { amount: None, currency: None, period: None, plan: None, per_seat: false, qualifier: None }
}

fn edit_money(mut money: Money, text: &str, folded: &str) -> Result<Money, EditError> {
    let words: Vec<&str> =
        folded.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let says = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if let Some(amount) = number(folded) {
        money.amount = Some(amount);
    } else if says(&["free"]) {
        money.amount = Some(0.0);
        money.period = None;
        money.per_seat = false;
        return Ok(money);
    } else if says(&["contact", "custom", "talk", "quote"]) {
        money.amount = None;
        return Ok(money);
    } else {
        return Err(EditError::Money(text.to_owned()));
    }
    let symbols = [('$', "USD"), ('€', "EUR"), ('£', "GBP"), ('¥', "JPY"), ('₹', "INR")];
    let symbol = symbols.iter().find(|(symbol, _)| folded.contains(*symbol)).map(|(_, code)| *code);
    let codes =
        ["usd", "eur", "gbp", "jpy", "inr", "chf", "cad", "aud", "sek", "nok", "dkk", "pln", "cny", "brl"];
    let code = words.iter().find(|word| codes.contains(word)).map(|word| word.to_uppercase());
    if let Some(currency) = code.or_else(|| symbol.map(str::to_owned)) {
        money.currency = Some(currency);
    }
    let periods: [(&[&str], Period); 6] = [
        (&["hour", "hr", "hourly"], Period::Hour),
        (&["day", "daily"], Period::Day),
        (&["week", "wk", "weekly"], Period::Week),
        (&["month", "mo", "monthly"], Period::Month),
        (&["year", "yr", "yearly", "annual", "annually", "annum"], Period::Year),
        (&["once", "lifetime"], Period::Once),
    ];
    // The first period named is what one payment covers ("per month, billed annually").
    let named = words
        .iter()
        .find_map(|word| periods.iter().find(|(names, _)| names.contains(word)).map(|(_, period)| *period));
    money.period = named.or(money.period);
    money.per_seat = money.per_seat || says(&["seat", "user", "member", "editor"]);
    Ok(money)
}

/// The first number of a text; the last separator counts as decimal unless three digits follow it.
fn number(text: &str) -> Option<f64> {
    let start = text.find(|character: char| character.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest
        .char_indices()
        .find(|&(position, character)| {
            let separator = matches!(character, '.' | ',' | ' ' | '\'');
            let next_is_digit =
                rest[position + character.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
            !(character.is_ascii_digit() || (separator && next_is_digit))
        })
        .map_or(rest.len(), |(position, _)| position);
    let written = &rest[..end];
    let decimal = written.rfind(['.', ',']).filter(|&position| {
        let fraction = &written[position + 1..];
        let separator = &written[position..=position];
        let thousands = fraction.len() == 3 && !written.starts_with('0');
        !fraction.contains(' ') && written.matches(separator).count() == 1 && !thousands
    });
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let plain = match decimal {
        Some(position) => format!("{}.{}", digits(&written[..position]), digits(&written[position + 1..])),
        None => digits(written),
    };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::merge::value_key;

    fn price(amount: f64, plan: Option<&str>, period: Option<Period>) -> Value {
        let plan = plan.map(str::to_owned);
        Value::Money(Money { amount: Some(amount), period, plan, ..no_money() })
    }

    fn edited_price(original: &Value, text: &str) -> Money {
        match edit_value("price", original, text).unwrap() {
            Value::Money(money) => money,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_read_in_both_conventions() {
        let cases = [
            ("$20", 20.0),
            ("19.99 usd", 19.99),
            ("19,99 €", 19.99),
            ("1,099", 1099.0),
            ("1.099,00 €", 1099.0),
            ("1,099.00", 1099.0),
            ("1 099,50", 1099.5),
            ("$0.002 per token", 0.002),
            ("0,125", 0.125),
            ("1,234,567", 1_234_567.0),
            ("20/month, billed yearly", 20.0),
            ("87%", 87.0),
            ("$5.", 5.0),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        assert_eq!(number("free"), None);
    }

    #[test]
    fn an_edited_price_keeps_what_the_text_does_not_mention() {
        let original = price(20.0, Some("Pro"), Some(Period::Month));
        let money = edited_price(&original, "24");
        assert_eq!(
            (money.amount, money.period, money.plan.as_deref()),
            (Some(24.0), Some(Period::Month), Some("Pro"))
        );
        let money = edited_price(&original, "US$240 per user per year");
        assert_eq!((money.amount, money.currency.as_deref()), (Some(240.0), Some("USD")));
        assert_eq!((money.period, money.per_seat), (Some(Period::Year), true));
        assert_eq!(edited_price(&original, "30 CHF/mo, billed annually").currency.as_deref(), Some("CHF"));
        assert_eq!(edited_price(&original, "30 CHF/mo, billed annually").period, Some(Period::Month));
        assert_eq!(edited_price(&original, "Free").amount, Some(0.0));
        assert_eq!(edited_price(&original, "Contact sales").amount, None);
        assert!(edit_value("price", &original, "cheap").is_err());
        assert_eq!(edit_value("price", &original, " — "), Ok(Value::NotStated));
    }

    #[test]
    fn other_edits_follow_the_property() {
        let text = Value::text("x");
        assert_eq!(edit_value("panel_ship", &text, "87.5 %"), Ok(Value::Percent { percent: 87.5 }));
        assert!(edit_value("panel_ship", &text, "870").is_err());
        assert_eq!(
            edit_value("community_votes", &Value::Count { count: 3 }, "12"),
            Ok(Value::Count { count: 12 })
        );
        assert_eq!(edit_value("tagline", &text, " Notes "), Ok(Value::text("Notes")));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_value_or_an_error(number in 0..property::PROPERTIES.len(), text in ".{0,40}") {
            let property = &property::PROPERTIES[number];
            if let Ok(value) = edit_value(property.id, &Value::text("x"), &text) {
                // What is stored can be read back.
                let json = serde_json::to_string(&value).unwrap();
                prop_assert_eq!(value_key(&serde_json::from_str(&json).unwrap()), value_key(&value));
            }
        }
    }
}
