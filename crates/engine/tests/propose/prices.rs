//! The grammar of prices, text by text.

use domain::Period;
use engine::propose::{find_prices, price_words};

/// Text, amount, currency, period, per seat.
const PRICES: &[(&str, f64, &str, Option<Period>, bool)] = &[
    ("$29 /month", 29.0, "USD", Some(Period::Month), false),
    ("$0 / mo.", 0.0, "USD", Some(Period::Month), false),
    ("$9/mo", 9.0, "USD", Some(Period::Month), false),
    ("$ 12 per month", 12.0, "USD", Some(Period::Month), false),
    ("US$20 a month", 20.0, "USD", Some(Period::Month), false),
    ("$20 USD / month", 20.0, "USD", Some(Period::Month), false),
    ("€8,50 pro user", 8.5, "EUR", None, false),
    ("€29,50 per user / month, billed annually", 29.5, "EUR", Some(Period::Month), true),
    ("1.099,00 €", 1099.0, "EUR", None, false),
    ("1 099,00 €", 1099.0, "EUR", None, false),
    ("£1,200 per year", 1200.0, "GBP", Some(Period::Year), false),
    ("$1.2K / yr", 1200.0, "USD", Some(Period::Year), false),
    ("$99 one-time", 99.0, "USD", Some(Period::Once), false),
    ("$149 lifetime", 149.0, "USD", Some(Period::Once), false),
    ("$15 per seat per month", 15.0, "USD", Some(Period::Month), true),
    ("$15/user/mo", 15.0, "USD", Some(Period::Month), true),
    ("$0.50 / hour", 0.5, "USD", Some(Period::Hour), false),
    ("₹499/month", 499.0, "INR", Some(Period::Month), false),
    ("¥1200 monthly", 1200.0, "JPY", Some(Period::Month), false),
    ("12 USD per week", 12.0, "USD", Some(Period::Week), false),
    ("99 kr / month", 99.0, "SEK", Some(Period::Month), false),
    ("CHF 40 annually", 40.0, "CHF", Some(Period::Year), false),
    ("C$30/mo", 30.0, "CAD", Some(Period::Month), false),
    ("from $5/month", 5.0, "USD", Some(Period::Month), false),
];

#[test]
fn prices_are_read_with_currency_period_and_seat() {
    for (text, amount, currency, period, per_seat) in PRICES {
        let found = find_prices(text);
        assert_eq!(found.len(), 1, "one price in {text:?}, found {found:?}");
        let money = &found[0].money;
        assert_eq!(money.amount, Some(*amount), "{text:?}");
        assert_eq!(money.currency.as_deref(), Some(*currency), "{text:?}");
        assert_eq!(money.period, *period, "{text:?}");
        assert_eq!(money.per_seat, *per_seat, "{text:?}");
        assert!(!found[0].repaired, "{text:?}");
    }
}

#[test]
fn what_is_no_price_is_left_alone() {
    for text in [
        "50% OFF",
        "Save 20 %",
        "Save $40",
        "$40 off",
        "raised $5M",
        "$2 billion",
        "3 users",
        "v4.1.3",
        "10x faster",
        "99.99%",
        "S3",
        "Sol",
        "May 2026",
        "800 files",
        "$PATH",
        "$ git clone",
        "2B parameters",
        "USDT",
    ] {
        assert!(find_prices(text).is_empty(), "{text:?} gave {:?}", find_prices(text));
    }
}

#[test]
fn qualifiers_are_kept_as_written() {
    let qualifier = |text: &str| find_prices(text)[0].money.qualifier.clone().unwrap_or_default();
    assert_eq!(qualifier("from $5/month"), "from");
    assert_eq!(qualifier("Starting at $19 / mo"), "Starting at");
    assert_eq!(qualifier("$18 / seat / month billed yearly"), "billed yearly");
    assert_eq!(qualifier("$20-40/mo"), "20-40");
    assert_eq!(qualifier("$3 per 1M tokens"), "per 1M tokens");
}

#[test]
fn letters_read_for_digits_are_repaired_and_said() {
    for (text, amount) in [("$l0/mo", 10.0), ("$O", 0.0), ("S29/mo", 29.0), ("$2O /month", 20.0)] {
        let found = find_prices(text);
        assert_eq!(found.first().and_then(|price| price.money.amount), Some(amount), "{text:?}");
        assert!(found[0].repaired, "{text:?}");
    }
}

#[test]
fn free_and_on_request_are_prices_without_currency() {
    for text in ["Free", "FREE", "Free forever", "free."] {
        let money = price_words(text).expect("free is a price");
        assert_eq!((money.amount, money.currency, money.period), (Some(0.0), None, None), "{text:?}");
    }
    for text in ["Contact us", "Custom", "Let's talk", "Contact sales"] {
        assert_eq!(price_words(text).expect("a price on request").amount, None, "{text:?}");
    }
    assert!(price_words("Free trial for 30 days").is_none());
    assert!(price_words("Freedom").is_none());
}
