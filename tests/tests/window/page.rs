//! The page as a person uses it: finding, pressing, typing, waiting for something to appear.

use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, Locator};

/// Longest wait for something that the page owes; generous, because tests run beside builds.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Page {
    pub(crate) client: Client,
}

impl Page {
    /// Goes to a screen through the navigation.
    pub(crate) async fn open(&self, screen: &str) {
        self.click(&format!("[data-testid=nav-{screen}]")).await;
    }

    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.client.find_all(Locator::Css(selector)).await.map_or(0, |found| found.len())
    }

    /// Waits until exactly `wanted` elements are there.
    pub(crate) async fn wait(&self, selector: &str, wanted: usize) {
        self.wait_until(&format!("{wanted} × {selector}"), async || self.count(selector).await == wanted)
            .await;
    }

    pub(crate) async fn wait_at_least(&self, selector: &str, wanted: usize) {
        self.wait_until(&format!("at least {wanted} × {selector}"), async || {
            self.count(selector).await >= wanted
        })
        .await;
    }

    /// Waits until an element holds those words.
    pub(crate) async fn wait_text(&self, selector: &str, words: &str) {
        self.wait_until(&format!("{selector} says {words:?}"), async || {
            self.text_of(selector).await.contains(words)
        })
        .await;
    }

    pub(crate) async fn text_of(&self, selector: &str) -> String {
        let mut text = String::new();
        for element in self.client.find_all(Locator::Css(selector)).await.unwrap_or_default() {
            text.push_str(&element.text().await.unwrap_or_default());
            text.push('\n');
        }
        text
    }

    pub(crate) async fn wait_until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let give_up = Instant::now() + PATIENCE;
        while !holds().await {
            if Instant::now() > give_up {
                let page = self.text_of("body").await;
                panic!("the page never came to: {what}. It shows:\n{page}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.wait_at_least(selector, 1).await;
        let element = self.client.find(Locator::Css(selector)).await.expect("the element is there");
        element.click().await.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    /// Opens the change set of that capture from the inbox.
    pub(crate) async fn review(&self, capture: &str) {
        self.open("inbox").await;
        let link = format!("//*[@data-testid='capture'][contains(., '{capture}')]//a[contains(., 'Review')]");
        self.wait_until(capture, async || self.client.find(Locator::XPath(&link)).await.is_ok()).await;
        let element = self.client.find(Locator::XPath(&link)).await.expect("the capture has a change set");
        element.click().await.expect("the change set opens");
    }

    /// Makes the first proposal that matches the selected one.
    pub(crate) async fn select(&self, proposal: &str) {
        self.click(&format!("{proposal} button")).await;
    }

    /// Presses a key, with others held.
    pub(crate) async fn press(&self, key: &str, held: &[&str]) {
        let code = |name: &str| match name {
            "Control" => '\u{e009}',
            "Shift" => '\u{e008}',
            other => other.chars().next().expect("a key"),
        };
        let mut keys = KeyActions::new("keyboard".to_owned());
        for name in held {
            keys = keys.then(KeyAction::Down { value: code(name) });
        }
        keys = keys.then(KeyAction::Down { value: code(key) }).then(KeyAction::Up { value: code(key) });
        for name in held.iter().rev() {
            keys = keys.then(KeyAction::Up { value: code(name) });
        }
        self.client.perform_actions(keys).await.expect("the keys are pressed");
    }

    /// Types over what the focused field holds and ends with Enter.
    pub(crate) async fn replace_text(&self, text: &str) {
        self.wait_until("a text field has the focus", async || {
            let focused = self.client.active_element().await;
            match focused {
                Ok(element) => matches!(element.tag_name().await.as_deref(), Ok("input" | "textarea")),
                Err(_) => false,
            }
        })
        .await;
        self.press("a", &["Control"]).await;
        let field = self.client.active_element().await.expect("the field");
        field.send_keys(text).await.expect("the text is typed");
        self.press("\u{e007}", &[]).await;
    }

    pub(crate) async fn type_into(&self, selector: &str, text: &str) {
        self.click(selector).await;
        let field = self.client.find(Locator::Css(selector)).await.expect("the field");
        field.send_keys(text).await.expect("the text is typed");
    }

    pub(crate) async fn clear(&self, selector: &str) {
        self.click(selector).await;
        self.press("a", &["Control"]).await;
        self.press("\u{e003}", &[]).await;
    }

    /// Ticks every tool of the library and opens the comparison.
    pub(crate) async fn compare_all(&self) {
        let boxes = self
            .client
            .find_all(Locator::Css("[data-testid=tool] input[type=checkbox]"))
            .await
            .expect("the tools can be ticked");
        for tick in boxes {
            tick.click().await.expect("the tool is ticked");
        }
        self.press("c", &[]).await;
    }
}
